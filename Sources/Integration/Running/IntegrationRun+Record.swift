internal import CellFiles
internal import CountData
internal import Numerics
internal import Support
internal import NeuralNet
internal import Training

extension IntegrationRun {
  /// Returns the record of the run up to here.
  func record(
    of data: DataScan, _ trained: Trainer.Result, _ model: TrainedModel,
    _ populations: Populations?, _ checks: Checks, _ diagnostics: Diagnostics
  ) -> RunRecord {
    let names = cells.batches.names
    let cellCounts = cells.batches.cellCounts
    return RunRecord(
      inputs: cells.inputs, options: options, batchKey: cells.batchKey,
      joining: cells.joined.flatMap { $0.files.count > 1 ? $0.joining : nil }, cells: cells.count,
      cellsUsed: data.summary.kept.count,
      genes: cells.genes.count, genesExcluded: data.excluded, genesUsed: data.genes.count,
      values: data.summary.kind,
      batches: names.indices.map { s in
        RunRecord.Batch(
          name: names[s], cells: cellCounts[s], cellsUsed: data.summary.keptOfBatch[s])
      },
      steps: trained.steps, minibatchSize: trained.minibatchSize, modelDigest: model.digest,
      epochs: trained.epochs, statisticsGap: checks.statisticsGap, activity: checks.activity,
      mixing: checks.quality.mixing, preservation: checks.quality.preservation,
      types: checks.quality.types, composition: populations?.record(names: names),
      warnings: diagnostics.warnings, notices: diagnostics.notices,
      threads: context.pool.threads, seconds: context.stopwatch.seconds,
      peakMemoryBytes: peakMemoryBytes(), resumedAtStep: trained.resumedAtStep,
      instructionSet: InstructionSet.current.rawValue, store: RunRecord.Store(data.store))
  }
}
