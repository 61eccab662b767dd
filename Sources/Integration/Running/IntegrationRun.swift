internal import Alignment
internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support
internal import Training

/// One integration: its cells, options and context, from which each stage makes one value.
struct IntegrationRun {
  /// The cells with their batches.
  let cells: RunCells

  /// The options of the run.
  var options: IntegrationOptions

  /// The threads, seed, memory and progress of the run.
  let context: RunContext

  /// The batch of each cell; `(n)`.
  private var batches: [Int32] { cells.batches.batchOfCell }

  /// Finds the populations that the batches share; `nil` if they cannot be compared.
  ///
  /// - Parameters:
  ///   - counts: The counts of all cells, or of those that are sampled.
  ///   - placesCells: `true` to find the population of each cell as well. The default is `true`.
  ///   - diagnostics: Receives warnings and a notice.
  /// - Returns: The populations.
  /// - Throws: Errors of the receiver of the progress.
  func findPopulations(
    _ counts: RunCounts, placesCells: Bool = true, _ diagnostics: inout Diagnostics
  ) throws -> Populations? {
    try findPopulations(&diagnostics) {
      Populations(
        of: cells, counts, placesCells: placesCells, seed: context.seed, pool: context.pool)
    }
  }

  /// Finds the populations that the batches share from coordinates; `nil` for a single batch.
  func findPopulations(
    of embedding: Embedding, _ diagnostics: inout Diagnostics
  ) throws -> Populations? {
    try findPopulations(&diagnostics) {
      cells.batches.names.count > 1
        ? Populations(
          of: embedding, batches: batches, batchCount: cells.batches.names.count,
          seed: context.seed.seed(for: .composition), pool: context.pool) : nil
    }
  }

