internal import Alignment
internal import CellFiles
public import CountData
internal import Foundation
internal import NeuralNet
internal import Numerics
public import Support
internal import Training

/// Trains an autoencoder on minibatches that mix the batches, and embeds every cell with it.
///
///     let cells = try CellDataset(readingAt: ["pbmc.h5ad"], batchKey: "batch")
///     let result = try integrate(cells)
///     print(result.embedding[0])
///
/// With ``IntegrationOptions/fromEmbedding``, or for cells with coordinates instead of counts, nothing
/// is trained: the coordinates are aligned.
///
/// - Parameters:
///   - cells: The cells with their counts and batches.
///   - options: The options of the run. The default is `IntegrationOptions()`.
///   - progress: Receives the progress of the run, which ends with `overall` 1; throws to stop it, as
///     cancelling the task does.
///     If the options have a checkpoint, the training is saved first. The default does nothing.
/// - Returns: The embedding and the run's record.
/// - Throws: `CategorizedError` if an option is out of its range, the cells cannot be read or there is
///   nothing to integrate, the training diverges, or it cannot be resumed from the checkpoint; errors
///   of `progress`; `CancellationError`.
public func integrate(
  _ cells: CellDataset, options: IntegrationOptions = IntegrationOptions(),
  progress: ProgressHandler = { _ in }
) throws -> IntegrationResult {
  var cells = cells
  if let name = options.fromEmbedding, cells.coordinates == nil {
    try options.validate()
    try cells.readCoordinates(name)
  }
  if let given = cells.coordinates {
    return try integrate(given, of: cells, options: options, progress: progress)
  }
  var options = options
  try options.adapt(to: cells)
  try options.check(for: cells)
  let given = try GivenColumns(options, of: cells)
  let checkpoint = try options.checkpoint.flatMap { try savedTraining($0, options) }
  return try withoutActuallyEscaping(progress) { progress in
    let context = RunContext(
      pool: ThreadPool(threads: options.threads), seed: options.seed, memory: options.memory,
      scratchFolder: options.scratchFolder, cells: cells.count,
      laterBytes: options.laterBytes(for: cells),
      workload: options.workload(for: cells, resuming: checkpoint?.position), progress: progress)
    return try result(of: cells, given, options, in: context, resuming: checkpoint)
  }
}

/// Runs all stages.
///
/// - Parameters:
///   - cells: The cells.
///   - given: Their covariates, protected levels and labels, if the options name some.
///   - options: The options of the run.
///   - context: The resources of the run.
///   - checkpoint: The training to resume, if there is one.
/// - Returns: The embedding and the run's record.
/// - Throws: As ``integrate(_:options:progress:)``.
private func result(
  of cells: CellDataset, _ given: GivenColumns, _ options: IntegrationOptions,
  in context: RunContext, resuming checkpoint: Checkpoint?
) throws -> IntegrationResult {
  let memory = AnonymousMemory()
  var diagnostics = Diagnostics(warnings: cells.warnings, notices: cells.notices)
  let peaks = try cells.peakFindings(options, in: context)
  if let record = peaks?.record { diagnostics.notices += record.notices }
  if options.featureKind == .proteins {
    diagnostics.notices.append(FeatureKind.proteins.notice(evidence: cells.proteinEvidence))
  }
  let cells = peaks?.cells ?? cells
  let given = try peaks == nil ? given : given.withDepth(of: cells, options, &diagnostics)
  let data = try scan(cells, options.scanRules(for: cells, sizes: given.sizes?.values), in: context)
  diagnostics.add(about: cells, data.summary, data.diagnostics, options)
  diagnostics.add(aboutKeysOf: cells)
  diagnostics.warnings += given.diagnostics.warnings
  diagnostics.notices += given.diagnostics.notices
  let run = IntegrationRun(
    cells: RunCells(cells, data.summary, given.covariates, given.protected), options: options,
    context: context)
  let counts = RunCounts(data)
  let populations = try run.findPopulations(counts, &diagnostics)
  let labelled = try run.label(given.labels, populations, counts, &diagnostics)
  diagnostics.narrowNotice(aboutColumnsOf: cells, given, usesLabels: labelled?.areUsed ?? false)
  let trained = try run.train(
    on: counts, populations, labelled, resuming: checkpoint,
    identity: {
      try TrainingIdentity(
        cells, genes: data.genes.map { cells.genes[$0] }, data.summary, data.store, given,
        options)
    }, &diagnostics)
  let placed = try run.embed(data.store, with: trained.model)
  let places = run.protecting(labelled?.places ?? populations?.places)
  let aligned = try run.removeRest(from: placed.embedding, places)
  let checks = try run.check(
    aligned.embedding, of: trained.model, data, places, labels: cells.labels(options.labelKey),
    &diagnostics)
  let model = TrainedModel(
    genes: data.genes.map { cells.genes[$0] }, batches: cells.batches.names,
    network: trained.model)
  var record = run.record(
    of: RecordedData(cells, data), trained.summary, digest: model.digest,
    populations?.record(names: cells.batches.names), checks, diagnostics)
  if options.model.decoderNorm == .matched {
    record.normKey = run.cells.additiveKeys.map { cells.namesOfKeys[$0.normKey] }
  }
  record.peaks = peaks?.record
  record.sizeFactor = given.sizes.map {
    SizeFactorRecord($0, totals: data.summary.totals, kept: data.summary.kept, cells.batches)
  }
  record.trainingLabels = given.labels.flatMap { labels in
    labelled.map {
      TrainingLabelRecord(
        labels, doubted: $0.doubted, agreement: $0.agreement, areUsed: $0.areUsed)
    }
  }
  try run.add(given, populations?.places, aligned.embedding, data.store, to: &record)
  record.peakAnonymousBytes = memory.peak
  return IntegrationResult(
    embedding: aligned.embedding, latent: placed.latent, components: placed.components,
    alignment: aligned.alignment, uncorrected: checks.uncorrected, cellsUsed: data.summary.kept,
    genesUsed: data.genes,
    genesOfOneBatch: data.summary.genesOfOneBatch(among: data.genes, of: cells),
    trained: model, input: data.store.input, meanInputs: data.padding.meanInputs,
    totals: data.store.sizeFactors ?? data.store.totals, batches: cells.batches.batchOfCell,
    covariates: given.covariates?.encodings ?? [], levels: run.cells.protected?.decoded,
    record: record)
}

