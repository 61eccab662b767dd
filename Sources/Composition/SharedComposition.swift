package import Kernels

/// The populations that batches of a data set share, found from expression alone.
///
/// A batch effect is what is common to all types that two batches share: in log
/// expression a batch shifts each gene by about the same amount in every type.
/// So each pair of clusters of two batches implies an offset, on which true
/// pairs agree and false ones do not. Where one type alone is shared, a small
/// offset decides; where batches hold one type each, nothing can be known, and
/// they are left apart.
package struct SharedComposition: Sendable, Equatable {
  /// The numbers of the genes compared, in the caller's matrix; ascending.
  package let genes: [Int]

  /// The offset of each batch in log expression; `(batches, genes compared)`.
  ///
  /// The mean over the cells of a component is zero, of the batches that were compared.
  package let offsets: Matrix

  /// Whether each batch was compared with others.
  ///
  /// Of more than `options.mostBatches` batches, those of fewest cells are not: they count as part of
  /// component 0, with the populations found there and an offset of their own. So do, then, batches
  /// under 40 cells that were compared and joined with nothing: so few cells show little.
  package let isCompared: [Bool]

  /// The number of the component that each batch is in, 0 that of most cells.
  ///
  /// Offsets are known between batches of one component only.
  package let component: [Int]

  /// A number that batches share which were pooled without offsets among themselves.
  ///
  /// Such are sorted samples of one experiment. Each other batch has its own number.
  package let group: [Int]

  /// Whether each batch has the cells and the structure to be joined by pairs.
  package let isRich: [Bool]

  /// The mean squared distance between clusters of each batch, as a share of that between
  /// all clusters of all batches; 0 where each cell is a cluster.
  package let clarity: [Double]

  /// The share of each batch's sampled cells in clusters that were matched with
  /// those of other batches.
  package let sharedCells: [Double]

  /// The difference of each batch's populations from the others'.
  package let differences: [CompositionDifference]

  /// The difference of each batch's pool from the other pools.
  package let groupDifferences: [CompositionDifference]

  /// The clusters of all batches, in the order of the batches.
  package let clusters: [SharedCluster]

  /// The verdicts about pairs of batches, `first` ascending.
  ///
  /// Above `options.allPairs` batches, only pairs with a reference are matched.
  package let pairs: [PairVerdict]

  /// The verdicts about what was not joined by pairs, in the order they were made.
  package let joins: [JoinVerdict]

  /// The number of cells of each batch.
  package let batchSizes: [Int]

  /// The seed of clusters.
  package let seed: UInt64

  /// Finds what batches share.
  ///
  /// - Parameters:
  ///   - genes: The number of genes in samples.
  ///   - batchSizes: The number of cells of each batch.
  ///   - seed: The seed of clusters.
  ///   - pool: The threads to use; the result does not depend on their number.
  ///   - options: The options.
  ///   - sample: Returns log expression, `(cells, genes)`, `log1p(1e4 x / total)`,
  ///     of up to `options.cellsPerBatch` cells of a batch. It is called twice
  ///     for each batch, with the same result.
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
    var spread = GeneSpread(genes: genes)
    for batch in batchSizes.indices { spread.add(try sample(batch)) }
    let chosen = spread.highest(options.genes)
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
    // Without pools it is the same, and all distances need not be measured again.
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
  /// The share of the other batches' cells whose population the batch does not hold.
  package var lacking = 0.0

  /// The share of the batch's cells whose population no other batch holds.
  package var alone = 0.0

  /// Whether the batch has cells enough to show several types, and does not.
  package var isPoor = false

  /// Whether the difference is too large for the batch to be compared as a whole.
  ///
  /// So it is where half of the other batches' cells have no counterpart in it, three tenths where
  /// it holds hardly more than one type, or where more than a quarter of its own have none.
  package var isLarge: Bool { lacking >= (isPoor ? 0.3 : 0.5) || alone >= 0.27 }
}

/// A cluster of one batch.
package struct SharedCluster: Sendable, Equatable {
  /// The batch.
  package let batch: Int

  /// The pools of batches that have clusters near enough to be of the same population.
  package let holders: [Int]

  /// The number of sampled cells.
  package let cells: Int

  /// The mean log expression less the batch's offset; `[genes compared]`.
  package let profile: [Float]
}

/// The best match of two batches.
package struct PairVerdict: Sendable, Equatable {
  /// The first batch.
  package let first: Int

  /// The second batch, of a higher number.
  package let second: Int

  /// The kind of match.
  package let kind: MatchKind

  /// The figures of the match.
  package let figures: MatchFigures
}

/// The verdict about batches that no pair joined to the main component.
///
/// The main component is the largest one that holds a rich batch.
package struct JoinVerdict: Sendable, Equatable {
  /// The kind of join.
  package enum Kind: Sendable, Equatable {
    /// The batches together match the main component, with one offset for all of them.
    case pooled

    /// The match with the main component is of this kind.
    case matched(MatchKind)

    /// Nothing shared can be shown.
    case apart
  }

  /// The batches.
  package let batches: [Int]

  /// The kind of join.
  package let kind: Kind

  /// The figures of the match with the main component; `nil` where no batch has structure.
  package let figures: MatchFigures?
}
