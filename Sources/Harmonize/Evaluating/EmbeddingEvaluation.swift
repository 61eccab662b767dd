internal import CellFiles
public import Evaluation
internal import Kernels
public import Report

/// How the embeddings of one file compare.
public struct EmbeddingEvaluation: Sendable {
  /// The scores of each embedding, by the metrics of scib-metrics.
  public var scores: ScoreTable

  /// The mixing of the batches in each embedding, in the same order: within each label where there
  /// are labels.
  public var mixing: [SourceMixing]

  /// How much of its own neighbourhoods each source kept in each embedding, in the same order.
  public var preservation: [[NeighbourhoodPreservation]]

  /// What the embedding is called that the others are compared with, if there is one.
  public var uncorrected: String?

  /// Whether mixing is measured within each label, and not within all cells.
  public var isWithinLabels = false

  /// The embeddings in pictures, with their scores, where that was asked for.
  public var report: Report?
}

/// Judges embeddings of an `.h5ad`, ours or other tools'.
///
/// - Parameters:
///   - path: The file.
///   - keys: The names of the embeddings in `obsm`.
///   - sourceKey: The column of `obs` that names each cell's source. The default is `batch`.
///   - labelKey: The column with cell types, or `nil` for the metrics that need none.
///   - uncorrectedKey: The embedding in `obsm` before correction. The default, `nil`, takes the
///     principal components of the file's counts; where there are none, metrics that compare
///     with them are left out.
///   - threads: The number of threads, or `nil` for one a core.
///   - report: What a report of the embeddings shows beside them; its labels are those of
///     `labelKey`. The default, `nil`, makes none: it takes a layout of each embedding.
/// - Returns: The scores.
/// - Throws: `CellFileError`, `HDF5Error`, `EvaluationError`; `UMAPError`, where an option of the
///   layout can't be used; `CancellationError`, before the next embedding.
public func evaluateEmbeddings(
  ofFileAt path: String, keys: [String], sourceKey: String = Cells.defaultSourceKey,
  labelKey: String? = nil, uncorrectedKey: String? = nil, threads: Int? = nil,
  report: ReportOptions? = nil
) throws -> EmbeddingEvaluation {
  let tables = try CellTables(readingAt: path)
  let sources = try tables.column(sourceKey).labels()
  let labels = try labelKey.map { try tables.column($0).labels() }
  let embeddings = try keys.map { (name: $0, embedding: Matrix(try tables.embedding($0))) }
  let pool = ThreadPool(threads: threads)

  var uncorrected: Matrix?
  var uncorrectedName: String?
  if let uncorrectedKey {
    (uncorrected, uncorrectedName) = (
      Matrix(try tables.embedding(uncorrectedKey)), uncorrectedKey
    )
  } else if let computed = try? uncorrectedComponents(path, sourceKey: sourceKey, pool) {
    (uncorrected, uncorrectedName) = (computed, "principal components of the counts")
  }
  let evaluator = try Evaluator(
    sources: sources, labels: labels, uncorrected: uncorrected, pool: pool)
  let judged = try embeddings.map {
    try Task.checkCancellation()
    return try evaluator.evaluate([$0])
  }
  var evaluation = EmbeddingEvaluation(
    scores: ScoreTable(rows: judged.flatMap(\.rows), notes: judged.first?.notes ?? []),
    mixing: try embeddings.map { try evaluator.mixing(of: $0.embedding, name: $0.name) },
    preservation: try embeddings.map {
      try evaluator.preservation(of: $0.embedding, name: $0.name)
    },
    uncorrected: uncorrectedName, isWithinLabels: labels != nil)
  if let report {
    evaluation.report = try EvaluationReport(
      path: path, embeddings: embeddings, sources: (sourceKey, sources),
      labels: labels.map { (labelKey ?? "label", $0) }, names: tables.cellNames,
      pairs: try embeddings.map {
        try evaluator.pairwiseMixing(of: $0.embedding, name: $0.name, limit: heatmapSources)
      },
      evaluation: evaluation
    ).report(report, pool: pool)
  }
  return evaluation
}

/// The principal components of a file's counts, of all its cells.
private func uncorrectedComponents(
  _ path: String, sourceKey: String, _ pool: ThreadPool
) throws -> Matrix {
  var options = ReadingOptions()
  options.threads = pool.threads
  let cells = try Cells(readingAt: [path], sourceKey: sourceKey, options: options)
  let summary = try CellSummary(
    of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: false
  ) { _ in try Task.checkCancellation() }
  let selected = variableGenes(
    IntegrationOptions().geneCount, votes: summary.moments.votes)
  let store = try CountStore(cells, selected: selected, summary: summary) { _ in
    try Task.checkCancellation()
  }
  return UncorrectedSpace.coordinates(
    of: Array(0..<cells.count), in: store, sources: cells.sources.ofCell, seed: 0, pool: pool)
}

extension Matrix {
  fileprivate init(_ table: DenseTable) {
    self.init(rows: table.rows, columns: table.columns, values: table.values)
  }
}

extension EmbeddingEvaluation: CustomStringConvertible {
  /// The scores as a table, and what is told without labels, as lines of text.
  public var description: String {
    var lines = [scores.text]
    lines.append(
      isWithinLabels
        ? "Mixing of the batches within each label (0 separate, 1 as their sizes predict), and the "
          + "share of neighbours of other batches and other labels:"
        : "Mixing of the batches (0 separate, 1 as their sizes predict):")
    for (row, mixing) in zip(scores.rows, mixing) {
      let value = mixing.mixing.map(rounded) ?? "nothing to mix"
      let overlaid = isWithinLabels ? ", overlaid \(rounded(mixing.overlaid))" : ""
      lines.append("  \(row.name): \(value)\(overlaid)")
    }
    if let uncorrected {
      lines.append("Neighbourhoods that each batch kept, against \(uncorrected):")
      for (row, sources) in zip(scores.rows, preservation) {
        let kept = sources.map { "\($0.source) \(rounded($0.kept))" }
        lines.append("  \(row.name): \(kept.joined(separator: ", "))")
      }
    }
    return (lines + scores.notes).joined(separator: "\n")
  }

  private func rounded(_ share: Double) -> String {
    "\((share * 100).rounded() / 100)"
  }
}
