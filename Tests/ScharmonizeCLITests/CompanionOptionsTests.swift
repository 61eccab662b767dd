import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// The options that name what stands beside a matrix.
@Suite struct CompanionOptionsTests {
  let folder: TemporaryFolder
  private let quick = ["--visits", "320", "--hidden-sizes", "16", "--no-align"]

  init() throws {
    folder = try TemporaryFolder()
    let rows = madeCounts(cells: 40, genes: 12)
    let genes = (0..<12).map { "g\($0)" }
    let tenX = try File(creatingAt: folder.path("x.h5"))
    try tenX.writeTenX(rows, names: genes)
    try tenX.close()
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(rows, at: "X", layout: .csr, of: Int32.self)
    try file.writeMatrix(rows, at: "layers/kept", layout: .csr, of: Int32.self)
    try file.writeTable("obs", index: (0..<40).map { "BC\($0)-1" })
    try file.writeTable("var", index: genes)
    try file.close()
    try write(
      "cells.csv",
      ["donor,barcode,type"] + (0..<40).reversed().map { "d\($0 % 2),BC\($0)-1,t\($0 % 3)" })
  }

  private func write(_ name: String, _ lines: [String]) throws {
    try Data((lines.joined(separator: "\n") + "\n").utf8)
      .write(to: folder.url.appending(path: name))
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  @Test(arguments: ["x.h5", "x.h5ad"])
  func `a table of cells gives the batch key`(input: String) throws {
    let outcome = try run(
      [input, "--cell-table", "cells.csv", "--batch-key", "donor", "-o", "out.h5ad"] + quick)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "'cells.csv' gives 2 columns for the cells of '\(input)', which it names in 'barcode'\n"))
    let written = try CellFile(readingAt: folder.path("out.h5ad"))
    let numbers = written.cellNames.compactMap { Int($0.dropFirst(2).dropLast(2)) }
    #expect(numbers.count == written.cellCount && written.cellCount > 30)
    #expect(try written.column("donor").labels() == numbers.map { "d\($0 % 2)" })
    #expect(try written.column("type").labels() == numbers.map { "t\($0 % 3)" })
    let contents = try CellFileContents(ofFileAt: folder.path("out.h5ad"))
    #expect(contents.readings.count == (input == "x.h5ad" ? 2 : 1))
  }

  @Test func `it is taken by inspect, map and evaluate, too`() throws {
    let inspected = try run(["inspect", "x.h5", "--cell-table", "cells.csv"])
    #expect(
      inspected.output.hasSuffix(
        "  scharmonize x.h5 --batch-key donor --cell-table cells.csv -o harmonized.h5ad "
          + "--report report.html\n"))
    let trained = try run(
      ["x.h5ad", "--cell-table", "cells.csv", "--batch-key", "donor", "-o", "a.h5ad", "--model"]
        + ["m.h5"] + quick)
    #expect(trained.status == 0, "\(trained.error)")
    let mapped = try run(
      ["map", "m.h5", "x.h5ad", "--cell-table", "cells.csv", "--batch-key", "type", "-o"]
        + ["b.h5ad"])
    #expect(mapped.status == 0 && mapped.error.contains("3 batches"), "\(mapped.error)")
    #expect(try CellFile(readingAt: folder.path("b.h5ad")).columnNames.contains("type"))
    try write("more.csv", ["cell,site,kind"] + (0..<40).map { "BC\($0)-1,s\($0 % 2),k\($0 % 4)" })
    let judged = try run(
      ["evaluate", "a.h5ad", "--cell-table", "more.csv", "--batch-key", "site", "--label-key"]
        + ["kind"])
    #expect(judged.status == 0 && judged.output.contains("X_scharmonize"), "\(judged.error)")
  }

  @Test func `lists of cells and genes are named, for several matrices in a sheet`() throws {
    let entries = (1...20).map { "\($0 % 4 + 1) \($0) \($0 % 3 + 1)" }
    try write(
      "m.mtx", ["%%MatrixMarket matrix coordinate integer general", "4 20 20"] + entries)
    try write("c.list", (0..<20).map { "AAAC\($0)" })
    try write("g.list", ["TP53", "GAPDH", "CD3E", "MS4A1"])
    #expect(
      try run(["inspect", "m.mtx"]).error
        == "Error: 'm.mtx' has no file beside it that names its 20 cells; text files there: "
        + "'cells.csv' (41 lines); name one with '--barcodes'\n")
    let named = try run(["inspect", "m.mtx", "--barcodes", "c.list", "--features", "g.list"])
    #expect(named.status == 0 && named.output.contains("  genes: TP53, GAPDH, CD3E, …\n"))
    #expect(named.output.contains("  cells: AAAC0, AAAC1, AAAC2, …\n"))
    let two = try run(["m.mtx", "x.h5", "--barcodes", "c.list", "-o", "out.h5ad"])
    #expect(two.status == 64)
    #expect(
      two.error.hasPrefix(
        "Error: '--barcodes' names the cells of one matrix, and there are 2 files; give "
          + "'--samples' with a sheet that has a column 'barcodes'.\n"))
    try write(
      "sheet.csv",
      ["path,barcodes,features,cell_table", "m.mtx,c.list,g.list,", "x.h5,,,cells.csv"])
    let joined = try run(
      ["--samples", "sheet.csv", "--join", "outer", "-o", "out.h5ad", "--embedding-only"] + quick)
    #expect(joined.error.contains("no gene of 'm.mtx' is in 'x.h5'"))
  }

  @Test func `a table that is not there, or of other cells`() throws {
    let absent = try run(["x.h5", "--cell-table", "none.csv", "-o", "out.h5ad"])
    #expect(absent.status == 66)
    #expect(absent.error == "Error: cannot open 'none.csv': there is no such file\n")
    try write("others.csv", ["cell,donor", "A,d1", "B,d2"])
    let other = try run(["x.h5", "--cell-table", "others.csv", "-o", "out.h5ad"])
    #expect(other.status == 65)
    #expect(
      other.error
        == "Error: no cell of 'x.h5' is in the table 'others.csv': the cells have names such as "
        + "'BC0-1', 'BC1-1', the rows 'A', 'B'; give a table with a column of the same names\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }
}
