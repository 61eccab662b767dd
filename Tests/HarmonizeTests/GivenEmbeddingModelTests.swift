import Foundation
import Harmonize
import Numerics
import TestSupport
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// The model, the mapping and the reports of an aligned embedding.
@Suite struct GivenEmbeddingModelTests {
  let folder: TemporaryFolder
  let model: Model
  let result: IntegrationResult
  let cells: CellDataset

  init() throws {
    folder = try TemporaryFolder()
    let made = PlantedCoordinates([[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    try made.write(to: folder.path("reference.h5ad"), rows: 0..<360)
    try made.write(to: folder.path("query.h5ad"), hasCounts: false, rows: 360..<540, prefix: "new")
    cells = try CellDataset(readingAt: [folder.path("reference.h5ad")])
    var options = IntegrationOptions()
    options.fromEmbedding = "X_pca"
    options.labelKey = "type"
    options.uncorrectedCells = 100
    result = try integrate(cells, options: options)
    model = try Model(result, of: cells, labelKey: "type")
  }

  private func query() throws -> CellDataset {
    var reading = ReadingOptions()
    reading.needsCounts = false
    return try CellDataset(
      query: SampleSheet(paths: [folder.path("query.h5ad")]), for: model, options: reading)
  }

  @Test func `a model is read as it was written, with the same bytes again`() throws {
    try model.write(to: folder.path("m.h5"))
    let read = try Model(readingAt: folder.path("m.h5"))
    #expect(read.space == model.space && read.alignment == model.alignment)
    #expect(read.reference == model.reference && read.batches == ["lab0", "lab1"])
    #expect(read.digest == model.digest && read.isOfCoordinates)
    try read.write(to: folder.path("again.h5"))
    #expect(
      try Data(contentsOf: folder.url.appending(path: "m.h5"))
        == Data(contentsOf: folder.url.appending(path: "again.h5")))
    #expect(
      read.description
        == "model of 360 cells of 2 batches: 8 dimensions of 'X_pca'\n3 labels of 'type'")
  }

  @Test func `new cells of another batch come to their types`() throws {
    try model.write(to: folder.path("m.h5"))
    let mapping = try Model(readingAt: folder.path("m.h5")).map(query())
    let labels = try #require(mapping.labels)
    let expected = (0..<180).map { "t\($0 / 60)" }
    #expect(zip(labels.words, expected).count(where: ==) >= 178)
    #expect(labels.support == nil && mapping.latent.dimensions == 0)
    #expect(mapping.record.options.fromEmbedding == "X_pca")
    #expect(mapping.description.hasPrefix("180 new cells, 8 dimensions of 'X_pca'\n"))
    let destination = try Destination(folder.path("out.h5ad"), inputs: [folder.path("query.h5ad")])
    try destination.write(mapping, of: query())
    let joint = try Destination(folder.path("joint.h5ad"), inputs: [folder.path("query.h5ad")])
    try joint.write(mapping, of: query(), after: model)
    let table = try CellTables(readingAt: folder.path("joint.h5ad")).embedding("X_scharmonize")
    #expect(table.rows == 540 && table.columns == 8)
    #expect(
      try CellTables(readingAt: folder.path("out.h5ad")).embedding("X_scharmonize").values
        == mapping.embedding.values)
  }

  @Test func `cells of the reference without alignment come back as they were given`() throws {
    var options = MappingOptions()
    options.aligns = false
    let query = try CellDataset(
      query: SampleSheet(paths: [folder.path("reference.h5ad")]), for: model)
    let mapping = try model.map(query, options: options)
    let given = try #require(
      try {
        var cells = cells
        try cells.readCoordinates("X_pca")
        return cells.coordinates
      }())
    #expect(
      mapping.embedding
        == (try #require(model.space).centered(given.embedding, in: .process)))
    #expect(mapping.record.warnings.contains { $0.contains("360 new cells have the names") })
  }

