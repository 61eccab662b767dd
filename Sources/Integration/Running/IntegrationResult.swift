package import Alignment
internal import CellFiles
public import CountData
internal import Foundation
public import Numerics
internal import Support
internal import NeuralNet
internal import Training

/// The result of ``integrate(_:options:progress:)-(_,_,(StageProgress)->Void)``.
public struct IntegrationResult: Sendable {
  /// The corrected embedding of all cells of the input; `(n, d)`.
  ///
  /// It includes cells that were filtered out and therefore were not in the training.
  public var embedding: Embedding

  /// The latent means `mu` of all cells of the input; `(n, latent dimensions)`.
  public var latent: Embedding

  /// The principal components of the corrected expression that define the embedding; `nil` for an
  /// embedding in latent space.
  package var components: PrincipalComponents?

  /// The alignment of clusters between batches; `nil` if it was turned off.
  package var alignment: Alignment?

  /// The UMAP of all cells, `(n, 2)`; `nil` unless ``addUMAP(options:progress:)`` was called.
  public var umap: Embedding?

  /// The positions of cells in the uncorrected expression; `nil` unless
  /// ``IntegrationOptions/uncorrectedCells`` requests some.
  package var uncorrected: UncorrectedCells?

  /// The cells that passed the filters, ascending.
  public var cellsUsed: [Int]

  /// The indices of the genes that the model uses in `cells.genes`, in the order of their names.
  public var genesUsed: [Int]

  /// The genes of the model that only one batch expresses, although the depths of the others would
  /// show them; empty if values are not counts.
  package var genesOfOneBatch: [GeneOfOneBatch]

  /// The network, with the names of its genes and batches.
  package var model: TrainedModel

  /// The transformation of a value to the network's input.
  var input: CountStore.Input

  /// The mean input of each gene over the cells of the training that measured it; `(f)`.
  package var meanInputs: [Float]

  /// The sum of each cell's counts over the genes that the model uses; `(n)`.
  package var totals: [Float]

  /// The index of each cell's batch in the model's batches; `(n)`.
  package var batches: [Int32]

  /// The record of the run.
  public var record: RunRecord
}

