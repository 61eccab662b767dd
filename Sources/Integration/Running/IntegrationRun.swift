internal import Alignment
internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support
internal import Training

/// One integration: its cells, options and context, from which each stage makes one value.
struct IntegrationRun {
  /// The cells with their counts and batches.
  let cells: CellDataset

  /// The options of the run.
  let options: IntegrationOptions

  /// The threads, seed, memory and progress of the run.
  let context: RunContext

  /// The batch of each cell; `(n)`.
  private var batches: [Int32] { cells.batches.batchOfCell }

  /// Reads the counts of the selected genes; adds what is remarkable about the cells.
  func readCounts(_ diagnostics: inout Diagnostics) throws -> DataScan {
    let data = try scan(cells, options.scanRules(for: cells), in: context)
    diagnostics.warnings += data.diagnostics.warnings
    diagnostics.notices += data.diagnostics.notices
    diagnostics.add(about: cells, data.summary, options)
    return data
  }

  /// Finds the populations that the batches share; `nil` if they cannot be compared.
  func findPopulations(
    _ data: DataScan, _ diagnostics: inout Diagnostics
  ) throws -> Populations? {
    let populations = try context.time(.comparing) {
      try context.report(.comparing, 0)
      return Populations(of: cells, data, seed: context.seed, pool: context.pool)
    }
    try context.report(.comparing, 1)
    if let populations {
      diagnostics.warnings += populations.record(names: cells.batches.names)
        .warnings(options.composition)
      if let notice = populations.notice { diagnostics.notices.append(notice) }
    }
    return populations
  }

  /// Trains on minibatches that mix the batches.
  func train(
    on data: DataScan, _ populations: Populations?, resuming checkpoint: Checkpoint?,
    _ diagnostics: inout Diagnostics
  ) throws -> Trainer.Result {
    let matched = self.matched(populations)
    let trained = try context.time(.training) {
      try Trainer.train(
        Autoencoder(
          genes: data.genes.count, batches: cells.batches.names.count, options: options.model,
          padding: data.isPadded ? data.padding : nil, matchedRows: matched?.normRows,
          affinePull: matched?.affinePull, critic: options.training.critic,
          seed: context.seed.seed(for: .weights)),
        on: data.store, cells: data.summary.kept, batches: batches, options: options.training,
        names: cells.names,
        addMemberships: options.model.decoderNorm == .matched
          ? matched.map { populations in { populations.addMemberships(to: &$0) } } : nil,
        saving: options.checkpoint.map {
          Trainer.Saving(
            options: $0,
            identity: try TrainingIdentity(
              cells, genes: data.genes.map { cells.genes[$0] }, data.summary, data.store, options),
            checkpoint: checkpoint)
        }, in: context)
    }
    if let failure = trained.savingFailure {
      diagnostics.warnings.append("the checkpoint could not be written during training: \(failure)")
    }
    diagnostics.add(
      about: trained.epochs.last?.critic, batches: data.summary.keptOfBatch.count { $0 > 0 })
    return trained
  }

  /// The positions of all cells before the alignment.
  struct Placed {
    /// The latent means; `(n, latent dimensions)`.
    let latent: Embedding

    /// The coordinates in the space that the options select; `(n, d)`.
    let embedding: Embedding

    /// The components of that space; `nil` for the latent space.
    var components: PrincipalComponents?
  }

  /// Embeds every cell by the frozen statistics, in the space that the options select.
  func embed(_ data: DataScan, with model: Autoencoder) throws -> Placed {
    let latentShare = options.space == .decoded ? 0.2 : 1
    let latent = try context.time(.embedding) {
      try latentMeans(of: data.store, batches: batches, with: model, pool: context.pool) {
        try context.report(.embedding, latentShare * $0)
      }
    }
    try latent.checkIsFinite("latent position", of: cells.names)
    guard options.space == .decoded else { return Placed(latent: latent, embedding: latent) }
    return try context.time(.embedding) {
      let space = DecodedSpace(
        of: model, latent: latent, cells: data.summary.kept, batches: batches,
        count: options.components, seed: context.seed.seed(for: .decodedSpace), pool: context.pool)
      let coordinates = try space.coordinates(of: latent, from: batches, model, pool: context.pool)
      {
        try context.report(.embedding, latentShare + (1 - latentShare) * $0)
      }
      return Placed(
        latent: latent,
        embedding: coordinates.scaled(
          by: space.components.variances, power: options.componentScaling),
        components: space.components)
    }
  }

