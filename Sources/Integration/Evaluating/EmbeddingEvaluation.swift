public import CellFiles
public import CountData
public import Evaluation
package import Numerics
public import Support
internal import NeuralNet

/// The comparison of the embeddings of one file.
public struct EmbeddingEvaluation: Sendable {
  /// The scib-metrics scores of each embedding.
  public var scores: ScoreTable

  /// The mixing of the batches in each embedding, in the same order, within the populations of
  /// ``composition``.
  ///
  /// It is the number that a run of `integrate` records, and includes cells without a label.
  public var mixing: [BatchMixing]

  /// The within-label mixing of each embedding: the same number with each label as a population.
  ///
  /// It is empty without labels.
  public var withinLabelMixing: [BatchMixing] = []

  /// The preservation of each batch's neighbourhoods in each embedding, in the same order.
  public var preservation: [[NeighbourhoodPreservation]]

  /// The name of the uncorrected embedding for comparison, if there is one.
  package var uncorrected: String?

  /// The populations that the batches share, found from the file's counts; `nil` if there are none
  /// or they were not read.
  public var composition: CompositionRecord?

  /// The warnings to read before trusting the scores.
  ///
  /// They name batches that seem to have other cell types than the others, and batches that an
  /// embedding merged with different cells.
  public var warnings: [String] = []

  /// The choices made by default, one sentence each.
  public var notices: [String] = []

  /// The embeddings and their cells, for pictures.
  package var judged: Judged

  /// The name of the row of the expression before correction.
  package static let uncorrectedRow = "uncorrected"

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

    /// The population of each cell, `(n)`; `nil` if populations were not found.
    package let populations: [Int32]?

    /// The counts and expressed genes of each cell; `nil` without counts.
    package let depths: CellDepths?

    /// The evaluator of the labelled cells, or of all cells without labels.
    package let evaluator: Evaluator

    /// The evaluator of all cells, for numbers that need no labels.
    package let whole: Evaluator

    /// The threads to use.
    package let pool: ThreadPool
  }
}

/// Evaluates embeddings of an `.h5ad` file, and the uncorrected expression beside them.
///
/// The uncorrected expression is the last row of the scores, unless its embedding is among `keys`.
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
///   - reading: The options for reading the counts. The default is `ReadingOptions()`, which reads
///     the matrix that the integration of the file read, or else `X`.
///   - threads: The number of threads. The default is `nil`, for one per core.
///   - memory: The bytes of memory for the file's counts. The default is `nil`, for half of the
///     machine's memory; the rest goes to a scratch file.
///   - scratchFolder: The folder of the scratch file. The default is `nil`, for `TMPDIR`.
///   - progress: Receives the progress, which ends with `overall` 1; throws to stop, as cancelling the
///     task does. The default does nothing.
/// - Returns: The scores.
/// - Throws: `CellFileError`, `HDF5Error`, `EvaluationError`; errors of `progress`;
///   `CancellationError` before the next metric.
public func evaluateEmbeddings(
  ofFileAt path: String, keys: [String], batchKey: String = CellDataset.defaultBatchKey,
  labelKey: String? = nil, uncorrectedKey: String? = nil, cellTable: String? = nil,
  reading: ReadingOptions = ReadingOptions(), threads: Int? = nil, memory: Int? = nil,
  scratchFolder: String? = nil, progress: ProgressHandler = { _ in }
) throws -> EmbeddingEvaluation {
  let subject = try EvaluatedCells(
    path, keys: keys, batchKey: batchKey, labelKey: labelKey, cellTable: cellTable)
  return try withoutActuallyEscaping(progress) { progress in
    let context = RunContext(
      pool: ThreadPool(threads: threads), memory: memory, scratchFolder: scratchFolder,
      workload: subject.workload, progress: progress)
    var reading = reading
    let matrix = try reading.useIntegratedMatrix(ofFileAt: path)
    reading.companions.cellTable = cellTable
    let before = try UncorrectedExpression(
      of: subject, key: uncorrectedKey, reading, in: context)
    var evaluation = try EmbeddingEvaluation(
      of: subject, before, labelKey: labelKey, in: context)
    if let matrix, before.composition != nil {
      evaluation.notices.append(
        "the counts are those of '\(matrix)', which the integration of the file read")
    }
    return evaluation
  }
}

