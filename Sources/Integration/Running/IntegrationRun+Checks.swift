internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support

extension IntegrationRun {
  /// The findings about the quality of a result.
  struct Checks {
    let quality: QualityCheck
    var uncorrected: UncorrectedCells?
    let network: NetworkCheck
  }

  /// The findings about the network alone.
  struct NetworkCheck {
    let statisticsGap: Double?
    let activity: [LayerActivity]
  }

  /// Compares the embedding with the uncorrected expression, and examines the network.
  func check(
    _ embedding: Embedding, of model: Autoencoder, _ data: DataScan, _ places: PlacedCells?,
    labels: (names: [String], ofCell: [Int32])?, _ diagnostics: inout Diagnostics
  ) throws -> Checks {
    let (seed, pool, batches) = (context.seed, context.pool, cells.batches)
    let checks = try context.time(.checking) {
      try context.report(.checking, 0)
      let quality = try QualityCheck(
        of: embedding, store: data.store, cells: cells.kept, batches: batches,
        populations: places?.ofCell, labels: labels, seed: seed.seed(for: .checking), pool: pool)
      try context.report(.checking, 0.7)
      let uncorrected =
        options.uncorrectedCells == 0
        ? nil
        : UncorrectedCells(
          options.uncorrectedCells, of: data.summary, in: data.store, batches: batches.batchOfCell,
          populations: places?.ofCell, seed: seed.seed(for: .pictures), pool: pool)
      try context.report(.checking, 0.9)
      return Checks(
        quality: quality, uncorrected: uncorrected, network: examine(model, data.store))
    }
    try context.report(.checking, 1)
    note(checks, &diagnostics)
    return checks
  }

  /// Adds what the record tells of covariates and protected levels.
  ///
  /// - Parameters:
  ///   - given: The covariates and protected levels.
  ///   - places: The populations of the cells.
  ///   - embedding: The embedding of all cells.
  ///   - store: The counts of all cells.
  ///   - record: The record.
  /// - Throws: `EvaluationError`, which indicates an internal error.
  func add(
    _ given: GivenColumns, _ places: PlacedCells?, _ embedding: Embedding, _ store: CountStore,
    to record: inout RunRecord
  ) throws {
    guard given.covariates != nil || given.protected != nil else { return }
    let (seed, batches) = (context.seed.seed(for: .checking), cells.batches.batchOfCell)
    let drawn = QualityCheck.sample(of: cells.kept, seed: seed)
    let before = UncorrectedSpace.coordinates(
      of: drawn, in: store, batches: batches, seed: seed, pool: context.pool)
    let after = Matrix(embedding.rows(drawn))
    if let covariates = given.covariates {
      let shares = [before, after].map {
        covariates.explained(
          $0, of: drawn, batches: batches, batchCount: cells.batches.names.count)
      }
      record.covariates = covariates.records.enumerated().map { index, record in
        var record = record
        (record.explainedBefore, record.explainedAfter) = (shares[0][index], shares[1][index])
        return record
      }
    }
    if let protected = given.protected {
      let mixing = try QualityCheck(
        of: drawn, before: before, after: after, batches: protected.assignment,
        populations: places?.ofCell, labels: nil, pool: context.pool
      ).mixing
      record.protected = ProtectionRecord(
        protected, cells.batches, mixing: (before: mixing?.before, after: mixing?.after))
      if let concern = record.protected?.concern { record.warnings.append(concern) }
    }
  }

  /// Examines the network on cells of the training.
  func examine(_ model: Autoencoder, _ store: CountStore) -> NetworkCheck {
    let (batches, pool) = (cells.batches.batchOfCell, context.pool)
    return NetworkCheck(
      statisticsGap: statisticsGap(
        of: model, store, cells: cells.kept, batches: batches, options, pool),
      activity: activity(of: model, store, cells: cells.kept, batches: batches, pool))
  }

  /// Adds what is remarkable about a result and its network.
  func note(_ checks: Checks, _ diagnostics: inout Diagnostics) {
    diagnostics.warnings += checks.quality.concerns
    diagnostics.add(about: checks.network.activity)
  }
}
