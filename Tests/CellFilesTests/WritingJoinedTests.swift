import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct `Writing: several files as one` {
  let files: MadeFiles

  init() throws { files = try MadeFiles() }

  func write(
    _ name: String, _ rows: [[Double]], genes: [String], columns: [(String, Column)] = []
  ) throws -> CellFile {
    var cells = DataFrame(names: rows.indices.map { "c\($0)" })
    for (name, column) in columns { cells[name] = column }
    try writeAnnData(
      to: files.path(name), cells: cells, genes: DataFrame(names: genes),
      matrix: SmallMatrix(rows: rows), storedAs: Int32.self)
    return try CellFile(readingAt: files.path(name))
  }

  func joined(batch: Column? = nil) throws -> JoinedCells {
    let first = try write(
      "a.h5ad", [[1, 0, 2], [0, 3, 0]], genes: ["A", "B", "C"],
      columns: [
        ("type", .categorical(codes: [0, 1], categories: ["T", "B"], ordered: false)),
        ("n", .integers([5, 6])), ("only a", .booleans([true, false])),
        ("mixed", .integers([1, 2])), ("name", .strings(["x", "y"])),
      ] + (batch.map { [("batch", $0)] } ?? []))
    let second = try write(
      "b.h5ad", [[7, 0], [0, 8], [9, 9]], genes: ["C", "A"],
      columns: [
        ("type", .strings(["B", "NK", "B"])), ("n", .integers([1, 2, 3])),
        ("mixed", .floats([0.5, .nan, 2])), ("name", .strings(["z", "x", "w"])),
      ])
    return try JoinedCells([first, second], batchKey: nil)
  }

  @Test func `the joined genes, the union of the columns, and the batch`() throws {
    let cells = try joined()
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(
      rows: 5, columns: 2, values: (0..<10).map { Float($0) })
    let path = files.path("out.h5ad")
    try writeJoined(to: path, cells: cells, usedGenes: [true, false], adding: additions)
    let file = try CellFile(readingAt: path)
    #expect(file.cellNames == ["c0-a", "c1-a", "c0-b", "c1-b", "c2"])
    #expect(file.genes.map(\.name) == ["A", "C"])
    #expect(try rows(of: file) == [[1, 2], [0, 0], [0, 7], [8, 0], [9, 9]])
    #expect(file.storage.element == .integer(bytes: 4, signed: true))
    #expect(file.columnNames == ["type", "n", "only a", "mixed", "name", "batch"])
    #expect(
      try file.column("type")
        == .categorical(
          codes: [0, 1, 1, 2, 1], categories: ["T", "B", "NK"], ordered: false))
    #expect(try file.column("n") == .integers([5, 6, 1, 2, 3]))
    #expect(try file.column("only a") == .booleans([true, false, nil, nil, nil]))
    guard case .floats(let mixed) = try file.column("mixed") else {
      Issue.record("whole numbers beside others are not floating-point")
      return
    }
    #expect(mixed[0...2] == [1, 2, 0.5] && mixed[3].isNaN && mixed[4] == 2)
    #expect(try file.column("name") == .strings(["x", "y", "z", "x", "w"]))
    #expect(
      try file.column("batch")
        == .categorical(codes: [0, 0, 1, 1, 1], categories: ["a", "b"], ordered: false))
    #expect(try file.varColumn("scharmonize_gene") == .booleans([true, false]))
    #expect(
      try File(readingAt: path).read("obsm/X_scharmonize", as: Float.self)
        == (0..<10).map { Float($0) })
  }

  @Test func `cells that are filtered out are left out`() throws {
    let path = files.path("out.h5ad")
    try writeJoined(
      to: path, cells: joined(), isKept: [false, true, true, false, true],
      usedGenes: [true, true], adding: .init())
    let file = try CellFile(readingAt: path)
    #expect(file.cellNames == ["c1-a", "c0-b", "c2"])
    #expect(try rows(of: file) == [[0, 0], [0, 7], [9, 9]])
    #expect(try file.column("n") == .integers([6, 1, 3]))
  }

  @Test func `an input's own column of the batches' name is kept`() throws {
    let path = files.path("out.h5ad")
    try writeJoined(
      to: path, cells: joined(batch: .strings(["p", "q"])), usedGenes: [true, true],
      adding: .init())
    let file = try CellFile(readingAt: path)
    #expect(try file.column("batch").labels() == ["a", "a", "b", "b", "b"])
    #expect(try file.column("batch_input").labels() == ["p", "q", nil, nil, nil])
  }

  @Test func `without expression the rest is the same`() throws {
    let cells = try joined()
    let (whole, small) = (files.path("whole.h5ad"), files.path("small.h5ad"))
    try writeJoined(to: whole, cells: cells, usedGenes: [true, true], adding: .init())
    try writeJoined(
      to: small, cells: cells, usedGenes: [true, true], includesExpression: false, adding: .init())
    let before = try File(readingAt: whole)
    let after = try File(readingAt: small)
    #expect(try after.kind(of: "X") == nil)
    try expectAll(of: before, in: after, leavingOut: ["X"])
  }

  @Test func `an order of categories is kept where all files have the same`() throws {
    let low = Column.categorical(codes: [1, 0], categories: ["low", "high"], ordered: true)
    let first = try write("a.h5ad", [[1], [2]], genes: ["A"], columns: [("level", low)])
    let second = try write("b.h5ad", [[1], [2]], genes: ["A"], columns: [("level", low)])
    let path = files.path("out.h5ad")
    try writeJoined(
      to: path, cells: JoinedCells([first, second], batchKey: nil), usedGenes: [true],
      adding: .init())
    #expect(
      try CellFile(readingAt: path).column("level")
        == .categorical(codes: [1, 0, 1, 0], categories: ["low", "high"], ordered: true))
  }

  @Test func `10x files keep their genes' identifiers`() throws {
    let matrix = SmallMatrix(rows: [[1, 0], [0, 2]])
    for name in ["p", "q"] {
      try writeTenX(
        to: files.path("\(name).h5"), barcodes: ["AAAC-1", "AAAG-1"],
        features: ["A", "B"].map { TenXFeature(id: "ENSG\($0)", name: $0, genome: "GRCh38") },
        matrix: matrix)
    }
    let cells = try JoinedCells(
      ["p", "q"].map { try CellFile(readingAt: files.path("\($0).h5")) }, batchKey: nil)
    let path = files.path("out.h5ad")
    try writeJoined(to: path, cells: cells, usedGenes: [true, true], adding: .init())
    let file = try CellFile(readingAt: path)
    #expect(try rows(of: file) == matrix.rows + matrix.rows)
    #expect(try file.varColumn("gene_ids") == .strings(["ENSGA", "ENSGB"]))
    #expect(try file.varColumn("feature_types").labels() == ["Gene Expression", "Gene Expression"])
    #expect(try file.column("batch").labels() == ["p", "p", "q", "q"])
  }
}
