internal import CellFiles
public import CountData
public import Evaluation
package import Numerics
internal import Support
internal import NeuralNet

/// The comparison of the embeddings of one file.
public struct EmbeddingEvaluation: Sendable {
  /// The scib-metrics scores of each embedding.
  public var scores: ScoreTable

  /// The mixing of the batches in each embedding, in the same order: within each label if there are
  /// labels, else within the populations of ``composition``.
  public var mixing: [BatchMixing]

  /// The preservation of each batch's neighbourhoods in each embedding, in the same order.
  public var preservation: [[NeighbourhoodPreservation]]

  /// The name of the uncorrected embedding for comparison, if there is one.
  package var uncorrected: String?

  /// A flag that is true if mixing is measured within each label, not within all cells.
  package var isWithinLabels = false

  /// The populations that the batches share, found from the file's counts; `nil` if there are none
  /// or they were not read.
  public var composition: CompositionRecord?

  /// The warnings to read before trusting the scores.
  ///
  /// They name batches that seem to have other cell types than the others, and batches that an
  /// embedding merged with different cells.
  public var warnings: [String] = []

  /// The embeddings and their cells, for pictures.
  package var judged: Judged

  /// The embeddings that were judged, and their cells.
  package struct Judged: Sendable {
    /// The file.
    package let path: String

    /// The embeddings by name, `(n, d)` each.
    package let embeddings: [(name: String, embedding: Matrix)]

    /// The batch of each cell, and the name of its column; `(n)`.
    package let batches: (name: String, values: [String?])

    /// The label of each cell, and the name of its column, where there are labels; `(n)`.
    package let labels: (name: String, values: [String?])?

    /// The cells' names; `(n)`.
    package let names: [String]

    /// The searched neighbours of the embeddings.
    package let evaluator: Evaluator

    /// The threads to use.
    package let pool: ThreadPool
  }
}

/// Evaluates embeddings of an `.h5ad` file.
///
/// - Parameters:
///   - path: The file.
///   - keys: The names of the embeddings in `obsm`.
///   - batchKey: The column of `obs` that names each cell's batch. The default is `batch`.
///   - labelKey: The column with cell types. The default is `nil`, for the metrics that need no
///     labels.
///   - uncorrectedKey: The embedding in `obsm` before correction. The default is `nil`, for the
///     principal components of the file's counts; without counts, metrics that compare with them
///     are left out.
///   - cellTable: A table with one row per cell, whose columns are added to `obs`. The default is
///     `nil`, for none.
///   - threads: The number of threads. The default is `nil`, for one per core.
///   - memory: The bytes of memory for the file's counts. The default is `nil`, for half of the
///     machine's memory; the rest goes to a scratch file.
///   - scratchFolder: The folder of the scratch file. The default is `nil`, for `TMPDIR`.
/// - Returns: The scores.
/// - Throws: `CellFileError`, `HDF5Error`, `EvaluationError`; `CancellationError` before the next
///   embedding.
public func evaluateEmbeddings(
  ofFileAt path: String, keys: [String], batchKey: String = CellDataset.defaultBatchKey,
  labelKey: String? = nil, uncorrectedKey: String? = nil, cellTable: String? = nil,
  threads: Int? = nil, memory: Int? = nil, scratchFolder: String? = nil
) throws -> EmbeddingEvaluation {
  let tables = try CellTables(readingAt: path, cellTable: cellTable)
  let batches = try tables.batches(batchKey)
  let labelColumn = try labelKey.map { try tables.column($0) }
  let labels = labelColumn?.withPlaceholdersMissing().labels()
  let embeddings = try keys.map { (name: $0, embedding: Matrix(try tables.embedding($0))) }
  let pool = ThreadPool(threads: threads)

  var counts: UncorrectedExpression?
  var withoutCounts: String?
  if uncorrectedKey == nil || labels == nil {
    do {
      counts = try UncorrectedExpression(
        path, batchKey: batchKey, cellTable, memory: memory, scratchFolder: scratchFolder, pool)
    } catch let error where failureCategory(of: error) == .data {
      // A file with embeddings only is also evaluated, with a note about what is left out.
      withoutCounts = "\(error)"
    }
  }
  var uncorrected = counts?.components
  var uncorrectedName = counts.map { _ in "principal components of the counts" }
  if let uncorrectedKey {
    (uncorrected, uncorrectedName) = (
      Matrix(try tables.embedding(uncorrectedKey)), uncorrectedKey
    )
  }
  let evaluator = try Evaluator(
    batches: batches, labels: labels, uncorrected: uncorrected,
    populations: labels == nil ? counts?.populations?.ofCell : nil, pool: pool)
  let labelNotices =
    labelColumn.map {
      placeholderNotices(in: [$0], named: labelKey ?? "", role: "cell type")
    } ?? []
  let judged = try embeddings.map {
    try Task.checkCancellation()
    return try evaluator.evaluate([$0])
  }
  let composition = counts.flatMap { $0.populations?.record(names: $0.batches) }
  let isMixture = composition?.different.isEmpty == false
  var notes = (judged.first?.notes ?? []) + labelNotices
  if let withoutCounts { notes.append(EmbeddingEvaluation.note(withoutCounts)) }
  if isMixture { notes.append(EmbeddingEvaluation.mixtureNote) }
  var evaluation = EmbeddingEvaluation(
    scores: ScoreTable(
      rows: judged.flatMap(\.rows),
      notes: notes),
    mixing: try embeddings.map { try evaluator.mixing(of: $0.embedding, name: $0.name) },
    preservation: try embeddings.map {
      try evaluator.preservation(of: $0.embedding, name: $0.name)
    },
    uncorrected: uncorrectedName, isWithinLabels: labels != nil, composition: composition,
    judged: EmbeddingEvaluation.Judged(
      path: path, embeddings: embeddings, batches: (batchKey, batches),
      labels: labels.map { (labelKey ?? "label", $0) }, names: tables.cellNames,
      evaluator: evaluator, pool: pool))
  let before = try uncorrected.map {
    try evaluator.mixing(of: $0, name: "the uncorrected embedding")
  }
  evaluation.warnings =
    (composition?.warnings(nil) ?? []).map {
      labels == nil ? $0 + "; check the types with `labelKey`" : $0
    }
    + zip(embeddings, evaluation.mixing).flatMap { embedding, mixing in
      overlays(in: embedding.name, mixing, before: before)
    }
    + [evaluator.labelWarning(labelKey: labelKey ?? "", batchKey: batchKey)].compactMap(\.self)
  return evaluation
}

