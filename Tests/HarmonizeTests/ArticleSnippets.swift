// swift-format-ignore-file
// Made of the Swift in the documents by ArticleSnippetTests; not to be edited.

import Harmonize

enum ArticleSnippets {
  static let all: [String: @Sendable () async throws -> Void] = [
    "README": `README`,
    "Reports": `Reports`,
    "UsingTheLibrary": `UsingTheLibrary`,
  ]

  static func `README`() throws {
    // Use from Swift

    let cells = try CellDataset(readingAt: ["cells.h5ad"], batchKey: "donor")
    var result = try integrate(cells)
    try Destination("harmonized.h5ad", inputs: ["cells.h5ad"]).write(&result, of: cells)
    try Model(result, of: cells).write(to: "model.h5")
  }

  static func `Reports`() throws {
    // Content

    let cells = try CellDataset(readingAt: ["cells.h5ad"], batchKey: "donor")
    var options = IntegrationOptions()
    options.uncorrectedCells = ReportOptions.pictureCells
    let result = try integrate(cells, options: options)
    try result.report(of: cells).write(to: "report.html")
  }

  static func `UsingTheLibrary`() async throws {
    // Load

    let cells = try await onOwnThread {
      try CellDataset(readingAt: ["cells.h5ad"], batchKey: "donor")
    }
    print(cells)  // how many cells, genes and batches there are
    // Load
    let counts: [Float] = [
      5, 0, 2,  // the first cell's counts of three genes
      0, 7, 1,
      3, 1, 0,
      0, 9, 4,
    ]
    let own = CellDataset(
      counts: MatrixInMemory(dense: counts, geneCount: 3),
      names: ["a1", "a2", "b1", "b2"], genes: ["CD3E", "CD19", "LYZ"],
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: [0, 0, 1, 1]))
    print(own.count)  // 4
    // Integrate, with progress and cancellation
    var options = IntegrationOptions()
    options.seed = 1
    options.checkpoint = CheckpointOptions(path: "cells.checkpoint")

    let task = Task { [options] in
      try await onOwnThread {
        try integrate(cells, options: options) { progress in
          print(progress.stage, Int(100 * progress.overall), "%", progress.secondsLeft ?? .nan)
        }
      }
    }

    // Where the user has thought better of it:
    task.cancel()
    do {
      _ = try await task.value
    } catch is CancellationError {
      print("stopped")
    }

    // And later again, from where it was:
    options.checkpoint?.resumes = true
    let resumed = options
    var result = try await onOwnThread { try integrate(cells, options: resumed) }
    // Integrate, with progress and cancellation
    var equal = IntegrationOptions()
    equal.composition = .equal
    // And these two, for the model of version 0.1.0:
    equal.model.decoderNorm = .perBatch
    equal.model.hidden = [128]
    _ = try integrate(cells, options: equal)
    // Read the embedding as rows
    for (name, row) in zip(cells.names, result.embedding).prefix(3) {
      print(name, row.map { $0 })
    }
    let first = result.embedding[0]  // one cell
    let table = result.embedding.values  // all, row by row: (n, d)
    print(first.count, table.count == result.embedding.count * result.embedding.dimensions)
    // Read the embedding as rows
    for warning in result.record.warnings { print("Warning:", warning) }
    print(result.record.mixing?.before ?? 0, "->", result.record.mixing?.after ?? 0)
    for batch in result.record.composition?.batches ?? [] where batch.isDifferent {
      print(batch.batch, "holds other types than the others:", batch.lacking, batch.alone)
    }
    // Write the result and the model
    let destination = try Destination("harmonized.h5ad", inputs: ["cells.h5ad"])
    try destination.write(&result, of: cells)
    try Model(result, of: cells, labelKey: "cell_type").write(to: "model.h5")
    try result.record.write(to: "run.json")
    options.checkpoint?.discard()
    // Map new cells
    let model = try await onOwnThread { try Model(readingAt: "model.h5") }
    let query = try await onOwnThread {
      try CellDataset(query: SampleSheet(paths: ["new.h5ad"]), for: model)
    }
    let mapping = try await onOwnThread {
      try model.map(query) { progress in print(progress.stage) }
    }
    if let labels = mapping.labels {
      for (name, label) in zip(query.names, labels.words).prefix(3) { print(name, label) }
    }
    try Destination("mapped.h5ad", inputs: ["new.h5ad"]).write(mapping, of: query)
    // Evaluate
    let evaluation = try evaluateEmbeddings(
      ofFileAt: "harmonized.h5ad", keys: ["X_pca", "X_scharmonize"], batchKey: "donor",
      labelKey: "cell_type")
    for row in evaluation.scores.rows {
      print(row.name, row.scores.total ?? .nan)
    }
    // Evaluate
    let aligned = try align(result.latent, batches: [cells.batches])
    let layout = try umap(aligned)
    print(layout[0])  // the first cell's position
    let scores = try evaluate(
      [("latent", result.latent), ("aligned", aligned)], batches: cells.batches,
      uncorrected: result.latent)
    print(scores.text)
    // Errors
    do {
      _ = try CellDataset(readingAt: ["missing.h5ad"])
    } catch {
      print(error)  // cannot open 'missing.h5ad': there is no such file
      print(failureCategory(of: error) == .noInput)  // true
    }
  }
}
