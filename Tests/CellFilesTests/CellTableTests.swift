import Foundation
import Testing
import TestSupport
@testable import CellFiles

/// Tables about the cells of a file, and the suffixes of barcodes.
@Suite struct CellTableTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ lines: [String]) throws -> String {
    let url = folder.url.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
    return url.path
  }

  /// Writes a folder of two genes and some cells.
  private func folder(_ name: String, _ cells: [String]) throws {
    let entries = cells.indices.map { "1 \($0 + 1) \($0 + 1)" }
    _ = try write(
      "\(name)/matrix.mtx",
      ["%%MatrixMarket matrix coordinate integer general", "2 \(cells.count) \(cells.count)"]
        + entries)
    _ = try write("\(name)/barcodes.tsv", cells)
    _ = try write("\(name)/genes.tsv", ["E0\tg0", "E1\tg1"])
  }

  private func open(_ name: String, table: String? = nil) throws -> CellFile {
    var options = ReadingOptions()
    options.companions.cellTable = table
    return try CellFile(readingAt: folder.path(name), options: options)
  }

  private func failure(_ name: String, table: String) -> String {
    do {
      _ = try open(name, table: table)
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  private func notices(_ file: CellFile) -> [String] {
    file.notices.map { $0.replacing(folder.url.path + "/", with: "") }
  }

  private static let cells = ["AAAC-1", "AAAG-1", "CCCA-1", "GGGT-1"]

  @Test(arguments: [",", "\t", ";"])
  func `a table is joined by the cells' names`(separator: String) throws {
    try folder("m", Self.cells)
    let lines = [
      ["lab", "barcode", "n", "share", "ok"], ["l1", "GGGT-1", "3", "0.5", "TRUE"],
      ["l2", "ZZZZ-1", "9", "1.5", "TRUE"], ["NA", "AAAC-1", "07", "", "FALSE"],
      ["l1", "AAAG-1", "7", "2", "TRUE"],
    ]
    let path = try write("t.csv", lines.map { $0.joined(separator: separator) })
    let file = try open("m", table: path)
    #expect(file.columnNames == ["lab", "n", "share", "ok"])
    #expect(try file.column("lab").labels() == [nil, "l1", nil, "l1"])
    // 07 and 7 are two labels, as they may be of plates.
    #expect(try file.column("n").labels() == ["07", "7", nil, "3"])
    #expect(try file.column("share").labels() == [nil, "2.0", nil, "0.5"])
    #expect(try file.column("ok") == .booleans([false, true, nil, true]))
    #expect(
      notices(file) == [
        "'t.csv' gives 4 columns for the cells of 'm', which it names in 'barcode'; it lacks 1 of "
          + "4 cells"
      ])
  }

  @Test func `names without Cell Ranger's -1, but not those of several libraries`() throws {
    try folder("m", Self.cells)
    let path = try write("t.csv", [",lab"] + Self.cells.map { "\($0.dropLast(2)),x" })
    #expect(try open("m", table: path).column("lab").labels() == ["x", "x", "x", "x"])
    try folder("bare", Self.cells.map { String($0.dropLast(2)) })
    let two = try write("two.csv", ["cell,lab", "AAAC-1,x", "AAAG-1,x", "CCCA-2,y", "GGGT-2,y"])
    #expect(
      failure("bare", table: two)
        == "no cell of 'bare' is in the table 'two.csv': the cells have names such as 'AAAC', "
        + "'AAAG', the rows 'AAAC-1', 'AAAG-1'; give a table with a column of the same names")
  }

  @Test(arguments: [
    (
      ["cell,a", "AAAC-1,1", "AAAC-1,2"],
      "the table 't.csv' has two rows of the cell 'AAAC-1' in 'cell'; give each file a table of its "
        + "own cells"
    ),
    (["cell,a,a", "AAAC-1,1,2"], "the table 't.csv' has two columns 'a'"),
    (
      ["field,AAAC-1,AAAG-1,CCCA-1", "lab,1,2,3"],
      "the table 't.csv' has a column for each cell; transpose it to a row for each cell, as "
        + "R's t() does"
    ),
    (["cell,a"], "the table 't.csv' has a heading but no rows"),
    (["", ""], "the table 't.csv' is empty"),
    (["cell,a", "AAAC-1"], "line 2 of 't.csv' is 'AAAC-1', not 2 fields: cell, a"),
    (
      ["cell,a", "AA\0C-1,1"],
      "the table 't.csv' is not text; give a table with a row for each cell, .csv or .tsv"
    ),
  ])
  func `tables that cannot be used`(lines: [String], message: String) throws {
    try folder("m", Self.cells)
    #expect(failure("m", table: try write("t.csv", lines)) == message)
  }

  @Test func `a table beside the matrix is used where it names all cells`() throws {
    try folder("m", Self.cells)
    _ = try write("m/metadata.csv", ["cell,lab"] + Self.cells.map { "\($0),x" })
    #expect(try open("m").columnNames == ["lab"])
    _ = try write("m/metadata.csv", ["cell,lab"] + Self.cells.dropLast().map { "\($0),x" })
    #expect(try open("m").columnNames == [])
    #expect(
      try notices(open("m")) == [
        "'m/metadata.csv' names 3 of the 4 cells of 'm', and is not used; give it as `cellTable` "
          + "to use it"
      ])
    #expect(try open("m", table: folder.path("m/metadata.csv")).columnNames == ["lab"])
  }

  @Test func `suffixes of barcodes, alone and with a table of libraries`() throws {
    let cells = ["AAAC-1", "AAAC-2", "CCCA-1", "GGGT-2"]
    try folder("outs/count/m", cells)
    let alone = try open("outs/count/m")
    #expect(try alone.column("barcode_suffix").labels() == ["1", "2", "1", "2"])
    #expect(alone.batchKeyCandidates().map(\.name) == ["barcode_suffix"])
    #expect(alone.notices == [])
    let path = try write(
      "outs/aggregation.csv", ["library_id,molecule_h5,donor", "A,a.h5,d1", "B,b.h5,d2"])
    let found = try open("outs/count/m")
    #expect(found.columnNames == ["library_id", "donor", "barcode_suffix"])
    #expect(try found.column("library_id").labels() == ["A", "B", "A", "B"])
    #expect(
      notices(found) == [
        "the barcode suffixes in 'outs/count/m' are read as libraries of 'outs/aggregation.csv': "
          + "library_id, donor"
      ])
    _ = try write("outs/aggregation.csv", ["library_id,molecule_h5", "A,a.h5"])
    #expect(
      try notices(open("outs/count/m")) == [
        "'outs/aggregation.csv' is not used: it has 1 library, but a barcode suffix in "
          + "'outs/count/m' is 2"
      ])
    #expect(
      failure("outs/count/m", table: path)
        == "the table 'outs/aggregation.csv' has 1 library, but a barcode suffix in 'outs/count/m' "
        + "is 2")
  }

  @Test func `names that only look like barcodes of libraries`() throws {
    try folder("one", Self.cells)
    try folder("numbers", (1...4).map { "cell-\($0)" })
    try folder("some", ["AAAC-1", "AAAG-2", "CCCA", "GGGT-1"])
    for name in ["one", "numbers", "some"] { #expect(try open(name).columnNames == []) }
  }

  @Test func `an AnnData takes a table, but nothing is looked for beside it`() throws {
    let made = try MadeFiles()
    try made.make("a.h5ad") {
      try $0.writeAnnData([[1, 2], [3, 4]], batches: ["x", "y"], cells: ["AAAC-1", "AAAG-2"])
    }
    let path = made.path("metadata.csv")
    try Data("cell,batch,lab\nAAAG-2,z,2\nAAAC-1,z,1\n".utf8).write(to: URL(filePath: path))
    let bare = try CellFile(readingAt: made.path("a.h5ad"))
    #expect(bare.columnNames.first == "batch" && bare.notices == [])
    var options = ReadingOptions()
    options.companions.cellTable = path
    let file = try CellFile(readingAt: made.path("a.h5ad"), options: options)
    #expect(try file.column("lab") == .integers([1, 2]))
    #expect(try file.column("batch").labels() == ["z", "z"])
    #expect(file.notices.count == 2)
    #expect(file.notices[1].hasPrefix("column 'batch' of the table replaces"))
    #expect(
      try CellTables(readingAt: made.path("a.h5ad"), cellTable: path).column("lab").count == 2)
    options.companions.features = path
    #expect(
      made.text { _ = try CellFile(readingAt: made.path("a.h5ad"), options: options) }
        == "'a.h5ad' is h5ad, which contains the names of its cells and genes; leave out "
        + "`features`")
  }
}