extension EmbeddingEvaluation {
  /// The share of the evaluation that the metrics take; the comparisons of all cells take the rest.
  private static let metricShare = 0.8

  /// Evaluates the embeddings of some cells.
  fileprivate init(
    of subject: EvaluatedCells, _ before: UncorrectedExpression, labelKey: String?,
    in context: RunContext
  ) throws {
    let populations = before.populations?.ofCell
    func evaluator(_ labels: [String?]?) throws -> Evaluator {
      try Evaluator(
        batches: subject.batches, labels: labels, uncorrected: before.coordinates,
        populations: populations, pool: context.pool)
    }
    let labelled = try evaluator(subject.labels)
    // Numbers that need no labels are of all cells, as in the record of a run.
    let whole =
      subject.labels != nil && labelled.cellCount < subject.names.count
      ? try evaluator(nil) : labelled
    let embeddings =
      subject.embeddings + before.row(beside: subject.embeddings.map(\.name))
    scores = try labelled.evaluate(embeddings) {
      try context.report(.evaluating, Self.metricShare * $0)
    }
    mixing = try embeddings.map { try whole.mixing(of: $0.embedding, name: $0.name) }
    withinLabelMixing = try embeddings.compactMap {
      try labelled.withinLabelMixing(of: $0.embedding, name: $0.name)
    }
    preservation = try embeddings.map {
      try whole.preservation(of: $0.embedding, name: $0.name)
    }
    (uncorrected, composition) = (before.name, before.composition)
    judged = Judged(
      path: subject.path, embeddings: embeddings,
      batches: (subject.batchKey, subject.batches),
      labels: subject.labels.map { (labelKey ?? "label", $0) }, names: subject.names,
      populations: populations, depths: before.depths, evaluator: labelled, whole: whole, pool: context.pool)
    scores.notes += subject.notices + before.notes
    if subject.labels == nil {
      notices.append(
        "metrics of biological conservation need cell types, and are omitted; give `labelKey`")
    }
    warnings = try warnings(
      before: before.coordinates, labelKey: labelKey ?? "", batchKey: subject.batchKey)
    try context.report(.evaluating, 1)
  }
}

/// The embeddings to evaluate, and what a file has about their cells.
private struct EvaluatedCells {
  /// The file.
  let path: String

  /// The embeddings by name; `(n, d)` each.
  let embeddings: [(name: String, embedding: Matrix)]

  /// The column that names the batches, and the batch of each cell; `(n)`.
  let batchKey: String
  let batches: [String?]

  /// The type of each cell; `nil` without a column of types; `(n)`.
  let labels: [String?]?

  /// The cells' names; `(n)`.
  let names: [String]

  /// Notices about the types, one sentence each.
  let notices: [String]

  private let tables: CellTables

  init(
    _ path: String, keys: [String], batchKey: String, labelKey: String?, cellTable: String?
  ) throws {
    let tables = try CellTables(readingAt: path, cellTable: cellTable)
    (self.path, self.tables, names) = (path, tables, tables.cellNames)
    self.batchKey = batchKey
    batches = try tables.batches(batchKey)
    let column = try labelKey.map { try tables.column($0) }
    labels = column?.withPlaceholdersMissing().labels()
    notices =
      column.map { placeholderNotices(in: [$0], named: labelKey ?? "", role: "cell type") } ?? []
    embeddings = try keys.map { (name: $0, embedding: Matrix(try tables.embedding($0))) }
  }