  @Test func `what does not suit the model is refused`() throws {
    func refusal(_ change: (inout MappingOptions) -> Void) throws -> String {
      var options = MappingOptions()
      change(&options)
      let query = try query()
      let error = #expect(throws: (any Error).self) { try model.map(query, options: options) }
      return "\(try #require(error))"
    }
    for (name, change) in [
      ("statistics", { $0.statistics = .adapted }), ("leastSupport", { $0.leastSupport = 0.3 }),
      ("certifiesRadius", { $0.certifiesRadius = true }),
    ] as [(String, (inout MappingOptions) -> Void)] {
      #expect(
        try refusal(change)
          == "`\(name)` has no effect on new cells of an embedding, which have neither counts nor a "
          + "network; leave it out")
    }
    try Data(
      ("cell\tA\tB\n" + (360..<540).map { "new\($0)\t1\t2\n" }.joined()).utf8
    ).write(to: folder.url.appending(path: "two.tsv"))
    let table = folder.path("two.tsv")
    #expect(
      try refusal { $0.fromEmbedding = table }
        == "the embedding '\(table)' of the new cells has 2 dimensions, and 'X_pca' of the reference "
        + "has 8; give coordinates in the space of the reference, such as projections onto its "
        + "principal components")
    #expect(throws: CertificateError.noNetwork) { try Certificate(of: model) }
    var options = MappingOptions()
    options.fromEmbedding = "X_pca"
    let counts = try MappingTests.model().0
    let error = #expect(throws: UsageError.self) {
      try counts.map(smallCells(), options: options)
    }
    #expect(
      error?.message
        == "`fromEmbedding` is for a model of an embedding, and this one was trained on counts; leave "
        + "it out")
  }

  @Test func `corrected expression needs a network`() throws {
    var result = result
    let corrected = try CorrectedOutput(
      folder.path("c.h5ad"), inputs: [folder.path("reference.h5ad")])
    let error = #expect(throws: UsageError.self) { try corrected.write(&result, of: cells) }
    #expect(
      error?.message
        == "`CorrectedOutput` needs a network, and an embedding was aligned without one; leave it or "
        + "`fromEmbedding` out")
    #expect(!FileManager.default.fileExists(atPath: folder.path("c.h5ad")))
  }

  @Test func `the methods paragraph and the report say what was done`() throws {
    let text = result.record.methodsParagraph().text
    #expect(
      text
        == "360 cells of 2 batches (defined by 'batch') were integrated with scharmonize "
        + "\(result.record.version). The embedding 'X_pca' with 8 dimensions was taken as it was "
        + "given, and the mean of all cells was subtracted. In this space, the batches were aligned "
        + "within soft clusters as in Harmony (Korsunsky et al. 2019), with 12 clusters, θ = 1, "
        + "σ = 0.1, a ridge penalty of a fifth of the cells expected of a batch in a cluster (at "
        + "least 40 divided by the number of cells of the batch), and at most 10 rounds. The random seed was 0."
    )
    var options = ReportOptions()
    options.labelKey = "type"
    let report = try result.report(of: cells, options: options)
    let titles = report.sections.map(\.title)
    #expect(titles.contains("Cells and embedding") && !titles.contains("Training"))
    #expect(titles.contains("Mixing within each cell type"))
    #expect(report.lead.hasPrefix("360 cells, 8 dimensions of 'X_pca', by scharmonize "))
    #expect(report.html().contains("before: given embedding"))
  }

  @Test func `the output has the embedding and the record, and no latent space`() throws {
    var result = result
    let output = folder.path("out.h5ad")
    try Destination(output, inputs: [folder.path("reference.h5ad")]).write(&result, of: cells)
    let tables = try CellTables(readingAt: output)
    #expect(tables.embeddingNames.sorted() == ["X_pca", "X_scharmonize"])
    #expect(try tables.embedding("X_scharmonize").values == result.embedding.values)
    let table = try evaluateEmbeddings(
      ofFileAt: output, keys: ["X_scharmonize"], labelKey: "type", uncorrectedKey: "X_pca")
    #expect(table.scores.rows.map(\.name) == ["X_scharmonize", "uncorrected"])
  }
}