/// Trains an autoencoder on minibatches that mix the batches, and embeds every cell with it.
///
///     let cells = try Cells(readingAt: ["pbmc.h5ad"], sourceKey: "batch")
///     let result = try integrate(cells)
///     print(result.embedding[0])
///
/// - Parameters:
///   - cells: The cells with their counts and batches.
///   - options: The options of the run. The default is `IntegrationOptions()`.
///   - progress: Receives the progress of the run; throws to stop it, as cancelling the task does.
///     If the options have a checkpoint, the training is saved first. The default does nothing.
/// - Returns: The embedding and the run's record.
/// - Throws: ``HarmonizeError``; errors of reading; errors of `progress`; `CancellationError`;
///   ``CheckpointError`` if the training cannot be resumed from the checkpoint.
public func integrate(
  _ cells: CellDataset, options: IntegrationOptions = IntegrationOptions(),
  progress: ProgressHandler = { _ in }
) throws -> IntegrationResult {
  try options.validate()
  guard cells.count > 0, !cells.genes.isEmpty else {
    throw HarmonizeError.nothingToIntegrate(cells: cells.count, genes: cells.genes.count)
  }
  try options.alignment?.validate(forKeys: cells.batchKeys.count)
  let budget = MemoryBudget(options.memory)
  try budget.check(
    minibatchOf: min(options.training.minibatchSize, cells.count),
    genes: min(options.geneList?.count ?? options.geneCount, cells.genes.count))
  try budget.check(clusters: options.alignment?.clusters, cells: cells.count)
  let moments = GeneMoments.byteCount(
    genes: cells.genes.count, cellsOfBatch: cells.batches.cellCounts)
  let later =
    options.alignment?.bytes(
      cells: cells.count, batches: cells.batches.names.count,
      dimensions: options.space == .decoded ? options.components : options.model.latent) ?? 0
  try budget.check(moments: moments, alignment: later, cells: cells.count)
  let scratchFolder = options.scratchFolder ?? ScratchFolder.standard()
  if options.scratchFolder != nil { try ScratchFolder.check(scratchFolder) }
  try options.checkpoint?.check(inputs: cells.inputs.map(\.path))
  let checkpoint = try options.checkpoint.flatMap { try savedTraining($0, options) }
  var stopwatch = Stopwatch()
  let memory = AnonymousMemory()
  func report(_ stage: Stage, _ fraction: Double) throws {
    try Task.checkCancellation()
    try progress(StageProgress(stage: stage, fraction: fraction))
  }
  let n = Double(cells.count)

  // Read: check every value, compute totals and moments.
  let summary = try stopwatch.time(.reading) {
    try CellSummary(
      of: cells, minimumCounts: options.minimumCounts, minimumGenes: options.minimumGenes,
      anyScale: options.model.loss == .meanSquaredError
    ) { read in
      try report(.reading, Double(read) / n)
    }
  }

  guard summary.kept.count > 1 else {
    throw HarmonizeError.oneCellLeft(
      cell: cells.names[summary.kept[0]], minimumCounts: options.minimumCounts,
      minimumGenes: options.minimumGenes)
  }

  // Gather: the counts of the selected genes alone.
  var diagnostics = Diagnostics(warnings: cells.warnings, notices: cells.notices)
  let measured = cells.genesMeasured
  let selection = try GeneSelection(
    of: cells, summary, measured: measured, options.selection, &diagnostics)
  let selected = selection.genes
  if let measured { try check(selected, areMeasured: measured, in: cells) }
  let store = try stopwatch.time(.gathering) {
    try CountStore(
      cells, selected: selected, summary: summary,
      memoryLimit: budget.store(beside: moments, later: later),
      scratchFolder: scratchFolder
    ) { read in
      try report(.gathering, Double(read) / n)
    }
  }
  diagnostics.add(about: cells, summary, options)
  let threads = ThreadPool(threads: options.threads)
  let complete = GenePadding(
    measured: measured, selected: selected, store: store, cells: summary.kept,
    batches: cells.batches.batchOfCell, batchCount: cells.batches.names.count)
  let padding = measured == nil ? nil : complete

  // Find the populations that the batches share.
  let populations = try stopwatch.time(.comparing) {
    try report(.comparing, 0)
    return Populations(
      of: cells, summary, store, complete, seed: options.seed, pool: threads)
  }
  let matched = options.composition == .matched ? populations : nil
  let composition = populations?.record(names: cells.batches.names)
  if let composition { diagnostics.warnings += composition.warnings(options.composition) }
  if let notice = populations?.notice { diagnostics.notices.append(notice) }

  // Train on minibatches that mix the batches.
  let geneNames = selected.map { cells.genes[$0] }
  let trained = try stopwatch.time(.training) {
    try Trainer.train(
      Autoencoder(
        genes: selected.count, batches: cells.batches.names.count, options: options.model,
        padding: padding, matchedRows: matched?.normRows, affinePull: matched?.affinePull,
        critic: options.training.critic, seed: options.seed.seed(for: .weights), pool: threads),
      on: store, cells: summary.kept, batches: cells.batches.batchOfCell, options: options.training,
      seed: options.seed.seed(for: .minibatches), names: cells.names, pool: threads,
      addMemberships: options.model.decoderNorm == .matched
        ? matched.map { populations in { populations.addMemberships(to: &$0) } } : nil,
      saving: options.checkpoint.map {
        Trainer.Saving(
          options: $0,
          identity: try TrainingIdentity(cells, genes: geneNames, summary, store, options),
          checkpoint: checkpoint)
      }
    ) { try report(.training, $0) }
  }
  if let failure = trained.savingFailure {
    diagnostics.warnings.append("the training could not be saved on the way: \(failure)")
  }
  if let warning = trained.resumeWarning { diagnostics.warnings.append(warning) }

  diagnostics.add(
    about: trained.epochs.last?.critic, batches: summary.keptOfBatch.count { $0 > 0 })

  // Embed every cell with the frozen statistics, in the space of corrected expression.
  let latent = try stopwatch.time(.embedding) {
    try embed(store, batches: cells.batches.batchOfCell, with: trained.model, threads, report)
  }
  try latent.checkIsFinite("latent position", of: cells.names)
  let placed = try stopwatch.time(.embedding) {
    try place(latent, trained.model, cells, summary.kept, options, threads, report)
  }

  // Remove the remaining batch effect in each cluster.
  var embedding = placed.embedding
  var alignment: Alignment?
  if let alignmentOptions = options.alignment {
    try stopwatch.time(.alignment) {
      let aligned = try align(
        embedding, of: cells, trainedOn: summary.kept, matched, alignmentOptions,
        seed: options.seed.seed(for: .alignment), threads, report)
      (embedding, alignment) = (aligned.embedding, aligned.alignment)
    }
  }

  try embedding.checkIsFinite("embedding", of: cells.names)

  // Quality checks.
  let check = try stopwatch.time(.checking) {
    try report(.checking, 0)
    return try QualityCheck(
      of: embedding, store: store, cells: summary.kept, batches: cells.batches,
      populations: populations?.ofCell, labels: cells.labels(options.labelKey),
      seed: options.seed.seed(for: .checking), pool: threads)
  }
  diagnostics.warnings += check.concerns
  let uncorrected = stopwatch.time(.checking) {
    options.uncorrectedCells == 0
      ? nil
      : UncorrectedCells(
        options.uncorrectedCells, of: summary.kept, in: store, batches: cells.batches.batchOfCell,
        populations: populations?.ofCell,
        seed: options.seed.seed(for: .pictures), pool: threads)
  }

  let (gap, units) = stopwatch.time(.checking) {
    (
      statisticsGap(
        of: trained.model, store, cells: summary.kept, batches: cells.batches.batchOfCell, options,
        threads),
      activity(
        of: trained.model, store, cells: summary.kept, batches: cells.batches.batchOfCell, threads)
    )
  }
  diagnostics.add(about: units)
  let model = TrainedModel(
    genes: geneNames, batches: cells.batches.names, network: trained.model)
  let cellCounts = cells.batches.cellCounts
  let record = RunRecord(
    inputs: cells.inputs, options: options, batchKey: cells.batchKey,
    joining: cells.joined.flatMap { $0.files.count > 1 ? $0.joining : nil }, cells: cells.count,
    cellsUsed: summary.kept.count,
    genes: cells.genes.count, genesExcluded: selection.excluded, genesUsed: selected.count,
    values: summary.kind,
    batches: cells.batches.names.indices.map { s in
      RunRecord.Batch(
        name: cells.batches.names[s],
        cells: cellCounts[s],
        cellsUsed: summary.keptOfBatch[s])
    },
    steps: trained.steps, minibatchSize: trained.minibatchSize, modelDigest: model.digest,
    epochs: trained.epochs, statisticsGap: gap, activity: units,
    mixing: check.mixing, preservation: check.preservation, types: check.types,
    composition: composition,
    warnings: diagnostics.warnings, notices: diagnostics.notices,
    threads: threads.threads, seconds: stopwatch.seconds, peakMemoryBytes: peakMemoryBytes(),
    peakAnonymousBytes: memory.peak, resumedAtStep: trained.resumedAtStep,
    instructionSet: instructionSet, store: RunRecord.Store(store))
  return IntegrationResult(
    embedding: embedding, latent: latent, components: placed.components, alignment: alignment,
    uncorrected: uncorrected, cellsUsed: summary.kept, genesUsed: selected,
    genesOfOneBatch: summary.genesOfOneBatch(among: selected, of: cells),
    model: model,
    input: store.input, meanInputs: complete.meanInputs, totals: store.totals,
    batches: cells.batches.batchOfCell, record: record)
}