  /// The stages of their evaluation with their costs.
  var workload: Workload {
    let costs = StageCosts(
      cells: names.count, genes: tables.geneCount, genesUsed: IntegrationOptions().geneCount,
      batches: Set(batches).count, weights: 0,
      dimensions: embeddings.map(\.embedding.columns).max() ?? 1)
    return Workload([
      .reading: costs.reading, .gathering: costs.gathering, .comparing: costs.comparing,
      .evaluating: Double(embeddings.count) * costs.evaluating(hasLabels: labels != nil),
    ])
  }

  /// Reads another embedding of the cells.
  func embedding(_ key: String) throws -> Matrix { Matrix(try tables.embedding(key)) }
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
      ? ["'\(embedding)': the same applies to \(rest) more \(rest == 1 ? "batch" : "batches")"]
      : [])
}

/// The uncorrected expression of the evaluated cells, and the populations that batches share.
private struct UncorrectedExpression {
  /// The name of the coordinates; `nil` without them.
  private(set) var name: String?

  /// The coordinates of the cells before correction, `(n, d)`; `nil` if there are none.
  private(set) var coordinates: Matrix?

  /// The populations; `nil` without counts, or with too few genes to find them.
  private(set) var populations: Populations?

  /// The counts and expressed genes of the cells; `nil` if the counts were not read.
  private(set) var depths: CellDepths?

  /// The record of the populations.
  private(set) var composition: CompositionRecord?

  /// What is left out, or to be kept in mind, one sentence each.
  private(set) var notes: [String] = []

  /// Reads an embedding before correction, or the counts, or both.
  ///
  /// Mixing is measured within populations, and they come from the counts. A file with embeddings
  /// only is also evaluated, with a note about what is left out.
  init(
    of cells: EvaluatedCells, key: String?, _ reading: ReadingOptions, in context: RunContext
  ) throws {
    do {
      try readCounts(of: cells, reading, in: context)
    } catch let error where failureCategory(of: error) == .data {
      notes.append(
        key == nil
          ? EmbeddingEvaluation.note("\(error)") : EmbeddingEvaluation.noteOnMixing("\(error)"))
      for stage in [Stage.reading, .gathering, .comparing] { try context.report(stage, 1) }
    }
    if let key { (coordinates, name) = (try cells.embedding(key), key) }
    if composition?.different.isEmpty == false { notes.append(EmbeddingEvaluation.mixtureNote) }
  }

  /// Returns the row for the coordinates before correction; none if they are missing, or given.
  func row(beside keys: [String]) -> [(name: String, embedding: Matrix)] {
    guard let coordinates, let name, !keys.contains(name) else { return [] }
    return [(EmbeddingEvaluation.uncorrectedRow, coordinates)]
  }

  private mutating func readCounts(
    of cells: EvaluatedCells, _ reading: ReadingOptions, in context: RunContext
  ) throws {
    var options = reading
    options.threads = context.pool.threads
    options.fit(memory: context.memory)
    let cells = try CellDataset(
      readingAt: [cells.path], batchKey: cells.batchKey, options: options)
    let data = try scan(cells, in: context)
    try context.report(.comparing, 0)
    name = "principal components of the counts"
    coordinates = UncorrectedSpace.coordinates(
      of: Array(0..<cells.count), in: data.store, batches: cells.batches.batchOfCell, seed: 0,
      pool: context.pool)
    depths = CellDepths(of: Array(0..<cells.count), in: data.summary)
    populations = Populations(
      of: cells, data, seed: IntegrationOptions().seed, pool: context.pool)
    composition = populations?.record(names: cells.batches.names)
    try context.report(.comparing, 1)
  }
}

