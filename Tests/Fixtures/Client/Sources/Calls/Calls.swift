import Harmonize

/// Calls of the library as a client makes them, in order of the article "Using the library".
@main
struct Calls {
  static func main() async throws {
    let cells = inMemory()
    let result = try await integrated(cells)
    try onCoordinates(result, cells)
    try saved(result, cells)
    if CommandLine.arguments.count > 1 { try files(CommandLine.arguments[1]) }
  }

  /// Cells of two batches that differ by the scaling of a gene.
  static func inMemory() -> CellDataset {
    var counts: [Float] = []
    for cell in 0..<80 {
      for gene in 0..<40 {
        let isMarker = gene % 2 == cell % 2
        counts.append(Float((cell * 7 + gene * 13) % 5 + (isMarker ? 6 : 0) + cell / 40))
      }
    }
    return CellDataset(
      counts: MatrixInMemory(dense: counts, geneCount: 40),
      names: (0..<80).map { "cell\($0)" }, genes: (0..<40).map { "gene\($0)" },
      batches: BatchAssignment(
        names: ["a", "b"], batchOfCell: (0..<80).map { $0 < 40 ? 0 : 1 }))
  }

  /// An integration with progress, and one that is stopped.
  static func integrated(_ cells: CellDataset) async throws -> IntegrationResult {
    var options = IntegrationOptions()
    options.geneCount = 40
    options.seed = 1
    options.components = 5
    options.model.hidden = [16]
    options.model.latent = 4
    options.training.visits = 2_000
    options.training.minibatchSize = 16
    try options.validate()
    let task = Task { [options] in
      try await onOwnThread {
        try integrate(cells, options: options) { progress in
          precondition(progress.fraction <= 1)
          if progress.stage == .training { throw CancellationError() }
        }
      }
    }
    do {
      _ = try await task.value
      preconditionFailure("the run went on after its handler had thrown")
    } catch is CancellationError {
    }
    var result = try integrate(cells, options: options)
    try result.addUMAP()
    print(result.record.warnings, result.record.mixing?.after ?? 0, result.umap?.count ?? 0)
    for batch in result.record.composition?.batches ?? [] where batch.isDifferent {
      print(batch.batch, batch.lacking, batch.alone)
    }
    return result
  }

  /// The steps on coordinates that the caller has.
  static func onCoordinates(_ result: IntegrationResult, _ cells: CellDataset) throws {
    let aligned = try align(result.latent, batches: [cells.batches], threads: 1)
    let layout = try umap(aligned, threads: 1)
    print(layout[0])
    let types = cells.names.indices.map { $0 % 2 == 0 ? "even" : "odd" }
    let table = try evaluate(
      [("latent", result.latent), ("embedding", result.embedding)], batches: cells.batches,
      labels: types, uncorrected: result.latent)
    print(table.rows.map { $0.scores.total ?? .nan }, table.text.isEmpty)
  }

  /// A model, its certificate, a report and new cells.
  static func saved(_ result: IntegrationResult, _ cells: CellDataset) throws {
    let model = try Model(result, of: cells)
    let certificate = try Certificate(of: model)
    print(certificate.lipschitz)
    try certificate.verify(model)
    let mapping = try model.map(cells)
    print(mapping.embedding.count, mapping.record.warnings)
    let report = try result.report(of: cells)
    print(report.title)
    print(result.record.methodsParagraph().text)
  }

  /// What needs files: `path` is an `.h5ad` with the columns `batch` and `cell_type`.
  static func files(_ path: String) throws {
    let cells = try CellDataset(readingAt: [path], batchKey: "batch")
    print(cells)
    print(try Inspection(of: [path]).command ?? "nothing to integrate")
    var result = try integrate(cells)
    let destination = try Destination("client.h5ad", inputs: [path])
    try destination.write(&result, of: cells)
    try Model(result, of: cells, labelKey: "cell_type").write(to: "client-model.h5")
    try result.record.write(to: "client.json")
    try result.report(of: cells).write(to: "client.html")
    let model = try Model(readingAt: "client-model.h5")
    let query = try CellDataset(query: SampleSheet(paths: [path]), for: model)
    let mapping = try model.map(query)
    if let labels = mapping.labels { print(labels.words.prefix(3), labels.confidence.prefix(3)) }
    try Destination("client-mapped.h5ad", inputs: [path]).write(mapping, of: query)
    let evaluation = try evaluateEmbeddings(
      ofFileAt: "client.h5ad", keys: ["X_scharmonize"], labelKey: "cell_type")
    print(evaluation.scores.csv)
    do {
      _ = try CellDataset(readingAt: ["missing.h5ad"])
    } catch {
      print(error.localizedDescription, failureCategory(of: error) == .noInput)
    }
  }
}
