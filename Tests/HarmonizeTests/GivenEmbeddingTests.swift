import Evaluation
import Foundation
import Harmonize
import Numerics
import TestSupport
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// An embedding that cells already have is aligned, without counts.
@Suite struct GivenEmbeddingTests {
  static let three = PlantedCoordinates([[0, 1, 2], [0, 1, 2]])

  static func embedding(_ made: PlantedCoordinates, shift: Float = 0) -> Embedding {
    Embedding(
      cellCount: made.rows.count, dimensions: PlantedCoordinates.dimensions,
      values: made.rows.flatMap { $0.map { $0 + shift } })
  }

  static func cells(_ made: PlantedCoordinates, shift: Float = 0) -> CellDataset {
    CellDataset(
      coordinates: embedding(made, shift: shift), names: made.names,
      batches: BatchAssignment(
        names: (0...(made.batches.max() ?? 0)).map { "lab\($0)" },
        batchOfCell: made.batches.map { Int32($0) }))
  }

  /// The share of each cell's 15 nearest neighbours with the cell's own value of `key`.
  static func ownShare(_ embedding: Embedding, _ key: [Int]) -> Double {
    let n = embedding.cellCount
    var own = 0
    for cell in 0..<n {
      let distances = (0..<n).filter { $0 != cell }.map { other -> (square: Float, other: Int) in
        var square: Float = 0
        for (a, b) in zip(embedding[cell], embedding[other]) { square += (a - b) * (a - b) }
        return (square: square, other: other)
      }
      own += distances.sorted { $0.square < $1.square }.prefix(15).count {
        key[$0.other] == key[cell]
      }
    }
    return Double(own) / Double(15 * n)
  }

  @Test func `batches mix, types stay apart, and no network is made`() throws {
    let made = Self.three
    let result = try integrate(Self.cells(made))
    #expect(Self.ownShare(Self.embedding(made), made.batches) > 0.95)
    #expect(Self.ownShare(result.embedding, made.batches) < 0.65)
    #expect(Self.ownShare(result.embedding, made.types) > 0.99)
    #expect(result.latent.dimensions == 0 && result.genesUsed == [] && result.trained == nil)
    #expect(result.cellsUsed == Array(0..<made.rows.count))
    #expect(result.record.dimensions == 8 && result.record.epochs == [])
    #expect(result.record.options.fromEmbedding == "coordinates")
    let mixing = try #require(result.record.mixing)
    #expect(try #require(mixing.before) < 0.1)
    #expect(try #require(mixing.after) > 0.7)
    #expect(result.description.contains("360 cells of 2 batches, 8 dimensions of 'coordinates'"))
  }

  @Test func `with equal composition it is the alignment of the centred coordinates`() throws {
    let made = Self.three
    var options = IntegrationOptions()
    options.composition = .equal
    options.seed = 5
    let result = try integrate(Self.cells(made), options: options)
    let centered = try GivenSpace("x", of: Self.embedding(made), batches: []).centered(
      Self.embedding(made), in: .process)
    let aligned = try Harmonize.align(
      centered, batches: Self.cells(made).batchKeys, seed: options.seed.seed(for: .alignment))
    #expect(result.embedding == aligned)
  }