  /// Finds populations, and notes what is remarkable about them.
  private func findPopulations(
    _ diagnostics: inout Diagnostics, _ find: () -> Populations?
  ) throws -> Populations? {
    let populations = try context.time(.comparing) {
      try context.report(.comparing, 0)
      return find()
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
    on counts: RunCounts, _ populations: Populations?, _ labelled: LabelledPopulations? = nil,
    resuming checkpoint: Checkpoint?,
    identity: () throws -> TrainingIdentity, _ diagnostics: inout Diagnostics
  ) throws -> Trainer.Result {
    let matched = self.matched(populations)
    // Other norms take the moments of each combination, or none.
    let keys = options.model.decoderNorm == .matched ? cells.additiveKeys : nil
    let rows = keys?.rows ?? matched?.normRows
    let columns = cells.decoderColumns(keys)
    let trained = try context.time(.training) {
      try Trainer.train(
        Autoencoder(
          genes: counts.store.geneCount, batches: cells.batches.names.count,
          options: options.model, padding: counts.isPadded ? counts.padding : nil,
          matchedRows: rows, covariates: columns?.width ?? 0,
          levelColumns: cells.protected?.names.count ?? 0,
          columns: columns.map { columns in
            MeanColumns(
              width: columns.width, batches: cells.kept.map { batches[$0] },
              rows: rows ?? (0..<Int32(cells.batches.names.count)).map(\.self)
            ) { columns.values(ofCell: cells.kept[$0]) }
          },
          affinePull: rows.flatMap { matched?.affinePull(rows: $0) },
          meanRates: counts.meanRates,
          critic: options.training.critic,
          seed: context.seed.seed(for: .weights)),
        on: counts.store, cells: cells.kept, batches: batches, options: options.training,
        name: cells.name,
        addMemberships: options.model.decoderNorm == .matched
          ? memberships(matched, labelled) : nil,
        covariates: columns,
        saving: options.checkpoint.map {
          Trainer.Saving(options: $0, identity: try identity(), checkpoint: checkpoint)
        }, in: context)
    }
    if let failure = trained.savingFailure {
      diagnostics.warnings.append("the checkpoint could not be written during training: \(failure)")
    }
    diagnostics.add(
      about: trained.epochs.last?.critic, batches: cells.keptOfBatch.count { $0 > 0 })
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
  func embed(_ store: CountStore, with model: Autoencoder) throws -> Placed {
    let latentShare = options.space == .decoded ? 0.2 : 1
    let latent = try context.time(.embedding) {
      try latentMeans(
        of: store, batches: batches, with: model, memory: context.tables, pool: context.pool
      ) {
        try context.report(.embedding, latentShare * $0)
      }
    }
    try latent.checkIsFinite("latent position", name: cells.name)
    guard options.space == .decoded else { return Placed(latent: latent, embedding: latent) }
    return try context.time(.embedding) {
      let basis = decodedBasis
      let space = decodedSpace(of: model, basis, latent: latent.rows(basis))
      let coordinates = try space.coordinates(
        of: latent, from: batches, within: cells.protected?.decoded, model,
        scaling: options.componentScaling,
        memory: context.tables, pool: context.pool
      ) {
        try context.report(.embedding, latentShare + (1 - latentShare) * $0)
      }
      return Placed(latent: latent, embedding: coordinates, components: space.components)
    }
  }

  /// The cells from which the components of the decoded space are computed.
  var decodedBasis: [Int] {
    DecodedSpace.draw(
      options.basisCells, from: cells.kept, batches: batches,
      seed: context.seed.seed(for: .decodedSpace))
  }

  /// Computes the decoded space from the latent means of the cells of its basis.
  func decodedSpace(of model: Autoencoder, _ basis: [Int], latent: Embedding) -> DecodedSpace {
    DecodedSpace(
      of: model, latent: latent, batches: basis.map { batches[$0] },
      levels: cells.protected?.decoded.of(basis), count: options.components,
      seed: context.seed.seed(for: .decodedSpace), pool: context.pool)
  }

  /// Removes the remaining batch effect in each cluster, unless the options turn it off.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates of all cells.
  ///   - places: The populations of the cells; `nil` if whole batches are compared.
  /// - Returns: The aligned coordinates, and the alignment.
  /// - Throws: ``HarmonizeError/notFiniteResult(quantity:count:cell:)``; errors of the receiver of
  ///   the progress.
  func removeRest(
    from embedding: Embedding, _ places: PlacedCells?
  ) throws -> (embedding: Embedding, alignment: Alignment?) {
    var result: (embedding: Embedding, alignment: Alignment?) = (embedding, nil)
    if let alignment = options.alignment {
      result = try context.time(.alignment) {
        let aligned = try alignBatches(
          of: embedding, trainedOn: cells.kept,
          options.composition == .matched ? places : protecting(nil), alignment)
        return (aligned.embedding, aligned.alignment)
      }
      try context.report(.alignment, 1)  // it may have converged early
    }
    try result.embedding.checkIsFinite("embedding", name: cells.name)
    return result
  }

  /// Returns what adds the memberships of a minibatch's cells; `nil` if there is but one population.
  private func memberships(
    _ populations: Populations?, _ labelled: LabelledPopulations?
  ) -> ((inout Minibatch, [Int]) -> Void)? {
    let pool = context.pool
    if let labelled {
      return { minibatch, rows in
        labelled.addMemberships(to: &minibatch, cells: rows, pool: pool)
      }
    }
    guard let protected = cells.protected else {
      return populations.map { populations in
        { minibatch, _ in populations.addMemberships(to: &minibatch, pool: pool) }
      }
    }
    return { minibatch, rows in
      let levels = rows.map { protected.ofCell[$0] }
      if let populations {
        populations.addMemberships(to: &minibatch, levels: levels, pool: pool)
      } else {
        minibatch.memberships = levels.flatMap { level in
          protected.names.indices.map { $0 == Int(level) ? 1 : 0 }
        }
      }
    }
  }

  /// The populations within which batches are compared; `nil` if the options compare whole batches.
  private func matched<Found>(_ populations: Found?) -> Found? {
    options.composition == .matched ? populations : nil
  }
}

extension IntegrationRun {
  /// Aligns the cells of the training, and applies the result to all other cells.
  private func alignBatches(
    of embedding: Embedding, trainedOn kept: [Int], _ places: PlacedCells?,
    _ options: ClusterAlignmentOptions
  ) throws -> (embedding: Embedding, alignment: Alignment) {
    // Pools consist of combinations of keys, so with several keys each batch is aligned separately.
    let pools = cells.batchKeys.count == 1 ? places?.levels : nil
    let keys = cells.batchKeys.map { key in
      guard let pools else {
        return BatchAssignment(names: key.names, batchOfCell: kept.map { key.batchOfCell[$0] })
      }
      return BatchAssignment(
        names: (0...(pools.max() ?? 0)).map { "\($0)" },
        batchOfCell: kept.map { pools[Int(key.batchOfCell[$0])] })
    }
    var aligned = try align(
      embedding.rows(kept, in: context.tables), batches: keys,
      populations: places.map { places in kept.map { places.ofCell[$0] } },
      covariates: cells.covariates?.rows(kept),
      options: options, seed: context.seed.seed(for: .alignment), memory: context.tables,
      pool: context.pool
    ) { try context.report(.alignment, $0) }
    if let pools {
      var sizes = [Int](repeating: 0, count: pools.count)
      for cell in kept { sizes[Int(cells.batchKeys[0].batchOfCell[cell])] += 1 }
      aligned.alignment.split(pools: pools, sizes: sizes)
    }
    guard kept.count < embedding.cellCount else { return aligned }
    var all = try EmbeddingWriter(
      cellCount: embedding.cellCount, dimensions: embedding.dimensions, in: context.tables)
    var next = 0
    for cell in 0..<embedding.cellCount {
      if next < kept.count, kept[next] == cell {
        all.append(Array(aligned.embedding[next]))
        next += 1
      } else {
        all.append(
          aligned.alignment.corrected(
            embedding[cell], levels: cells.batchKeys.map { $0.batchOfCell[cell] },
            covariates: cells.covariates?.values(ofCell: cell) ?? []))
      }
    }
    return (all.finish(), aligned.alignment)
  }
}

/// Returns the latent means of all cells of a store; `(n, d)`.
///
/// `progress` receives the finished share, and throws to stop.
func latentMeans(
  of store: CountStore, batches: [Int32], with model: borrowing Autoencoder,
  memory: TableMemory = .process, pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) throws -> Embedding {
  try latentMeans(
    of: 0..<store.cellCount, in: store, batches: batches, with: model, memory: memory, pool: pool,
    progress: progress)
}

/// Returns the latent means of some cells of a store, in their order.
func latentMeans(
  of cells: some RandomAccessCollection<Int>, in store: CountStore, batches: [Int32],
  with model: borrowing Autoencoder, memory: TableMemory = .process, pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) throws -> Embedding {
  let rows = 1024
  var means = try EmbeddingWriter(
    cellCount: cells.count, dimensions: model.options.latent, in: memory)
  var minibatch = Minibatch()
  for first in stride(from: 0, to: cells.count, by: rows) {
    let end = min(first + rows, cells.count)
    store.fill(
      &minibatch, with: Array(cells.dropFirst(first).prefix(end - first)), batches: batches,
      pool: pool)
    means.append(model.latent(of: minibatch, pool: pool).values)
    try progress(Double(end) / Double(cells.count))
  }
  return means.finish()
}
