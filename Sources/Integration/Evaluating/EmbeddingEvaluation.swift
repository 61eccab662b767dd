public import CellFiles
public import CountData
public import Evaluation
package import Numerics
public import Support

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

  /// The assessment of each embedding, whether it looks over-, under- or well corrected, in the same
  /// order.
  ///
  /// It is `nil` for the uncorrected expression, and if no population occurs in two batches.
  public var verdicts: [CorrectionVerdict?] {
    let hasLabels = !withinLabelMixing.isEmpty
    let mixing = hasLabels ? withinLabelMixing : mixing
    let place = scores.rows.firstIndex { $0.name == uncorrectedName }
    return scores.rows.indices.map { row in
      row == place
        ? nil
        : CorrectionVerdict(
          mixing: mixing[row], before: place.map { mixing[$0] }, preservation: preservation[row],
          groups: hasLabels ? "labels" : isWithinPopulations ? "populations" : nil)
    }
  }

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
    package let embeddings: [(name: String, embedding: Embedding)]

    /// The batch of each cell, and the name of its column; `(n)`.
    package let batches: (name: String, values: [String?])

    /// The label of each cell, and the name of its column, where there are labels; `(n)`.
    package let labels: (name: String, values: [String?])?

    /// The cells' names; `(n)`.
    package let names: CellNames

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

/// Evaluates embeddings of an `.h5ad` file or a zarr store, and the uncorrected expression beside them.
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
/// - Throws: `CategorizedError` if the file cannot be read, lacks a column or an embedding, or cannot
///   be scored; errors of `progress`; `CancellationError` before the next metric.
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
      cells: subject.names.count, laterBytes: Evaluator.bytes(forCells: subject.names.count),
      workload: subject.workload, progress: progress)
    var reading = reading
    let isChosen = reading.layer != nil || reading.useRaw
    let matrix = try reading.useIntegratedMatrix(ofFileAt: path)
    reading.companions.cellTable = cellTable
    let before = try UncorrectedExpression(
      of: subject, key: uncorrectedKey, reading, mustRead: isChosen, in: context)
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
      try subject.keys.map { (name: $0, embedding: try subject.embedding($0, in: context.tables)) }
      + before.row(beside: subject.keys)
    let share = Self.metricShare / Double(max(1, embeddings.count))
    var rows: [ScoreTable.Row] = []
    (mixing, preservation) = ([], [])
    // All numbers of an embedding at a time, because they share the search for neighbours.
    for (place, (name, embedding)) in embeddings.enumerated() {
      let scores = try labelled.scores(of: embedding, name: name) {
        try context.report(.evaluating, share * (Double(place) + $0))
      }
      rows.append(
        ScoreTable.Row(
          name: name, scores: scores, trainedLabels: subject.trainedLabels(of: name)))
      if let within = try labelled.withinLabelMixing(of: embedding, name: name) {
        withinLabelMixing.append(within)
      }
      mixing.append(try whole.mixing(of: embedding, name: name))
      preservation.append(try whole.preservation(of: embedding, name: name))
    }
    scores = ScoreTable(rows: rows, notes: labelled.notes)
    (uncorrected, composition) = (before.name, before.composition)
    judged = Judged(
      path: subject.path, embeddings: embeddings,
      batches: (subject.batchKey, subject.batches),
      labels: subject.labels.map { (labelKey ?? "label", $0) }, names: subject.names,
      populations: populations, depths: before.depths, evaluator: labelled, whole: whole,
      pool: context.pool)
    scores.notes += whole.notes.filter { !labelled.notes.contains($0) }
      .map { "for mixing and preserved neighbourhoods, \($0)" }
    scores.notes += subject.notices + before.notes
    if let note = subject.noteOnTrainedLabels(labelKey ?? "") { scores.notes.append(note) }
    if subject.labels == nil {
      notices.append(
        "metrics of biological conservation need cell types, and are omitted; give `labelKey`")
    }
    warnings = warnings(labelKey: labelKey ?? "", batchKey: subject.batchKey)
    try context.report(.evaluating, 1)
  }
}