extension EmbeddingEvaluation {
  /// Returns the warnings about the batches and about each embedding.
  ///
  /// - Parameters:
  ///   - uncorrected: The coordinates before correction, if there are any.
  ///   - labelKey: The column of the types; empty without.
  ///   - batchKey: The column of the batches.
  /// - Returns: One sentence each.
  /// - Throws: `EvaluationError` if the coordinates do not fit.
  fileprivate func warnings(
    before uncorrected: Matrix?, labelKey: String, batchKey: String
  ) throws -> [String] {
    // Labels show more reliably than populations whether different cells were merged.
    let hasLabels = judged.labels != nil
    let before = try uncorrected.flatMap {
      hasLabels
        ? try judged.evaluator.withinLabelMixing(of: $0, name: "the uncorrected embedding")
        : try judged.whole.mixing(of: $0, name: "the uncorrected embedding")
    }
    return (composition?.warnings(nil) ?? []).map {
      hasLabels ? $0 : $0 + "; check the types with `labelKey`"
    }
      + zip(judged.embeddings, hasLabels ? withinLabelMixing : mixing).filter {
        $0.0.name != Self.uncorrectedRow
      }.flatMap { embedding, mixing in
        overlays(in: embedding.name, mixing, before: before)
      }
      + [judged.evaluator.labelWarning(labelKey: labelKey, batchKey: batchKey)]
      .compactMap(\.self)
  }

  /// Returns the note that the populations are not known.
  fileprivate static func noteOnMixing(_ reason: String) -> String {
    "no counts to find populations in, so mixing is measured as if all batches held the same cell "
      + "types: \(reason)"
  }

  /// Returns the note that uncorrected expression is not available, and what is left out.
  fileprivate static func note(_ reason: String) -> String {
    "no uncorrected expression to compare with, so metrics that need it are omitted, and totals "
      + "are of the remaining metrics: \(reason)"
  }
}

extension Matrix {
  fileprivate init(_ table: DenseTable) {
    self.init(rows: table.rows, columns: table.columns, values: table.values)
  }
}

extension EmbeddingEvaluation {
  /// The scores as a table, and the results that need no labels, as lines of text.
  public var text: String {
    var lines = [scores.text]
    lines.append(
      isWithinPopulations
        ? "Mixing of the batches within the populations that they share (0 separate, 1 as their "
          + "sizes predict), and the share of neighbours of other batches and other populations:"
        : composition == nil
          ? "Mixing of the batches, as if all held the same cell types (0 separate, 1 as their "
            + "sizes predict):" : "Mixing of the batches (0 separate, 1 as their sizes predict):")
    lines += zip(scores.rows, mixing).map { row, mixing in
      "  \(row.name): " + (mixing.mixing.map(rounded) ?? "no shared population")
        + (isWithinPopulations ? ", overlaid \(rounded(mixing.overlaid))" : "")
    }
    if !withinLabelMixing.isEmpty {
      lines.append(
        "Within-label mixing (the same within each label), and the share of neighbours of other "
          + "batches and other labels:")
      lines += zip(scores.rows, withinLabelMixing).map { row, mixing in
        "  \(row.name): " + (mixing.mixing.map(rounded) ?? "no shared label")
          + ", overlaid \(rounded(mixing.overlaid))"
      }
    }
    if let uncorrected {
      lines.append("Preserved neighbourhoods of each batch, compared with \(uncorrected):")
      lines += zip(scores.rows, preservation).filter { $0.0.name != Self.uncorrectedRow }.map {
        row, batches in
        let preserved = batches.map { "\($0.batch) \(rounded($0.preserved))" }
        return "  \(row.name): \(preserved.joined(separator: ", "))"
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A flag that is true if mixing is measured within several populations.
  package var isWithinPopulations: Bool { (composition?.populations ?? 1) > 1 }

  /// The caveat about mixing metrics if batches have different cell types.
  static let mixtureNote =
    "some batches seem to hold other cell types than the others, and iLISI and PCR comparison are "
    + "highest where different types are merged"

  private func rounded(_ share: Double) -> String { "\((share * 100).rounded() / 100)" }
}
