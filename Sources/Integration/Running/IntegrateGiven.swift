internal import Alignment
internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support
internal import Training

/// Aligns coordinates that cells already have, such as principal components, without a network.
///
/// The mean of all cells is subtracted, because clusters are compared by the angle between
/// coordinates. Populations are found from the coordinates, as ``integrate(_:options:progress:)``
/// finds them from expression.
///
/// - Parameters:
///   - given: The coordinates.
///   - cells: The cells.
///   - options: The options of the run.
///   - progress: Receives the progress; throws to stop.
/// - Returns: The aligned coordinates and the run's record.
/// - Throws: `CategorizedError` if an option is out of its range or has no effect on coordinates, or
///   if the coordinates cannot be aligned; errors of `progress`; `CancellationError`.
func integrate(
  _ given: GivenCoordinates, of cells: CellDataset, options: IntegrationOptions,
  progress: ProgressHandler
) throws -> IntegrationResult {
  try options.check(given, of: cells)
  return try withoutActuallyEscaping(progress) { progress in
    let context = RunContext(
      pool: ThreadPool(threads: options.threads), seed: options.seed, memory: options.memory,
      scratchFolder: options.scratchFolder, cells: cells.count,
      laterBytes: options.alignment?.bytes(
        cells: cells.count, batches: cells.batches.names.count,
        dimensions: given.embedding.dimensions) ?? 0,
      workload: options.workload(for: cells), progress: progress)
    return try aligned(given, of: cells, options, in: context)
  }
}

/// Runs all stages.
private func aligned(
  _ given: GivenCoordinates, of cells: CellDataset, _ options: IntegrationOptions,
  in context: RunContext
) throws -> IntegrationResult {
  let memory = AnonymousMemory()
  var options = options
  options.fromEmbedding = given.name
  var diagnostics = Diagnostics(warnings: cells.warnings, notices: cells.notices)
  let all = Array(0..<cells.count)
  let run = IntegrationRun(
    cells: RunCells(
      name: { cells.cellNames[$0] }, batches: cells.batches, batchKeys: cells.batchKeys, kept: all,
      keptOfBatch: cells.batches.cellCounts),
    options: options, context: context)
  diagnostics.add(aboutSmallBatches: cells.batches.names, cells: cells.batches.cellCounts)
  let space = GivenSpace(
    given.name, of: given.embedding, batches: cells.batches.names)
  let centered = try space.centered(given.embedding, in: context.tables)
  let populations = try run.findPopulations(of: centered, &diagnostics)
  let places = populations?.places
  let aligned = try run.removeRest(from: centered, places)
  let checks = try run.check(
    aligned.embedding, against: centered, places, labels: cells.labels(options.labelKey),
    &diagnostics)
  var record = run.record(
    of: RecordedData(
      cells, values: .coordinates, excluded: nil, used: 0, store: RunRecord.Store(bytes: 0)),
    TrainingSummary(steps: 0, minibatchSize: 0, epochs: []),
    digest: space.digest(of: aligned.alignment),
    populations?.record(names: cells.batches.names), checks, diagnostics)
  record.dimensions = space.dimensions
  record.peakAnonymousBytes = memory.peak
  return IntegrationResult(
    embedding: aligned.embedding,
    latent: Embedding(cellCount: cells.count, dimensions: 0, values: []),
    alignment: aligned.alignment, uncorrected: checks.uncorrected, cellsUsed: all, genesUsed: [],
    genesOfOneBatch: [], space: space, input: .logNormalized, meanInputs: [], totals: [],
    batches: cells.batches.batchOfCell, record: record)
}

extension IntegrationRun {
  /// Compares aligned coordinates with the given ones.
  fileprivate func check(
    _ embedding: Embedding, against given: Embedding, _ places: PlacedCells?,
    labels: (names: [String], ofCell: [Int32])?, _ diagnostics: inout Diagnostics
  ) throws -> Checks {
    let checks = try context.time(.checking) {
      try context.report(.checking, 0)
      let drawn = QualityCheck.sample(of: cells.kept, seed: context.seed.seed(for: .checking))
      var quality = QualityCheck()
      if labels != nil || cells.batches.areSeveral(among: drawn) {
        quality = try QualityCheck(
          of: drawn, before: Matrix(given.rows(drawn)), after: Matrix(embedding.rows(drawn)),
          batches: cells.batches, populations: places?.ofCell, labels: labels, pool: context.pool)
      }
      try context.report(.checking, 0.9)
      return Checks(
        quality: quality,
        uncorrected: options.uncorrectedCells == 0
          ? nil
          : UncorrectedCells(
            options.uncorrectedCells, of: given, populations: places?.ofCell,
            seed: context.seed.seed(for: .pictures)),
        network: NetworkCheck(statisticsGap: nil, activity: []))
    }
    try context.report(.checking, 1)
    note(checks, &diagnostics)
    return checks
  }
}
