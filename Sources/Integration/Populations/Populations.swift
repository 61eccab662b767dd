internal import Composition
internal import CountData
internal import Numerics
internal import Support
internal import NeuralNet

/// The populations that batches share, and the population of each cell.
///
/// Normalization and alignment at matched composition compare batches within populations.
/// Differences between cell types of batches therefore do not count as batch effect.
struct Populations: Sendable {
  /// The minimum number of genes, measured in all batches, for finding populations.
  ///
  /// With fewer genes, all batches count as having the same populations.
  static let fewestGenes = 50

  /// The batches' offsets, frames, pools and differences.
  let composition: SharedComposition

  /// The frame that places cells among soft clusters.
  let frame: CompositionFrame

  /// The population of each cell, `(n)`; empty if cells are placed later.
  let ofCell: [Int32]

  /// Finds the populations that batches share from the counts of the selected genes.
  ///
  /// - Parameters:
  ///   - store: The counts of all cells.
  ///   - cells: The cells of the run.
  ///   - batches: The batch of every cell of the store.
  ///   - batchCount: The number of batches.
  ///   - missing: The genes that some batch with cells did not measure, which are excluded.
  ///   - placesCells: `true` to find the population of each cell as well. The default is `true`.
  ///   - seed: The seed of the sample of cells and of the clusters.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(
    of store: CountStore, cells: [Int], batches: [Int32], batchCount: Int, missing: Set<UInt16>,
    placesCells: Bool = true, seed: UInt64, pool: ThreadPool
  ) {
    // A gene without values does not vary in any batch, so it is not chosen.
    self.init(
      features: store.geneCount, cells: cells, batches: batches, batchCount: batchCount,
      seed: seed, pool: pool,
      sample: { cells in
        var inputs = UncorrectedSpace.inputs(of: cells[...], store, batches, pool: pool)
        for gene in missing {
          for row in 0..<inputs.rows { inputs[row, Int(gene)] = 0 }
        }
        return inputs
      },
      place: {
        placesCells ? $0.places(of: store, batches: batches, pool: pool) : []
      })
  }

  /// Finds the populations that batches share from coordinates.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates of all cells.
  ///   - batches: The batch of every cell.
  ///   - batchCount: The number of batches.
  ///   - seed: The seed of the sample of cells and of the clusters.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(
    of embedding: Embedding, batches: [Int32], batchCount: Int, seed: UInt64, pool: ThreadPool
  ) {
    var options = CompositionOptions()
    options.comparesGenes = false
    self.init(
      features: embedding.dimensions, cells: Array(0..<embedding.cellCount), batches: batches,
      batchCount: batchCount, options: options, seed: seed, pool: pool,
      sample: { Matrix(embedding.rows($0)) },
      place: { $0.places(of: embedding, batches: batches, pool: pool) })
  }

  /// Finds the populations that batches share from rows of numbers.
  ///
  /// - Parameters:
  ///   - features: The number of columns.
  ///   - cells: The cells of the run.
  ///   - batches: The batch of every cell.
  ///   - batchCount: The number of batches.
  ///   - options: The options of the search. The default is `CompositionOptions()`.
  ///   - seed: The seed of the sample of cells and of the clusters.
  ///   - pool: The threads to use; the result does not depend on their number.
  ///   - sample: Returns the rows of some cells.
  ///   - place: Returns the population of every cell; empty to place them later.
  private init(
    features: Int, cells: [Int], batches: [Int32], batchCount: Int,
    options: CompositionOptions = CompositionOptions(), seed: UInt64, pool: ThreadPool,
    sample: ([Int]) -> Matrix, place: (PopulationPlacing) -> [Int32]
  ) {
    let sampled = Self.sample(of: cells, batches: batches, batchCount: batchCount, seed: seed)
    var sizes = [Int](repeating: 0, count: batchCount)
    for cell in cells { sizes[Int(batches[cell])] += 1 }
    composition = Self.agreed(seed, different: Self.cellsInDifferentBatches) { seed in
      SharedComposition(
        genes: features, batchSizes: sizes, seed: seed, pool: pool, options: options
      ) { sample(sampled[$0]) }
    }
    frame = CompositionFrame(composition, genes: features, pool: pool) { sample(sampled[$0]) }
    ofCell = place(PopulationPlacing(composition, frame))
  }

  /// Draws the cells of each batch in which populations are looked for, ascending; `(S)`.
  ///
  /// - Parameters:
  ///   - cells: The cells of the run.
  ///   - batches: The batch of every cell.
  ///   - batchCount: The number of batches.
  ///   - seed: The seed of the sample.
  /// - Returns: All cells of a small batch, and a sample of a large one.
  static func sample(
    of cells: [Int], batches: [Int32], batchCount: Int, seed: UInt64
  ) -> [[Int]] {
    var members = [[Int]](repeating: [], count: batchCount)
    for cell in cells { members[Int(batches[cell])].append(cell) }
    let most = CompositionOptions().cellsPerBatch
    return members.enumerated().map { batch, cells in
      guard cells.count > most else { return cells }
      var generator = Xoshiro256(seed: streamSeed(seed, UInt64(batch)))
      var cells = cells
      generator.shuffle(&cells)
      return cells.prefix(most).sorted()
    }
  }

  /// Finds the composition with up to three seeds, and returns the median one by the number of
  /// cells in different batches.
  ///
  /// Further seeds are used only if the first one reports different batches.
  ///
  /// The clusters are random, and so is a small part of the verdicts. For the pancreas data, one
  /// seed in eight reported a batch as different that the others did not, which cost 0.05 of the
  /// total score.
  ///
  /// - Parameters:
  ///   - seed: The first seed.
  ///   - different: Returns the number of cells in different batches, for a composition.
  ///   - find: Finds the composition with a seed.
  /// - Returns: The composition; the first one if another one has the same number of cells.
  static func agreed<Found>(
    _ seed: UInt64, different: (Found) -> Int, _ find: (UInt64) -> Found
  ) -> Found {
    let first = find(seed)
    guard different(first) > 0 else { return first }
    let found = [first] + [1, 2].map { find(streamSeed(seed, UInt64.max - $0)) }
    // Among equal ones the first sorts first, so it is taken if another one agrees.
    let order = found.indices.sorted {
      (different(found[$0]), $0) < (different(found[$1]), $1)
    }
    let middle = different(found[order[1]])
    return found.first { different($0) == middle } ?? first
  }

  private static func cellsInDifferentBatches(_ composition: SharedComposition) -> Int {
    zip(composition.batchSizes, composition.groupDifferences)
      .reduce(0) { $0 + ($1.1.isLarge ? $1.0 : 0) }
  }

  /// Finds the populations that the batches of a run share.
  ///
  /// The result is `nil` for a single batch, or if fewer than ``fewestGenes`` genes are measured in
  /// all batches.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - data: The counts of their selected genes.
  ///   - seed: The seed of the run.
  ///   - pool: The threads to use; the result does not depend on their number.
  init?(
    of cells: CellDataset, _ data: DataScan, seed: UInt64, pool: ThreadPool
  ) {
    self.init(
      of: RunCells(cells, data.summary), RunCounts(data), placesCells: true, seed: seed, pool: pool)
  }

  /// Finds the populations that the batches of a run share, as ``init(of:_:seed:pool:)``.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - counts: The counts of their selected genes, at least of the cells that are sampled.
  ///   - placesCells: `true` to find the population of each cell as well.
  ///   - seed: The seed of the run.
  ///   - pool: The threads to use; the result does not depend on their number.
  init?(
    of cells: RunCells, _ counts: RunCounts, placesCells: Bool, seed: UInt64, pool: ThreadPool
  ) {
    let missing = Set(counts.padding.missing.joined())
    guard
      cells.batches.names.count > 1, counts.store.geneCount - missing.count >= Self.fewestGenes
    else {
      return nil
    }
    self.init(
      of: counts.store, cells: cells.kept, batches: cells.batches.batchOfCell,
      batchCount: cells.batches.names.count, missing: missing, placesCells: placesCells,
      seed: seed.seed(for: .composition), pool: pool)
  }

  /// The row of each batch in a norm at matched composition.
  ///
  /// Pooled batches share a row. A batch without a connection to others has the row of the largest
  /// frame: its own scale and shift would remove differences that may be biology.
  var normRows: [Int32] {
    let component = composition.component
    let sizes = composition.batchSizes
    let largest = sizes.indices.filter { component[$0] == 0 }.max { sizes[$0] < sizes[$1] } ?? 0
    let groups = sizes.indices.map { batch in
      let isApart =
        component[batch] > 0 && component.count(where: { $0 == component[batch] }) == 1
      return composition.group[isApart ? largest : batch]
    }
    return numbered(groups)
  }

  /// The pull of the scales and shifts of those rows toward each other.
  ///
  /// Rows of batches with other populations than the others are pulled with the weight of a
  /// thousand cells. So are rows of few cells: fewer than 15, or fewer than 50 beside such a batch.
  /// Other rows are not pulled: for batches of 20 cells from several technologies with shared
  /// types, pulling costs 0.02 to 0.07 of the scIB total.
  var affinePull: AffinePull { affinePull(rows: normRows) }

  /// Returns the pull of the scales and shifts of given rows of the batches, as ``affinePull``.
  func affinePull(rows: [Int32]) -> AffinePull {
    let sizes = composition.batchSizes.map { Float($0) }
    let count = Int(rows.max() ?? 0) + 1
    var cells = [Float](repeating: 0, count: count)
    var largest = cells
    var isDifferent = [Bool](repeating: false, count: count)
    for (batch, row) in rows.enumerated() {
      let row = Int(row)
      cells[row] += sizes[batch]
      largest[row] = max(largest[row], sizes[batch])
      if composition.groupDifferences[batch].isLarge { isDifferent[row] = true }
    }
    let few = isDifferent.contains(true) ? Self.fewBesideDifferent : Self.few
    return AffinePull(
      cells: cells.map { max(1, $0) },
      strength: (0..<count).map { row in
        isDifferent[row] || largest[row] < few ? Self.pull / max(1, cells[row]) : 0
      })
  }

  /// The weight of the pull in cells.
  private static let pull: Float = 1000

  /// The number of cells below which a batch is pulled although it has the same populations.
  private static let few = Float(CompositionOptions().smallBatch)

  /// The number of cells below which a batch is pulled beside batches with other populations.
  private static let fewBesideDifferent: Float = 50

  /// The number of each batch's pool in the alignment, from 0 without gaps.
  var alignmentLevels: [Int32] { numbered(composition.group) }

  private func numbered(_ groups: [Int]) -> [Int32] {
    let distinct = Array(Set(groups)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
    return groups.map { numbers[$0] ?? 0 }
  }

  /// A notice if not all batches were compared; `nil` if they were.
  var notice: String? {
    let left = composition.isCompared.count { !$0 }
    guard left > 0 else { return nil }
    return "the \(composition.isCompared.count - left) batches with the most cells were compared "
      + "for shared populations; the other \(grouped(left)) are assumed to hold the shared populations"
  }
  /// Adds the memberships in soft clusters to a minibatch, separately for each component and level.
  ///
  /// - Parameters:
  ///   - minibatch: The minibatch.
  ///   - levels: The level of each of its cells within which batches are compared. The default is
  ///     `nil`, for one level.
  ///   - pool: The threads to use; the result does not depend on their number.
  func addMemberships(
    to minibatch: inout Minibatch, levels: [Int32]? = nil, pool: ThreadPool
  ) {
    let soft = frame.memberships(
      starts: minibatch.starts, genes: minibatch.genes, inputs: minibatch.inputs,
      batches: minibatch.batches, pool: pool)
    let count = Int(levels?.max() ?? 0) + 1
    let places = Self.places(
      ofComponents: minibatch.batches.enumerated().map { row, batch in
        composition.component[Int(batch)] * count + Int(levels?[row] ?? 0)
      })
    let components = (places.max() ?? 0) + 1
    guard components > 1 else {
      minibatch.memberships = soft
      return
    }
    let k = frame.clusters
    var split = [Float](repeating: 0, count: minibatch.cellCount * k * components)
    for row in 0..<minibatch.cellCount {
      let place = places[row] * k
      for c in 0..<k { split[row * k * components + place + c] = soft[row * k + c] }
    }
    minibatch.memberships = split
  }

  /// The place of each cell's component among those that occur.
  ///
  /// Columns of components without cells would change nothing and cost as much as the others.
  private static func places(ofComponents components: [Int]) -> [Int] {
    let distinct = Set(components).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    return components.map { places[$0] ?? 0 }
  }
}
