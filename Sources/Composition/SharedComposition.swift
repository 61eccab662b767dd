package import Numerics

/// The populations that the batches of a dataset share, found from expression alone.
///
/// A batch effect is common to all types that two batches share: in log expression, a batch shifts
/// each gene by about the same amount in every type. Each pair of clusters of two batches therefore
/// implies an offset; true pairs agree on it, and false pairs do not. If only one type is shared,
/// it is accepted for a small offset. If each batch has a single type, nothing can be inferred, and
/// the batches stay separate.
package struct SharedComposition: Sendable, Equatable {
  /// The indices of the genes compared in the caller's matrix; ascending.
  package let genes: [Int]

  /// The offset of each batch in log expression; `(batches, genes compared)`.
  ///
  /// The mean over the cells of a component is zero, of the batches that were compared.
  package let offsets: Matrix

  /// True for each batch that was compared with others.
  ///
  /// Of more than `options.mostBatches` batches, those of fewest cells are not: they count as part of
  /// component 0, with the populations found there and an offset of their own. So do, then, batches
  /// under 40 cells that were compared and joined with nothing: so few cells show little.
  package let isCompared: [Bool]
  /// The number of each batch's component; 0 is the one with the most cells.
  ///
  /// Offsets are known only between batches of the same component.
  package let component: [Int]

  /// A number shared by batches that were pooled without offsets between them.
  ///
  /// These are sorted samples of one experiment. Each other batch has a different number.
  package let group: [Int]

  /// A flag for each batch that is true if it has enough cells and structure to be joined by pairs.
  package let isRich: [Bool]

  /// The mean squared distance between clusters of each batch, as a share of that between all
  /// clusters of all batches; 0 if each cell is a cluster.
  package let clarity: [Double]

  /// The share of each batch's sampled cells in clusters matched with those of other batches.
  package let sharedCells: [Double]

  /// The difference of each batch's populations from the others'.
  package let differences: [CompositionDifference]

  /// The difference of each batch's pool from the other pools.
  package let groupDifferences: [CompositionDifference]

  /// The clusters of all batches, in the order of the batches.
  package let clusters: [SharedCluster]

  /// The verdicts about pairs of batches, `first` ascending.
  ///
  /// With more than `options.allPairs` batches, only pairs with a reference are matched.
  package let pairs: [PairVerdict]

  /// The verdicts about batches not joined by pairs, in the order of the decisions.
  package let joins: [JoinVerdict]

  /// The number of cells of each batch.
  package let batchSizes: [Int]

  /// The seed of clusters.
  package let seed: UInt64

  /// Finds the populations that batches share.
  ///
  /// - Parameters:
  ///   - genes: The number of genes in samples.
  ///   - batchSizes: The number of cells of each batch.
  ///   - seed: The seed of clusters.
  ///   - pool: The threads to use; the result does not depend on their number.
  ///   - options: The options. The default is `CompositionOptions()`.
  ///   - sample: Returns log expression, `(cells, genes)`, `log1p(1e4 x / total)`, of up to
  ///     `options.cellsPerBatch` cells of a batch. It is called twice for each batch, and must
  ///     return the same result.
  /// - Throws: The errors of `sample`.
  package init(
    genes: Int, batchSizes: [Int], seed: UInt64, pool: ThreadPool,
    options: CompositionOptions = .init(), sample: (Int) throws -> Matrix
  ) rethrows {
    let compared = options.compared(batchSizes)
    let found = try SharedComposition(
      comparing: compared.map { batchSizes[$0] }, genes: genes, seed: seed, pool: pool,
      options: options
    ) { try sample(compared[$0]) }
    guard compared.count < batchSizes.count else {
      self = found
      return
    }
    try self.init(found, of: compared, batchSizes: batchSizes, pool: pool, sample: sample)
  }

  /// Compares all of the given batches.
  private init(
    comparing batchSizes: [Int], genes: Int, seed: UInt64, pool: ThreadPool,
    options: CompositionOptions, sample: (Int) throws -> Matrix
  ) rethrows {
    var chosen = Array(0..<genes)
    if options.comparesGenes {
      var spread = GeneSpread(genes: genes)
      for batch in batchSizes.indices { spread.add(try sample(batch)) }
      chosen = spread.highest(options.genes)
    }
    let profiles = try batchProfiles(
      batchSizes.count, genes: chosen, seed: seed, pool: pool, options: options, sample: sample)
    var search = FrameSearch(
      profiles: profiles, batchSizes: batchSizes, seed: seed, pool: pool, options: options)
    search.run()

    self.genes = chosen
    self.batchSizes = batchSizes
    self.seed = seed
    isCompared = batchSizes.map { _ in true }
    isRich = search.isRich
    clarity = search.clarity
    group = search.group
    pairs = search.pairs
    joins = search.joins
    sharedCells = search.sharedCells
    offsets = Matrix(
      rows: batchSizes.count, columns: chosen.count, values: search.offsets)
    var component = [Int](repeating: 0, count: batchSizes.count)
    for (number, batches) in search.frames.members(cells: batchSizes).enumerated() {
      for batch in batches { component[batch] = number }
    }
    self.component = component
    differences = search.differences(
      component: component, group: Array(batchSizes.indices))
    // Without pools the differences are the same, so distances need not be measured again.
    groupDifferences =
      search.group == Array(batchSizes.indices)
      ? differences : search.differences(component: component, group: search.group)
    let framed = search.framedClusters(component: component, group: search.group)
    clusters = zip(framed, search.holders(of: framed)).map { cluster, holders in
      SharedCluster(
        batch: cluster.batch, holders: holders, cells: Int(cluster.size),
        profile: search.profile(of: cluster))
    }
  }

  /// The fewest cells by which a batch of very many may show that it is apart.
  private static let fewestApart = 40

  /// Extends what was found in some batches to all.
  private init(
    _ found: SharedComposition, of compared: [Int], batchSizes: [Int], pool: ThreadPool,
    sample: (Int) throws -> Matrix
  ) rethrows {
    func spread<Value>(_ values: [Value], over others: [Value]) -> [Value] {
      var all = others
      for (place, batch) in compared.enumerated() { all[batch] = values[place] }
      return all
    }
    func each<Value>(_ value: Value) -> [Value] { batchSizes.map { _ in value } }
    genes = found.genes
    self.batchSizes = batchSizes
    seed = found.seed
    let isKept = zip(found.component, found.batchSizes).map { $0 == 0 || $1 >= Self.fewestApart }
    let isCompared = spread(isKept, over: each(false))
    self.isCompared = isCompared
    let kept = zip(found.component, isKept).map { $1 ? $0 : 0 }
    let numbers = Set(kept).sorted()
    component = spread(kept.map { numbers.firstIndex(of: $0) ?? 0 }, over: each(0))
    group = spread(found.group.map { compared[$0] }, over: Array(batchSizes.indices))
    isRich = spread(found.isRich, over: each(false))
    clarity = spread(found.clarity, over: each(0))
    sharedCells = spread(found.sharedCells, over: each(0))
    func told(_ differences: [CompositionDifference]) -> [CompositionDifference] {
      spread(
        zip(differences, isKept).map { $1 ? $0 : CompositionDifference() },
        over: each(CompositionDifference()))
    }
    differences = told(found.differences)
    groupDifferences = told(found.groupDifferences)
    clusters = found.clusters.filter { isKept[$0.batch] }.map {
      SharedCluster(
        batch: compared[$0.batch],
        holders: $0.holders.filter { isKept[$0] }.map { compared[$0] }, cells: $0.cells,
        profile: $0.profile)
    }
    pairs = found.pairs.map {
      PairVerdict(
        first: compared[$0.first], second: compared[$0.second], kind: $0.kind, figures: $0.figures)
    }
    joins = found.joins.map {
      JoinVerdict(batches: $0.batches.map { compared[$0] }, kind: $0.kind, figures: $0.figures)
    }
    var offsets = Matrix(rows: batchSizes.count, columns: found.genes.count)
    for (place, batch) in compared.enumerated() {
      offsets.values.replaceSubrange(
        offsets.range(ofRow: batch), with: found.offsets.values[found.offsets.range(ofRow: place)])
    }
    // Batches without offsets serve as they are: each adds what its few cells show of the types.
    let reference = AssumedOffsets(
      found,
      clusters: found.clusters.filter { found.component[$0.batch] == 0 || !isKept[$0.batch] },
      pool: pool)
    try reference.fill(&offsets, of: batchSizes.indices.filter { !isCompared[$0] }, sample: sample)
    self.offsets = offsets
  }
}