  /// Removes the remaining batch effect in each cluster, unless the options turn it off.
  func removeRest(
    from embedding: Embedding, _ data: DataScan, _ populations: Populations?
  ) throws -> (embedding: Embedding, alignment: Alignment?) {
    var result: (embedding: Embedding, alignment: Alignment?) = (embedding, nil)
    if let alignment = options.alignment {
      result = try context.time(.alignment) {
        let aligned = try alignBatches(
          of: embedding, trainedOn: data.summary.kept, matched(populations), alignment)
        return (aligned.embedding, aligned.alignment)
      }
      try context.report(.alignment, 1)  // it may have converged early
    }
    try result.embedding.checkIsFinite("embedding", of: cells.names)
    return result
  }

  /// What is found about the quality of a result.
  struct Checks {
    let quality: QualityCheck
    let uncorrected: UncorrectedCells?
    let statisticsGap: Double?
    let activity: [LayerActivity]
  }

  /// Compares the embedding with the uncorrected expression, and examines the network.
  func check(
    _ embedding: Embedding, of model: Autoencoder, _ data: DataScan, _ populations: Populations?,
    _ diagnostics: inout Diagnostics
  ) throws -> Checks {
    let (kept, seed, pool) = (data.summary.kept, context.seed, context.pool)
    let checks = try context.time(.checking) {
      try context.report(.checking, 0)
      let quality = try QualityCheck(
        of: embedding, store: data.store, cells: kept, batches: cells.batches,
        populations: populations?.ofCell, labels: cells.labels(options.labelKey),
        seed: seed.seed(for: .checking), pool: pool)
      try context.report(.checking, 0.7)
      let uncorrected =
        options.uncorrectedCells == 0
        ? nil
        : UncorrectedCells(
          options.uncorrectedCells, of: data.summary, in: data.store, batches: batches,
          populations: populations?.ofCell, seed: seed.seed(for: .pictures), pool: pool)
      try context.report(.checking, 0.9)
      return Checks(
        quality: quality, uncorrected: uncorrected,
        statisticsGap: statisticsGap(
          of: model, data.store, cells: kept, batches: batches, options, pool),
        activity: activity(of: model, data.store, cells: kept, batches: batches, pool))
    }
    try context.report(.checking, 1)
    diagnostics.warnings += checks.quality.concerns
    diagnostics.add(about: checks.activity)
    return checks
  }

  /// The populations within which batches are compared; `nil` if the options compare whole batches.
  private func matched(_ populations: Populations?) -> Populations? {
    options.composition == .matched ? populations : nil
  }
}

extension IntegrationRun {
  /// Aligns the cells of the training, and applies the result to all other cells.
  private func alignBatches(
    of embedding: Embedding, trainedOn kept: [Int], _ populations: Populations?,
    _ options: ClusterAlignmentOptions
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
      options: options, seed: context.seed.seed(for: .alignment), pool: context.pool
    ) { try context.report(.alignment, $0) }
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
}

/// Returns the latent means of all cells of a store; `(n, d)`.
///
/// `progress` receives the finished share, and throws to stop.
func latentMeans(
  of store: CountStore, batches: [Int32], with model: borrowing Autoencoder, pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) rethrows -> Embedding {
  let rows = 1024
  var values: [Float] = []
  let dimensions = model.options.latent
  values.reserveCapacity(store.cellCount * dimensions)
  var minibatch = Minibatch()
  for first in stride(from: 0, to: store.cellCount, by: rows) {
    let end = min(first + rows, store.cellCount)
    store.fill(&minibatch, with: first..<end, batches: batches, pool: pool)
    values.append(contentsOf: model.latent(of: minibatch, pool: pool).values)
    try progress(Double(end) / Double(store.cellCount))
  }
  return Embedding(cellCount: store.cellCount, dimensions: dimensions, values: values)
}
