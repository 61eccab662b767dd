import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct `Writing: values of their own` {
  let files: MadeFiles
  let cells: JoinedCells

  /// Two files of 3 and 2 cells that share the genes A and C.
  init() throws {
    let files = try MadeFiles()
    let contents: [(String, [[Double]], [String])] = [
      ("a.h5ad", [[1, 0, 2], [0, 3, 0], [0, 0, 1]], ["A", "B", "C"]),
      ("b.h5ad", [[7, 0], [0, 8]], ["C", "A"]),
    ]
    for (name, rows, genes) in contents {
      var cells = DataFrame(names: rows.indices.map { "\(name.prefix(1))\($0)" })
      cells["number"] = .integers(rows.indices.map { Int64($0) })
      var variables = DataFrame(names: genes)
      variables["gene_ids"] = .strings(genes.map { "ENSG\($0)" })
      try writeAnnData(
        to: files.path(name), cells: cells, genes: variables, matrix: SmallMatrix(rows: rows),
        storedAs: Int32.self)
    }
    self.files = files
    cells = try JoinedCells(
      ["a.h5ad", "b.h5ad"].map { try CellFile(readingAt: files.path($0)) }, batchKey: nil)
  }

  /// The made value of a row and a gene.
  private func value(_ row: Int, _ gene: Int) -> Float { Float(row) + Float(gene) / 8 + 0.3 }

  private func write(
    _ name: String, isKept: [Bool]? = nil, genes: [Int] = [1], rowsPerBlock: Int? = nil
  ) throws {
    try writeJoined(
      to: files.path(name), cells: cells, isKept: isKept, genes: genes, batchColumn: "batch",
      rowsPerBlock: rowsPerBlock, adding: .init()
    ) { rows in rows.flatMap { row in genes.map { value(row, $0) } } }
  }

  @Test func `values are read back, with all that is known of cells and genes`() throws {
    try write("out.h5ad")
    let file = try CellFile(readingAt: files.path("out.h5ad"))
    #expect(file.storage.layout == .dense && file.storage.element == .float(bytes: 4))
    #expect(file.cellNames == ["a0", "a1", "a2", "b0", "b1"])
    #expect(file.genes.map(\.name) == ["C"])
    #expect(file.columnNames == ["number", "batch"])
    #expect(try file.column("number") == .integers([0, 1, 2, 0, 1]))
    #expect(try file.column("batch").labels() == ["a", "a", "a", "b", "b"])
    #expect(try file.varColumn("gene_ids") == .strings(["ENSGC"]))
    #expect(
      try File(readingAt: files.path("out.h5ad")).read("X", as: Float.self)
        == (0..<5).map { value($0, 1) })
  }

  @Test func `rows are those of the cells that are kept`() throws {
    try write("out.h5ad", isKept: [false, true, true, false, true], genes: [0, 1])
    let file = try File(readingAt: files.path("out.h5ad"))
    #expect(try file.info(of: "X").shape == [3, 2])
    #expect(
      try file.read("X", as: Float.self)
        == (0..<3).flatMap { row in (0..<2).map { value(row, $0) } })
    #expect(try CellFile(readingAt: files.path("out.h5ad")).cellNames == ["a1", "a2", "b1"])
  }

  @Test func `how many rows come at once does not matter`() throws {
    try write("whole.h5ad", genes: [0, 1])
    let whole = try File(readingAt: files.path("whole.h5ad")).read("X", as: Float.self)
    for rows in [1, 2, 4, 5, 9] {
      try write("\(rows).h5ad", genes: [0, 1], rowsPerBlock: rows)
      let file = try File(readingAt: files.path("\(rows).h5ad"))
      #expect(try file.read("X", as: Float.self) == whole, "\(rows) rows")
    }
  }

  @Test func `values that cannot be made leave no file`() throws {
    #expect(throws: Broken.self) {
      try writeJoined(
        to: files.path("out.h5ad"), cells: cells, genes: [0], rowsPerBlock: 2, adding: .init()
      ) { rows in
        if rows.lowerBound > 0 { throw Broken() }
        return rows.map { Float($0) }
      }
    }
    let left = try FileManager.default.contentsOfDirectory(
      atPath: URL(filePath: files.path("x")).deletingLastPathComponent().path)
    #expect(left.sorted() == ["a.h5ad", "b.h5ad"])
  }
}
