import CellFiles
import HDF5
internal import Support
import Testing
import TestSupport

@Suite struct LoomTests {
  let made: MadeFiles
  let counts = madeCounts(cells: 9, genes: 4)

  init() throws { made = try MadeFiles() }

  private func fill(
    _ file: borrowing File, chunk: [Int]? = nil, cells: Int = 9, genes: Int = 4
  ) throws {
    let storage = chunk.map { StorageOptions(chunk: $0, gzip: 3) } ?? StorageOptions()
    try file.write(
      transposed(counts).flatMap { $0 }, at: "matrix", shape: [4, 9], storage: storage)
    try file.createGroup("col_attrs")
    try file.createGroup("row_attrs")
    try file.write(strings: (0..<cells).map { "c\($0)" }, at: "col_attrs/CellID")
    try file.write(strings: (0..<genes).map { "g\($0)" }, at: "row_attrs/Gene")
  }

  @Test(arguments: [nil, [4, 9], [1, 9], [4, 1], [3, 4], [2, 2]])
  func `cells come as rows, whatever the chunks are`(chunk: [Int]?) throws {
    let path = try made.make("a.loom") { try fill($0, chunk: chunk) }
    for blockValues in [1, 9, 1 << 20] {
      var options = ReadingOptions()
      options.blockValues = blockValues
      let file = try CellFile(readingAt: path, options: options)
      #expect(file.format == .loom && file.storage.layout == .denseByGene)
      #expect(try rows(of: file) == counts)
    }
  }

  @Test func `attributes of every shape become columns`() throws {
    let file = try CellFile(readingAt: fixture("scope.loom"))
    #expect(
      file.columnNames == [
        "Embedding._X", "Embedding._Y", "Plate", "Position.1", "Position.2", "batch",
      ])
    #expect(try file.column("Embedding._Y").labels().prefix(3) == ["0.0", "-1.0", "-2.0"])
    #expect(try file.column("Position.2").labels().prefix(3) == ["1.0", "3.0", "5.0"])
    #expect(try file.column("Plate").levels().names == ["0", "1"])
    #expect(try file.column("batch").levels().names == ["a", "b"])
    #expect(
      try JoinedCells([file], batchKey: "batch").batches.cellCounts == [16, 8])
  }

  @Test func `identifiers beside symbols`() throws {
    let file = try CellFile(readingAt: fixture("loompy3.loom"))
    #expect(file.genes[1] == Gene(name: "GENE1", id: "ENSG00000000002"))
    #expect(file.varColumnNames == ["Accession"])
    #expect(file.columnNames == ["batch", "depth"])
    #expect(file.notices == [])
  }

  @Test func `no names at all`() throws {
    let path = fixture("nameless.loom")
    #expect(
      try CellFile(readingAt: path).notices == [
        "'\(path)' has no attribute 'CellID'; its cells are named by their numbers",
        "'\(path)' has no attribute 'Gene'; its genes are named by their numbers",
      ])
  }

  @Test func `layers`() throws {
    var options = ReadingOptions()
    options.layer = "spliced"
    let file = try CellFile(readingAt: fixture("layers.loom"), options: options)
    #expect(file.matrixName == "layers/spliced")
    #expect(
      try CellFile(readingAt: fixture("layers.loom")).otherCountMatrices() == ["layers/spliced"])
    options.layer = "x"
    #expect(
      made.failure(options, name: "a.loom") { try fill($0) }
        == "'a.loom' has no layer 'x' and no other layers")
    options.layer = nil
    options.useRaw = true
    #expect(
      made.failure(options, name: "a.loom") { try fill($0) }
        == "'a.loom' has no 'raw'; leave out `useRaw`")
  }

  @Test func `layers without a matrix`() throws {
    let path = try made.make("a.loom") {
      try fill($0)
      try $0.write(transposed(counts).flatMap { $0 }, at: "layers/spliced", shape: [4, 9])
      try $0.delete("matrix")
    }
    #expect(
      made.text { _ = try CellFile(readingAt: path) }
        == "'a.loom' has no matrix 'matrix'; choose one of its layers with `layer`: spliced")
    let contents = try CellFileContents(ofFileAt: path)
    #expect(contents.readings.map(\.layer) == ["spliced"])
    #expect(try rows(of: CellFile(readingAt: path, options: contents.readings[0])) == counts)
  }

  @Test func `names that do not fit the matrix`() {
    #expect(
      made.failure(name: "a.loom") { try fill($0, cells: 8) }
        == "'col_attrs/CellID' in 'a.loom' has 8 entries, not 9")
    #expect(
      made.failure(name: "a.loom") { try fill($0, genes: 5) }
        == "'row_attrs/Gene' in 'a.loom' has 5 entries, not 4")
  }
}
