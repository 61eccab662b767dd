internal import CellFiles
internal import CountData
internal import Evaluation
internal import Numerics
internal import Support

/// The uncorrected expression of the evaluated cells, and the populations that batches share.
struct UncorrectedExpression {
  /// The name of the coordinates; `nil` without them.
  private(set) var name: String?

  /// The coordinates of the cells before correction, `(n, d)`; `nil` if there are none.
  private(set) var coordinates: Embedding?

  /// The populations; `nil` without counts, or with too few genes to find them.
  private(set) var populations: Populations?

  /// The counts and expressed genes of the cells; `nil` if the counts were not read.
  private(set) var depths: CellDepths?

  /// The record of the populations.
  private(set) var composition: CompositionRecord?

  /// The notes on what is left out, or to be kept in mind; one sentence each.
  private(set) var notes: [String] = []

  /// Reads an embedding before correction, or the counts, or both.
  ///
  /// Mixing is measured within populations, and they come from the counts. A file with embeddings
  /// only is also evaluated, with a note about what is left out, unless its counts must be read
  /// because the caller named their matrix.
  init(
    of cells: EvaluatedCells, key: String?, _ reading: ReadingOptions, mustRead: Bool,
    in context: RunContext
  ) throws {
    do {
      try readCounts(of: cells, reading, in: context)
    } catch let error where failureCategory(of: error) == .data && !mustRead {
      notes.append(
        key == nil
          ? EmbeddingEvaluation.note("\(error)") : EmbeddingEvaluation.noteOnMixing("\(error)"))
      for stage in [Stage.reading, .gathering, .comparing] { try context.report(stage, 1) }
    }
    if let key { (coordinates, name) = (try cells.embedding(key, in: context.tables), key) }
    if composition?.different.isEmpty == false { notes.append(EmbeddingEvaluation.mixtureNote) }
  }

  /// Returns the row for the coordinates before correction; none if they are missing, or given.
  func row(beside keys: [String]) -> [(name: String, embedding: Embedding)] {
    guard let coordinates, let name, !keys.contains(name) else { return [] }
    return [(EmbeddingEvaluation.uncorrectedRow, coordinates)]
  }

  private mutating func readCounts(
    of cells: EvaluatedCells, _ reading: ReadingOptions, in context: RunContext
  ) throws {
    var options = reading
    options.threads = context.pool.threads
    options.fit(memory: context.memory)
    let (cells, usual) = try CellDataset(
      readingAt: [cells.path], batchKey: cells.batchKey, options: options
    ).countedByDefault()
    var rules = ScanRules()
    (rules.genes, rules.kind) = (.selected(usual.selection), usual.featureKind ?? .genes)
    let data = try scan(cells, rules, in: context)
    try context.report(.comparing, 0)
    name =
      rules.kind == .peaks
      ? "principal components of the peaks' TF-IDF" : "principal components of the counts"
    coordinates = try UncorrectedSpace.coordinates(
      of: Array(0..<cells.count), in: data.store, batches: cells.batches.batchOfCell, seed: 0,
      memory: context.tables, pool: context.pool)
    depths = CellDepths(of: Array(0..<cells.count), in: data.summary)
    depths?.feature = cells.feature
    populations = Populations(
      of: cells, data, seed: IntegrationOptions().seed, pool: context.pool)
    composition = populations?.record(names: cells.batches.names)
    try context.report(.comparing, 1)
  }
}