/// Returns one sentence for each batch that an embedding merged with different cells.
private func overlays(
  in embedding: String, _ mixing: BatchMixing, before: BatchMixing?
) -> [String] {
  let most = 5
  let concerns = IntegrationConcern.all(mixing: mixing, before: before, preservation: [])
    .filter { if case .overlaid = $0 { true } else { false } }
  let rest = concerns.count - most
  return concerns.prefix(most).map { "'\(embedding)': \($0.description)" }
    + (rest > 0
      ? ["'\(embedding)': the same of \(rest) more \(rest == 1 ? "batch" : "batches")"] : [])
}

/// The uncorrected expression of a file's cells, and the populations that its batches share.
private struct UncorrectedExpression {
  /// The principal components of the counts, for all cells.
  let components: Matrix

  /// The names of the batches.
  let batches: [String]

  /// The populations; `nil` if there are too few genes to find them.
  let populations: Populations?

  init(
    _ path: String, batchKey: String, _ cellTable: String?, memory: Int?, scratchFolder: String?,
    _ pool: ThreadPool
  ) throws {
    var options = ReadingOptions()
    options.threads = pool.threads
    options.fit(memory: memory)
    options.companions.cellTable = cellTable
    let cells = try CellDataset(readingAt: [path], batchKey: batchKey, options: options)
    let summary = try CellSummary(
      of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: false
    ) { _ in try Task.checkCancellation() }
    var diagnostics = Diagnostics()
    let selected = try GeneSelection(
      of: cells, summary, measured: nil, GeneSelectionOptions(), &diagnostics
    ).genes
    let store = try CountStore(
      cells, selected: selected, summary: summary,
      memoryLimit: MemoryBudget(memory).store(beside: summary.moments.byteCount),
      scratchFolder: scratchFolder ?? ScratchFolder.standard()
    ) { _ in
      try Task.checkCancellation()
    }
    components = UncorrectedSpace.coordinates(
      of: Array(0..<cells.count), in: store, batches: cells.batches.batchOfCell, seed: 0, pool: pool
    )
    batches = cells.batches.names
    populations = Populations(
      of: cells, summary, store, GenePadding(missing: [], meanInputs: []),
      seed: IntegrationOptions().seed, pool: pool)
  }
}

extension EmbeddingEvaluation {
  /// Returns the note that uncorrected expression is not available, and what is left out.
  fileprivate static func note(_ reason: String) -> String {
    "no uncorrected expression to compare with, so what needs it is left out, and totals are of "
      + "the metrics that are there: \(reason)"
  }
}

extension Matrix {
  fileprivate init(_ table: DenseTable) {
    self.init(rows: table.rows, columns: table.columns, values: table.values)
  }
}

extension EmbeddingEvaluation: CustomStringConvertible {
  /// The scores as a table, and the results that need no labels, as lines of text.
  public var description: String {
    var lines = [scores.text]
    lines.append(
      isWithinLabels
        ? "Mixing of the batches within each label (0 separate, 1 as their sizes predict), and the "
          + "share of neighbours of other batches and other labels:"
        : isWithinPopulations
          ? "Mixing of the batches within the populations that they share (0 separate, 1 as their "
            + "sizes predict), and the share of neighbours of other batches and other populations:"
          : composition == nil
            ? "Mixing of the batches, as if all held the same cell types (0 separate, 1 as their sizes "
              + "predict):"
            : "Mixing of the batches (0 separate, 1 as their sizes predict):")
    for (row, mixing) in zip(scores.rows, mixing) {
      let value = mixing.mixing.map(rounded) ?? "nothing to mix"
      let overlaid =
        isWithinLabels || isWithinPopulations
        ? ", overlaid \(rounded(mixing.overlaid))" : ""
      lines.append("  \(row.name): \(value)\(overlaid)")
    }
    if let uncorrected {
      lines.append("Neighbourhoods that each batch kept, against \(uncorrected):")
      for (row, batches) in zip(scores.rows, preservation) {
        let kept = batches.map { "\($0.batch) \(rounded($0.kept))" }
        lines.append("  \(row.name): \(kept.joined(separator: ", "))")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A flag that is true if mixing is measured within populations that were found without labels.
  package var isWithinPopulations: Bool { !isWithinLabels && (composition?.populations ?? 1) > 1 }

  /// The caveat about mixing metrics if batches have different cell types.
  static let mixtureNote =
    "some batches seem to hold other cell types than the others, and iLISI and PCR comparison are "
    + "highest where different types are merged"

  private func rounded(_ share: Double) -> String {
    "\((share * 100).rounded() / 100)"
  }
}
