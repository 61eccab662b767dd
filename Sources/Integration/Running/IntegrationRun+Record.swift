internal import CellFiles
internal import CountData
internal import Numerics
internal import Support
internal import NeuralNet
internal import Training

/// The part of a record about a run's data.
struct RecordedData: Codable, Sendable {
  var inputs: [RunRecord.Input]
  var batchKey: String?
  var joining: JoiningOptions?
  var genes: Int
  var genesExcluded: Int?
  var genesUsed: Int
  var values: ValueKind
  var store: RunRecord.Store
  var feature: FeatureNoun?
}

extension RecordedData {
  /// Takes what is told of a data set after its scan.
  init(_ cells: CellDataset, _ data: DataScan) {
    self.init(
      cells, values: data.summary.kind, excluded: data.excluded, used: data.genes.count,
      store: RunRecord.Store(data.store))
  }

  /// Takes what is told of a data set.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - kind: The kind of values found.
  ///   - excluded: The number of excluded genes.
  ///   - used: The number of genes that the model uses.
  ///   - store: The storage of their counts.
  init(
    _ cells: CellDataset, values kind: ValueKind, excluded: Int?, used: Int,
    store: RunRecord.Store
  ) {
    self.init(
      inputs: cells.inputs, batchKey: cells.batchKey,
      joining: cells.joined.flatMap { $0.files.count > 1 ? $0.joining : nil },
      genes: cells.genes.count, genesExcluded: excluded, genesUsed: used, values: kind,
      store: store, feature: cells.feature == .gene ? nil : cells.feature)
  }
}

extension Trainer.Result {
  /// The part of a record about a training.
  var summary: TrainingSummary {
    TrainingSummary(
      steps: steps, minibatchSize: minibatchSize, epochs: epochs, resumedAtStep: resumedAtStep)
  }
}

/// The part of a record about a training.
struct TrainingSummary: Codable, Sendable {
  var steps: Int
  var minibatchSize: Int
  var epochs: [EpochRecord]
  var resumedAtStep: Int?
}

extension IntegrationRun {
  /// Returns the record of the run up to here.
  ///
  /// - Parameters:
  ///   - data: What is told of the data.
  ///   - trained: What is told of the training.
  ///   - digest: The digest of the model.
  ///   - composition: The populations that batches share.
  ///   - checks: What was found about the result.
  ///   - diagnostics: The warnings and notices.
  /// - Returns: The record.
  func record(
    of data: RecordedData, _ trained: TrainingSummary, digest: String,
    _ composition: CompositionRecord?, _ checks: Checks, _ diagnostics: Diagnostics
  ) -> RunRecord {
    let names = cells.batches.names
    let cellCounts = cells.batches.cellCounts
    var record = RunRecord(
      inputs: data.inputs, options: options, batchKey: data.batchKey, joining: data.joining,
      cells: cells.count, cellsUsed: cells.kept.count,
      genes: data.genes, genesExcluded: data.genesExcluded, genesUsed: data.genesUsed,
      values: data.values,
      batches: names.indices.map { s in
        RunRecord.Batch(name: names[s], cells: cellCounts[s], cellsUsed: cells.keptOfBatch[s])
      },
      steps: trained.steps, minibatchSize: trained.minibatchSize, modelDigest: digest,
      epochs: trained.epochs, statisticsGap: checks.network.statisticsGap,
      activity: checks.network.activity,
      mixing: checks.quality.mixing, preservation: checks.quality.preservation,
      types: checks.quality.types, composition: composition,
      warnings: diagnostics.warnings, notices: diagnostics.notices,
      threads: context.pool.threads, seconds: context.stopwatch.seconds,
      peakMemoryBytes: peakMemoryBytes(), resumedAtStep: trained.resumedAtStep,
      instructionSet: InstructionSet.current.rawValue, store: data.store)
    let isOverruled = options.featureKind == .genes && data.feature == .peak
    record.feature = isOverruled ? nil : data.feature
    return record
  }
}