extension CellDataset {
  /// Returns peaks with their counts of fragments, and what was found of them; `nil` for genes.
  fileprivate func peakFindings(
    _ options: IntegrationOptions, in context: RunContext
  ) throws -> (cells: CellDataset, record: PeakRecord)? {
    guard options.featureKind == .peaks else { return nil }
    let (cells, findings) = try context.time(.reading) {
      try countingFragments(options.peakCounts) { try context.report(.reading, 0) }
    }
    return (cells, PeakRecord(findings, of: self))
  }
}

extension IntegrationOptions {
  /// Checks the options, on their own and for the cells of a run.
  ///
  /// - Throws: `OptionError`; ``HarmonizeError`` if there is nothing to integrate; errors about the
  ///   scratch folder and the checkpoint.
  fileprivate func check(for cells: CellDataset) throws {
    try validate()
    guard cells.count > 0, !cells.genes.isEmpty else {
      throw HarmonizeError.nothingToIntegrate(cells: cells.count, genes: cells.genes.count)
    }
    try alignment?.validate(forKeys: cells.batchKeys.count)
    let budget = MemoryBudget(memory)
    try budget.check(
      minibatchOf: min(training.minibatchSize, cells.count),
      genes: min(geneList?.count ?? geneCount, cells.genes.count))
    try budget.check(clusters: alignment?.clusters, cells: cells.count)
    try budget.check(
      moments: GeneMoments.byteCount(
        genes: cells.genes.count, cellsOfBatch: cells.batches.cellCounts,
        scale: featureKind == .peaks ? .accessibility : .perTenThousand),
      alignment: alignmentBytes(for: cells), cells: cells.count,
      batches: cells.batches.names.count)
    if let scratchFolder { try ScratchFolder.check(scratchFolder) }
    try checkpoint?.check(inputs: cells.inputs.map(\.path))
  }
}

/// Returns the saved training to resume, if there is one.
func savedTraining(
  _ saving: CheckpointOptions, _ options: IntegrationOptions
) throws -> Checkpoint? {
  guard saving.resumes, FileManager.default.fileExists(atPath: saving.path) else { return nil }
  let checkpoint = try Checkpoint(readingAt: saving.path)
  try checkpoint.check(saving.path, options: TrainingIdentity.values(of: options))
  return checkpoint
}
