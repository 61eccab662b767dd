internal import Composition
internal import CountData
internal import Foundation
internal import NeuralNet
internal import Numerics
package import Support
package import Training

/// Trains on the packed counts of all files: the fourth step.
///
/// - Parameters:
///   - packs: The packs of all files of the plan, in any order.
///   - planPath: The plan.
///   - output: The model's file to create or replace.
///   - checkpoint: The options for saving the training. The default is `nil`, for no checkpoint.
///   - resources: The resources of the step.
/// - Returns: The warnings and notices so far.
/// - Throws: ``StepError``; `OutputError`; errors of ``integrate(_:options:progress:)`` about the
///   training.
package func train(
  onPacks packs: [String], plan planPath: String, to output: String,
  checkpoint: CheckpointOptions? = nil, _ resources: StepResources
) throws -> Diagnostics {
  let plan = try StepPlan(readingAt: planPath)
  let packs = try plan.files(packs, .pack)
  var run = try plan.run(resources, costs(of: plan))
  run.options.checkpoint = checkpoint
  let gathered = try gather(packs, plan, run.context)
  let counts = RunCounts(
    store: gathered.store, padding: GenePadding(missing: [], meanInputs: []), isPadded: false)
  var diagnostics = plan.header.diagnostics
  let populations = try run.findPopulations(counts, placesCells: false, &diagnostics)
  let saved = try checkpoint.flatMap { try savedTraining($0, of: plan, run.options) }
  let trained = try run.train(
    on: counts, populations, resuming: saved,
    identity: { TrainingIdentity(plan, run, counts.store) }, &diagnostics)
  try run.write(
    trained, counts.store, bytes: gathered.bytes, populations, plan, to: output, diagnostics)
  return diagnostics
}

/// The costs of the stages of a training.
private func costs(of plan: StepPlan) -> [Stage: Double] {
  let (header, n) = (plan.header, plan.header.inputs.reduce(0) { $0 + $1.cells })
  let costs = StageCosts(
    cells: n, genes: header.data.genes, genesUsed: header.genes.count,
    batches: header.batches.count,
    weights: header.options.model.weightCount(genes: header.genes.count),
    dimensions: header.options.components)
  let size = header.options.training.minibatchSize
  return [
    .gathering: 0.01 * costs.gathering, .comparing: costs.comparing,
    .training: costs.training(
      visits: header.options.training.steps(forCells: n, minibatchSize: size) * size),
    .checking: costs.checking / 2,
  ]
}

/// Gathers the packed records in one store, which lacks the other cells, and counts their bytes.
private func gather(
  _ packs: [StepFile], _ plan: StepPlan, _ context: RunContext
) throws -> (store: CountStore, bytes: Int) {
  try context.time(.gathering) {
    var totals: [Double] = []
    for input in packs.indices { totals += try plan.values("totals", ofInput: input) }
    var builder = CountStoreBuilder(
      cellTotals: totals, geneCount: plan.header.genes.count, input: .logNormalized,
      inBytes: plan.header.inBytes, memoryLimit: context.memory.store(beside: 0),
      scratchFolder: context.scratchFolder)
    var (first, bytes) = (0, 0)
    for (input, pack) in packs.enumerated() {
      let flags: [UInt8] = try plan.values("packed", ofInput: input)
      let cells = flags.indices.filter { flags[$0] != 0 }.map { first + $0 }
      try forEachPackedGroup(of: pack, count: cells.count) { place, records in
        try builder.append(records, to: cells[place..<place + records.rows.count])
        bytes += records.bytes.count
      }
      first += flags.count
      try context.report(.gathering, Double(input + 1) / Double(packs.count))
    }
    return (try builder.finish(), bytes)
  }
}

/// Returns the saved training of a plan to resume, if there is one.
///
/// - Throws: ``StepError/otherTraining(checkpoint:plan:)``; errors of reading it.
private func savedTraining(
  _ saving: CheckpointOptions, of plan: StepPlan, _ options: IntegrationOptions
) throws -> Checkpoint? {
  guard saving.resumes, FileManager.default.fileExists(atPath: saving.path) else { return nil }
  // The plan decides all options and data, so that these need no comparison of their own.
  guard try Checkpoint(readingAt: saving.path).identity.cellNames == plan.identity else {
    throw StepError.otherTraining(checkpoint: saving.path, plan: plan.file.path)
  }
  return try savedTraining(saving, options)
}

extension StepPlan {
  /// The number of the plan in the identity of its training.
  fileprivate var identity: UInt64 { UInt64(file.identity, radix: 16) ?? 0 }
}

extension TrainingIdentity {
  /// Describes the training of a plan.
  fileprivate init(_ plan: StepPlan, _ run: IntegrationRun, _ store: CountStore) {
    let identity = plan.identity
    self.init(
      options: Self.values(of: run.options), cells: run.cells.count, cellNames: identity,
      genes: plan.header.genes.count, geneNames: identity, batches: plan.header.batches,
      batchOfCell: identity, trainedOn: run.cells.kept.count, trainedCells: identity,
      total: store.totals.reduce(0) { $0 + Double($1) }, totals: identity)
  }
}

extension IntegrationRun {
  /// Examines a trained network, and writes it with all that later steps need.
  fileprivate func write(
    _ trained: Trainer.Result, _ store: CountStore, bytes: Int, _ populations: Populations?,
    _ plan: StepPlan, to output: String, _ diagnostics: Diagnostics
  ) throws {
    let network = trained.model
    let (batches, pool) = (cells.batches, context.pool)
    var components: PrincipalComponents?
    if options.space == .decoded {
      let basis = decodedBasis
      let latent = try latentMeans(
        of: basis, in: store, batches: batches.batchOfCell, with: network, pool: pool)
      components = decodedSpace(of: network, basis, latent: latent).components
    }
    try context.report(.checking, 0.3)
    let seed = context.seed.seed(for: .checking)
    let compared = QualityCheck.sample(of: cells.kept, seed: seed)
    let before =
      batches.areSeveral(among: compared)
      ? UncorrectedSpace.coordinates(
        of: compared, in: store, batches: batches.batchOfCell, seed: seed, pool: pool) : nil
    let check = examine(network, store)
    let placing = populations?.placing
    let model = TrainedModel(
      genes: plan.header.genes, batches: plan.header.batches, network: network)
    func shapes(_ tensors: [NamedTensor]) -> [TrainedStep.Shape] {
      tensors.map { TrainedStep.Shape(name: $0.name, shape: $0.shape) }
    }
    var summary = trained.summary
    // A resumed training writes the bytes of one that was not stopped.
    summary.resumedAtStep = nil
    let header = TrainedStep.Header(
      training: summary, digest: model.digest, parameters: shapes(network.parameters),
      statistics: shapes(network.statistics),
      matchedRows: options.model.decoderNorm == .matched ? network.matchedRows : nil,
      placing: populations.map { populations in
        TrainedStep.Placing(
          dimensions: populations.frame.dimensions, centres: populations.frame.clusters,
          population: populations.frame.population, bandwidth: populations.frame.bandwidth,
          clustersOfBatch: populations.placing.clustersOfBatch,
          levels: populations.alignmentLevels)
      },
      components: components.map {
        TrainedStep.Components(count: $0.variances.count, totalVariance: $0.totalVariance)
      },
      statisticsGap: check.statisticsGap, activity: check.activity,
      composition: populations?.record(names: batches.names), storeBytes: bytes,
      comparedComponents: before?.columns, diagnostics: diagnostics)
    try header.write(to: output, plan, network, placing, components, compared: before)
    try context.report(.checking, 1)
  }
}