  @Test func `a constant added to all cells changes nothing but rounding`() throws {
    let plain = try integrate(Self.cells(Self.three)).embedding.values
    let shifted = try integrate(Self.cells(Self.three, shift: 32)).embedding.values
    #expect(zip(plain, shifted).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func `a type of one batch stays apart by default`() throws {
    let made = PlantedCoordinates([[0, 1, 2, 3], [0, 1, 2, 4]])
    var options = IntegrationOptions()
    let matched = try integrate(Self.cells(made), options: options)
    options.composition = .equal
    options.alignment?.theta = [8]
    let equal = try integrate(Self.cells(made), options: options)
    #expect(Self.ownShare(matched.embedding, made.types) > 0.99)
    #expect(
      Self.ownShare(equal.embedding, made.types) < Self.ownShare(matched.embedding, made.types))
  }

  @Test func `the result is the same with any number of threads`() throws {
    var options = IntegrationOptions()
    options.threads = 1
    let one = try integrate(Self.cells(Self.three), options: options)
    options.threads = 4
    let four = try integrate(Self.cells(Self.three), options: options)
    #expect(one.embedding == four.embedding && one.record.modelDigest == four.record.modelDigest)
  }

  @Test func `a table of obsm and a text table give what coordinates in memory give`() throws {
    let folder = try TemporaryFolder()
    let made = Self.three
    try made.write(to: folder.path("x.h5ad"))
    try Data(made.table.utf8).write(to: folder.url.appending(path: "x.tsv"))
    let others = made.table + "other\t" + [String](repeating: "0", count: 8).joined(separator: "\t")
    try Data(others.utf8).write(to: folder.url.appending(path: "more.tsv"))
    let expected = try integrate(Self.cells(made)).embedding
    let cells = try CellDataset(readingAt: [folder.path("x.h5ad")])
    var options = IntegrationOptions()
    for name in ["X_pca", folder.path("x.tsv"), folder.path("more.tsv")] {
      options.fromEmbedding = name
      let result = try integrate(cells, options: options)
      #expect(result.embedding == expected, "\(name)")
      #expect(
        result.record.notices.contains(
          "'\(name)' has rows of 1 other cell, which are not used") == name.hasSuffix("more.tsv"))
    }
  }

  @Test func `two files are joined, with or without counts`() throws {
    let folder = try TemporaryFolder()
    let made = Self.three
    try made.write(to: folder.path("a.h5ad"), rows: 0..<180)
    try made.write(to: folder.path("b.h5ad"), hasCounts: false, rows: 180..<360)
    var reading = ReadingOptions()
    reading.needsCounts = false
    var options = IntegrationOptions()
    options.fromEmbedding = "X_pca"
    try made.write(to: folder.path("c.h5ad"), hasCounts: false, rows: 0..<180)
    let result = try integrate(
      CellDataset(readingAt: [folder.path("c.h5ad"), folder.path("b.h5ad")], options: reading),
      options: options)
    #expect(result.embedding == (try integrate(Self.cells(made)).embedding))
    let error = #expect(throws: (any Error).self) {
      try CellDataset(readingAt: [folder.path("a.h5ad"), folder.path("b.h5ad")])
    }
    #expect("\(try #require(error))".contains("has neither a matrix 'X' nor layers"))
  }

  @Test func `a file without counts is refused where counts are needed`() throws {
    let folder = try TemporaryFolder()
    try Self.three.write(to: folder.path("x.h5ad"), hasCounts: true)
    var reading = ReadingOptions()
    reading.needsCounts = false
    let cells = try CellDataset(readingAt: [folder.path("x.h5ad")], options: reading)
    let error = #expect(throws: CoordinateError.self) { try integrate(cells) }
    #expect(error == .countsNotRead(path: folder.path("x.h5ad")))
    #expect(
      "\(try #require(error))"
        == "the counts of '\(folder.path("x.h5ad"))' were not opened; give `fromEmbedding` to "
        + "integrate an embedding, or read the file with its counts")
  }

  @Test func `the permutation test permutes the batches of the coordinates`() throws {
    var result = try integrate(Self.cells(Self.three))
    try result.testAgainstNull(Self.cells(Self.three), options: IntegrationOptions())
    let test = try #require(result.record.nullTest)
    #expect(test.anotherSeed > 0.8 && test.permutedBatches < test.anotherSeed)
  }

  @Test func `progress ends with 1, and stopping it stops the run`() throws {
    var last = StageProgress(stage: .reading, fraction: 0, overall: 0)
    _ = try integrate(Self.cells(Self.three)) { last = $0 }
    #expect(last.overall == 1)
    #expect(throws: CancellationError.self) {
      _ = try integrate(Self.cells(Self.three)) { _ in throw CancellationError() }
    }
  }
}