/// Returns the saved training to resume, if there is one.
private func savedTraining(
  _ saving: CheckpointOptions, _ options: IntegrationOptions
) throws -> Checkpoint? {
  guard saving.resumes, FileManager.default.fileExists(atPath: saving.path) else { return nil }
  let checkpoint = try Checkpoint(readingAt: saving.path)
  try checkpoint.check(saving.path, options: TrainingIdentity.values(of: options))
  return checkpoint
}

/// Checks that each batch with cells measured some selected genes, or else its cells could not be
/// distinguished.
private func check(
  _ selected: [Int], areMeasured measured: [[Bool]], in cells: CellDataset
) throws(HarmonizeError) {
  let counts = cells.batches.cellCounts
  for (batch, isMeasured) in measured.enumerated() where counts[batch] > 0 {
    guard selected.contains(where: { isMeasured[$0] }) else {
      throw .nothingMeasured(batch: cells.batches.names[batch], genes: selected.count)
    }
  }
}

/// Aligns the cells of the training, and applies the result to all other cells.
private func align(
  _ embedding: Embedding, of cells: CellDataset, trainedOn kept: [Int], _ populations: Populations?,
  _ options: ClusterAlignmentOptions, seed: UInt64, _ pool: ThreadPool,
  _ report: (Stage, Double) throws -> Void
) throws -> (embedding: Embedding, alignment: Alignment) {
  // Pools consist of combinations of keys, so with several keys each batch is aligned separately.
  let pools = cells.batchKeys.count == 1 ? populations?.alignmentLevels : nil
  let keys = cells.batchKeys.map { key in
    guard let pools else {
      return BatchAssignment(names: key.names, batchOfCell: kept.map { key.batchOfCell[$0] })
    }
    return BatchAssignment(
      names: (0...(pools.max() ?? 0)).map { "\($0)" },
      batchOfCell: kept.map { pools[Int(key.batchOfCell[$0])] })
  }
  var aligned = try align(
    embedding.rows(kept), batches: keys,
    populations: populations.map { populations in kept.map { populations.ofCell[$0] } },
    options: options, seed: seed, pool: pool
  ) { try report(.alignment, $0) }
  if let pools {
    var sizes = [Int](repeating: 0, count: pools.count)
    for cell in kept { sizes[Int(cells.batchKeys[0].batchOfCell[cell])] += 1 }
    aligned.alignment.split(pools: pools, sizes: sizes)
  }
  guard kept.count < embedding.cellCount else { return aligned }
  var values: [Float] = []
  values.reserveCapacity(embedding.values.count)
  var next = 0
  for cell in 0..<embedding.cellCount {
    if next < kept.count, kept[next] == cell {
      values += aligned.embedding[next]
      next += 1
    } else {
      values += aligned.alignment.corrected(
        embedding[cell], levels: cells.batchKeys.map { $0.batchOfCell[cell] })
    }
  }
  return (
    Embedding(
      cellCount: embedding.cellCount, dimensions: embedding.dimensions, values: values),
    aligned.alignment
  )
}