/// The difference of a batch's populations from those of the other batches.
package struct CompositionDifference: Sendable, Equatable {
  /// The share of the other batches' cells whose population is absent from this batch.
  package var lacking = 0.0

  /// The share of the batch's cells whose population is absent from all other batches.
  package var alone = 0.0

  /// A flag that is true if the batch has enough cells to show several types, but shows only one.
  package var isPoor = false

  /// A flag that is true if the difference is too large to compare the batch as a whole.
  ///
  /// It is true if at least 50% of the other batches' cells have no counterpart in it, or 30% if it
  /// is poor. It is also true if at least 27% of its own cells have no counterpart.
  package var isLarge: Bool { lacking >= (isPoor ? 0.3 : 0.5) || alone >= 0.27 }
}

/// A cluster of one batch.
package struct SharedCluster: Sendable, Equatable {
  /// The batch.
  package let batch: Int

  /// The pools of batches with clusters near enough to belong to the same population.
  package let holders: [Int]

  /// The number of sampled cells.
  package let cells: Int

  /// The mean log expression minus the batch's offset; `[genes compared]`.
  package let profile: [Float]
}

/// The best match of two batches.
package struct PairVerdict: Sendable, Equatable {
  /// The first batch.
  package let first: Int

  /// The second batch, with a higher index.
  package let second: Int

  /// The kind of match.
  package let kind: MatchKind

  /// The figures of the match.
  package let figures: MatchFigures
}

/// The verdict about batches that no pair joined to the main component.
///
/// The main component is the largest one with a rich batch.
package struct JoinVerdict: Sendable, Equatable {
  /// The kind of join.
  package enum Kind: Sendable, Equatable {
    /// The batches together match the main component, with one common offset.
    case pooled

    /// The batches match the main component in this way.
    case matched(MatchKind)

    /// No shared population was found.
    case apart
  }

  /// The batches.
  package let batches: [Int]

  /// The kind of join.
  package let kind: Kind

  /// The figures of the match with the main component; `nil` if no batch has structure.
  package let figures: MatchFigures?
}