/// Embeddings that cannot be aligned are refused, with a sentence.
@Suite struct GivenEmbeddingRefusalTests {
  @Test func `options of counts and of the network are refused`() throws {
    func refusal(_ change: (inout IntegrationOptions) -> Void) throws -> String {
      var options = IntegrationOptions()
      change(&options)
      let error = #expect(throws: UsageError.self) {
        try integrate(GivenEmbeddingTests.cells(GivenEmbeddingTests.three), options: options)
      }
      return try #require(error).message
    }
    let changes: [(String, (inout IntegrationOptions) -> Void)] = [
      ("geneCount", { $0.geneCount = 100 }), ("geneList", { $0.geneList = ["a"] }),
      ("excludedGenes", { $0.excludedGenes = [GeneExclusion("a")] }),
      ("minimumCounts", { $0.minimumCounts = 5 }), ("space", { $0.space = .latent }),
      ("components", { $0.components = 5 }), ("latent", { $0.model.latent = 5 }),
      ("visits", { $0.training.visits = 5 }), ("adversary", { $0.training.adversary = 1 }),
      ("checkpoint", { $0.checkpoint = CheckpointOptions(path: "c") }),
    ]
    for (name, change) in changes {
      #expect(
        try refusal(change)
          == "`\(name)` has no effect on an embedding, which is aligned without reading counts or "
          + "training a network; leave it or `fromEmbedding` out")
    }
    #expect(
      try refusal { $0.alignment = nil }
        == "`alignment = nil` leaves an embedding as it is; leave it or `fromEmbedding` out")
  }

  @Test func `an embedding of one dimension is refused`() throws {
    let cells = CellDataset(
      coordinates: Embedding(cellCount: 4, dimensions: 1, values: [1, 2, 3, 4]),
      names: ["a", "b", "c", "d"],
      batches: BatchAssignment(names: ["x", "y"], batchOfCell: [0, 0, 1, 1]))
    let error = #expect(throws: HarmonizeError.self) { try integrate(cells) }
    #expect(
      "\(try #require(error))"
        == "the embedding 'coordinates' has 1 dimension; an alignment needs at least 2 and at most 65536"
    )
  }

  @Test func `coordinates that are not finite are refused`() throws {
    var made = GivenEmbeddingTests.three
    made.rows[7][2] = .nan
    let error = #expect(throws: HarmonizeError.self) {
      try integrate(GivenEmbeddingTests.cells(made))
    }
    #expect(
      "\(try #require(error))".contains("the coordinate of 1 cell is not finite, first in 'c7'"))
  }

  /// Returns what reading `name` for the planted cells answers.
  private func refusal(_ name: String, in folder: TemporaryFolder) throws -> String {
    var options = IntegrationOptions()
    options.fromEmbedding = name
    let cells = try CellDataset(readingAt: [folder.path("x.h5ad")])
    let error = #expect(throws: (any Error).self) { try integrate(cells, options: options) }
    return "\(try #require(error))".replacing(folder.url.path + "/", with: "")
  }

  @Test func `a key that obsm does not have is refused with those that it has`() throws {
    let folder = try TemporaryFolder()
    try GivenEmbeddingTests.three.write(to: folder.path("x.h5ad"))
    let text = try refusal("X_lsi", in: folder)
    #expect(text.contains("'X_lsi'") && text.contains("X_pca") && text.contains("x.h5ad"))
  }

  @Test func `a file of another format has no obsm`() throws {
    let folder = try TemporaryFolder()
    var options = IntegrationOptions()
    options.fromEmbedding = "X_pca"
    let loom = TestFiles.fixtures.appending(path: "formats/loompy3.loom").path
    let copies = [folder.path("a.loom"), folder.path("b.loom")]
    for copy in copies { try FileManager.default.copyItem(atPath: loom, toPath: copy) }
    let cells = try CellDataset(readingAt: copies)
    let error = #expect(throws: (any Error).self) { try integrate(cells, options: options) }
    #expect("\(try #require(error))".contains("which holds no embeddings"))
  }

  /// A change of a text table, and the sentence that refuses the result.
  struct BadTable: Sendable {
    let name: String
    let change: @Sendable (String) -> String
    let sentence: String
  }

  static let badTables: [BadTable] = [
    BadTable(
      name: "two", change: { $0.replacingOccurrences(of: "\nc0\t", with: "\nc1\t") },
      sentence: "'two.tsv' has two rows of the cell 'c1'; give one row for each cell"),
    BadTable(
      name: "lacks", change: { $0.replacingOccurrences(of: "\nc0\t", with: "\nd0\t") },
      sentence: """
        'lacks.tsv' has no row for 1 of 360 cells, such as 'c0'; its rows are named like 'c359'; give \
        a row for each cell, with the cell's name in the first column
        """),
    BadTable(
      name: "word", change: { changed($0, cell: "c0", column: 1, to: "high") },
      sentence: """
        'high' in column 'PC1' of 'word.tsv', row 'c0', is not a number; give the cells' names in the \
        first column and numbers in all others
        """),
    BadTable(
      name: "nan", change: { changed($0, cell: "c3", column: 2, to: "nan") },
      sentence: """
        the table in 'nan.tsv' holds 1 value that is NaN or infinite, first in cell 'c3', column \
        'PC2'; remove these cells or replace the values
        """),
    BadTable(
      name: "headless", change: { String($0.drop { $0 != "\n" }.dropFirst()) },
      sentence: """
        the first line of 'headless.tsv' is the row of the cell 'c359'; give a heading as the first line
        """),
    BadTable(
      name: "names",
      change: { table in
        table.split(separator: "\n").map { $0.prefix { $0 != "\t" } + "\n" }.joined()
      },
      sentence: """
        'names.tsv' has only one column; give the cells' names in the first column and their \
        coordinates in the others, separated by tabs or commas
        """),
  ]

  /// Returns a table with another text in one field.
  private static func changed(
    _ table: String, cell: String, column: Int, to text: String
  ) -> String {
    table.split(separator: "\n").map { line in
      var fields = line.split(separator: "\t").map(String.init)
      if fields[0] == cell { fields[column] = text }
      return fields.joined(separator: "\t") + "\n"
    }.joined()
  }

  @Test(arguments: badTables.indices)
  func `a text table that does not fit is refused`(number: Int) throws {
    let bad = Self.badTables[number]
    let folder = try TemporaryFolder()
    let made = GivenEmbeddingTests.three
    try made.write(to: folder.path("x.h5ad"))
    try Data(bad.change(made.table).utf8).write(to: folder.url.appending(path: "\(bad.name).tsv"))
    #expect(try refusal(folder.path("\(bad.name).tsv"), in: folder) == bad.sentence)
  }

  @Test func `obsm of two files must have the same dimensions`() throws {
    let folder = try TemporaryFolder()
    let made = GivenEmbeddingTests.three
    try made.write(to: folder.path("a.h5ad"))
    try PlantedBatches([[0, 1], [0, 1]]).write(
      to: folder.path("b.h5ad"),
      embeddings: [("X_pca", [[Float]](repeating: [1, 2], count: 160))])
    var reading = ReadingOptions()
    reading.needsCounts = false
    let cells = try CellDataset(
      readingAt: [folder.path("a.h5ad"), folder.path("b.h5ad")], options: reading)
    var options = IntegrationOptions()
    options.fromEmbedding = "X_pca"
    let error = #expect(throws: CoordinateError.self) { try integrate(cells, options: options) }
    #expect(
      "\(try #require(error))".replacing(folder.url.path + "/", with: "")
        == "'obsm/X_pca' has 8 dimensions in 'a.h5ad' and 2 in 'b.h5ad'; give coordinates that were "
        + "computed for all files together")
  }
}