/// Returns the coordinates of all cells in the space that the options select.
private func place(
  _ latent: Embedding, _ model: Autoencoder, _ cells: CellDataset, _ kept: [Int],
  _ options: IntegrationOptions, _ pool: ThreadPool, _ report: (Stage, Double) throws -> Void
) throws -> (embedding: Embedding, components: PrincipalComponents?) {
  guard options.space == .decoded else { return (latent, nil) }
  let space = DecodedSpace(
    of: model, latent: latent, cells: kept, batches: cells.batches.batchOfCell,
    count: options.components, seed: options.seed.seed(for: .decodedSpace), pool: pool)
  let coordinates = try space.coordinates(of: latent, from: cells.batches.batchOfCell, model) {
    try report(.embedding, $0)
  }
  return (
    coordinates.scaled(by: space.components.variances, power: options.componentScaling),
    space.components
  )
}

/// Returns the latent means of all cells of a store; `(n, d)`.
func embed(
  _ store: CountStore, batches: [Int32], with model: borrowing Autoencoder,
  _ pool: ThreadPool, _ report: (Stage, Double) throws -> Void
) throws -> Embedding {
  let rows = 1024
  var values: [Float] = []
  let dimensions = model.options.latent
  values.reserveCapacity(store.cellCount * dimensions)
  var minibatch = Minibatch()
  for first in stride(from: 0, to: store.cellCount, by: rows) {
    let end = min(first + rows, store.cellCount)
    store.fill(&minibatch, with: first..<end, batches: batches, pool: pool)
    values.append(contentsOf: model.latent(of: minibatch).values)
    try report(.embedding, Double(end) / Double(store.cellCount))
  }
  return Embedding(cellCount: store.cellCount, dimensions: dimensions, values: values)
}
