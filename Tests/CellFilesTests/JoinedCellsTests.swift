import CellFiles
import HDF5
internal import Support
import Testing
import TestSupport

@Suite struct JoinedCellsTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  func file(
    _ name: String, _ rows: [[Double]], batches: [String]? = nil, cells: [String]? = nil,
    genes: [String]? = nil
  ) throws -> CellFile {
    try CellFile(
      readingAt: made.make(name) {
        try $0.writeAnnData(rows, batches: batches, cells: cells, genes: genes)
      })
  }

  @Test func `one file with a column of batches`() throws {
    let rows: [[Double]] = [[1, 0], [0, 2], [3, 4]]
    let joined = try JoinedCells(
      [try file("a.h5ad", rows, batches: ["y", "x", "y"])], batchKey: "batch")
    #expect(joined.batches == BatchAssignment(names: ["x", "y"], batchOfCell: [1, 0, 1]))
    #expect(joined.batches.cellCounts == [1, 2])
    #expect(joined.cellNames == ["c0", "c1", "c2"])
    #expect(joined.notices == [])
    #expect(try CellFilesTests.rows(of: joined) == rows)
  }

  @Test func `two files with genes in another order`() throws {
    let a = try file("a.h5ad", [[1, 2, 3], [4, 5, 6]], genes: ["x", "y", "z"])
    let b = try file("b.h5ad", [[7, 8, 9, 10]], cells: ["c9"], genes: ["z", "w", "x", "v"])
    let joined = try JoinedCells([a, b], batchKey: nil)
    #expect(joined.genes.map(\.name) == ["x", "z"])
    #expect(joined.geneColumns == [[0, -1, 1], [1, -1, 0, -1]])
    #expect(joined.batches == BatchAssignment(names: ["a", "b"], batchOfCell: [0, 0, 1]))
    #expect(joined.cellNames == ["c0", "c1", "c9"])
    #expect(try rows(of: joined) == [[1, 3], [4, 6], [9, 7]])
    #expect(
      joined.notices.map { $0.replacing(made.path("") + "/", with: "") }
        == ["2 genes are in all files: of 3 in 'a.h5ad', 4 in 'b.h5ad'"])
  }

  @Test func `names that occur in several files, and within one`() throws {
    let a = try file("a.h5ad", [[1], [2], [3]], cells: ["p", "q", "q"])
    let b = try file("b.h5ad", [[4], [5]], cells: ["p", "r"])
    let joined = try JoinedCells([a, b], batchKey: nil)
    #expect(joined.cellNames == ["p-a", "q", "q-1", "p-b", "r"])
    #expect(
      joined.notices == [
        "the names of 2 cells occur in several files; the file name was appended",
        "1 repeated cell names were made unique with '-1', '-2', …",
      ])
  }

  @Test func `repeated genes are told apart as anndata does`() throws {
    let a = try file(
      "a.h5ad", [[1, 2, 3, 4]], batches: ["x"], genes: ["g", "g", "g-1", "g"])
    let joined = try JoinedCells([a], batchKey: nil, allowingOneBatch: true)
    #expect(joined.genes.map(\.name) == ["g", "g-2", "g-1", "g-3"])
    #expect(joined.notices.count == 1)
  }

  @Test func `10x files are joined by identifier, and with others by name`() throws {
    let rows: [[Double]] = [[1, 2, 3]]
    let a = try CellFile(
      readingAt: made.make("a.h5") {
        try $0.writeTenX(rows, names: ["X", "Y", "Y"], ids: ["E1", "E2", "E3"])
      })
    let b = try CellFile(
      readingAt: made.make("b.h5") {
        try $0.writeTenX(rows, names: ["Y", "X2", "Y"], ids: ["E3", "E1", "E2"])
      })
    let byID = try JoinedCells([a, b], batchKey: nil)
    #expect(
      byID.genes == [
        Gene(name: "X", id: "E1"), Gene(name: "Y", id: "E2"), Gene(name: "Y-1", id: "E3"),
      ])
    #expect(try CellFilesTests.rows(of: byID) == [[1, 2, 3], [2, 3, 1]])
    #expect(byID.cellNames == ["BC0-1-a", "BC0-1-b"])

    let c = try file("c.h5ad", rows, genes: ["Y", "X", "Z"])
    let byName = try JoinedCells([a, c], batchKey: nil)
    #expect(byName.genes.map(\.name) == ["X", "Y"])
    #expect(try CellFilesTests.rows(of: byName) == [[1, 2], [2, 1]])
  }

  @Test func `a column within each of several files`() throws {
    let a = try file("a.h5ad", [[1], [2]], batches: ["q", "p"])
    let b = try file("b.h5ad", [[3], [4]], batches: ["o", "q"], cells: ["x", "y"])
    let joined = try JoinedCells([a, b], batchKey: "batch")
    #expect(joined.batches == BatchAssignment(names: ["o", "p", "q"], batchOfCell: [2, 1, 0, 2]))
  }

  @Test func `files of one name are told apart by their folders`() throws {
    let a = try file("one/outs/matrix.h5ad", [[1]])
    let b = try file("two/outs/matrix.h5ad", [[2]])
    let joined = try JoinedCells([a, b], batchKey: nil)
    #expect(joined.batches.names == ["one", "two"])
    #expect(joined.notices.first == "files with equal names are renamed: one, two")
    let same = try JoinedCells([a, a], batchKey: nil)
    #expect(same.batches.names == ["matrix", "matrix-1"])
  }

  @Test func `batches that are none`() throws {
    let one = try file("a.h5ad", [[1], [2]], batches: ["x", "x"])
    #expect(
      made.text { _ = try JoinedCells([one], batchKey: "batch") }
        == "all cells in 'a.h5ad' are 'x' in 'batch'; "
        + "there is no batch effect to remove within one batch")
    #expect(
      made.text { _ = try JoinedCells([one], batchKey: nil) }
        == "'a.h5ad' is one file and therefore one batch; give several files, or `batchKey`")
    #expect(
      try JoinedCells([one], batchKey: nil, allowingOneBatch: true).batches.names == ["a"])
    let each = try file("b.h5ad", [[1], [2]], batches: ["x", "y"])
    #expect(
      made.text { _ = try JoinedCells([each], batchKey: "batch") }
        == "'batch' in 'b.h5ad' has 2 labels for as many cells; choose a column whose levels have "
        + "many cells each")
  }

  @Test func `cells without a label`() throws {
    let path = try made.make { file in
      try file.writeMatrix([[1], [2], [3]], at: "X", of: Float.self)
      try file.writeTable("obs", index: ["a", "b", "c"], columns: ["batch"])
      try file.writeTable("var", index: ["x"])
      try file.writeCategorical("obs/batch", codes: [0, -1, -1], categories: ["T"])
    }
    let file = try CellFile(readingAt: path)
    #expect(
      made.text { _ = try JoinedCells([file], batchKey: "batch") }
        == "2 of 3 cells in 'a.h5ad' have no label in 'batch', first 'b'; label them, or remove "
        + "them")
  }

  @Test func `no gene in common`() throws {
    let a = try file("a.h5ad", [[1]], genes: ["ENSG1"])
    let b = try file("b.h5ad", [[1]], genes: ["A1BG"])
    #expect(
      made.text { _ = try JoinedCells([a, b], batchKey: nil) }
        == "no gene of 'a.h5ad' is in 'b.h5ad'; their first genes are 'ENSG1' and 'A1BG'; give "
        + "files of one species and one kind of gene names")
  }
}
