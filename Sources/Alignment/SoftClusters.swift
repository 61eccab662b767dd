internal import Numerics
internal import Support

/// Soft clusters of cells on the unit sphere, with a penalty that favours all batches in each
/// cluster.
///
/// Cells are kept in the order of their combination of batches, so that each combination is a range
/// of rows. Within a combination they must be in random order, because blocks are ranges of rows.
/// See ``Alignment`` for the equations.
struct SoftClusters: ~Copyable {
  let design: BatchDesign
  let clusterCount: Int
  let dimensions: Int
  let theta: [Double]
  let sigma: Double
  let pool: ThreadPool

  /// The rows of each combination.
  let rows: [Range<Int>]

  /// The tables of all cells and batches.
  let tables: ClusterTables

  /// The unit centroids `Y`; `(K, d)`.
  let centroids: FloatBuffer

  /// The centre of each cluster, since the last correction; `(K, d)`.
  let centers: FloatBuffer

  /// The covariates of the cells; `(n, q)`.
  let covariates: FloatBuffer

  /// The number of columns of covariates, `q`; 0 without covariates.
  let covariateCount: Int

  /// The effect of each covariate in each cluster, since the last correction; `(q, K, d)`.
  let effects: FloatBuffer

  /// The mass of each combination in each cluster; `(combinations, K)`.
  package private(set) var held: [Double]

  private let panels: FloatBuffer  // the centroids, packed for products
  private let blocks: ClusterBlocks

  /// The masses of each block's pieces, shard by shard; `(pieces, K)` each.
  private let heldByBlock: [[DoubleView]]

  private var generator: Xoshiro256

  /// The number of rows that one thread processes at a time.
  private static let shardRows = 512

  /// The number of rows of a block that one thread processes at a time: of few cells fewer, so that each of
  /// the twenty blocks has work for several threads.
  private static func shardRows(ofBlocksOf cells: Int) -> Int {
    min(shardRows, max(64, cells / 1280 * 16))
  }

  /// The number of cells that one thread sums for the centroids.
  private var centroidRows: Int { min(8192, max(256, cellCount / 2048 * 256)) }

  init(
    design: BatchDesign, covariates: CovariateDesign? = nil, clusterCount: Int, dimensions: Int,
    theta: [Double], sigma: Double, seed: UInt64, memory: TableMemory = .process, pool: ThreadPool
  ) throws {
    let q = covariates?.width ?? 0
    var start = 0
    let rows = design.cells.map { cells in
      defer { start += cells.count }
      return start..<start + cells.count
    }
    var generator = Xoshiro256(seed: seed)
    let blocks = ClusterBlocks(
      rows, shardRows: Self.shardRows(ofBlocksOf: start), using: &generator)
    let tables = try ClusterTables(
      cells: start, combinations: rows.count, places: design.firstOfPlace.count,
      pieces: blocks.all.joined().reduce(0) { $0 + $1.count }, clusters: clusterCount,
      dimensions: dimensions, covariates: q, memory: memory)
    let values = try FloatBuffer(count: start * q, in: memory)
    if let covariates {
      for (row, cell) in design.cells.joined().enumerated() {
        values.view[row * q..<(row + 1) * q]
          .copy(from: Array(covariates.values(ofCell: Int(cell))))
      }
    }
    covariateCount = q
    self.covariates = values
    effects = FloatBuffer(count: q * clusterCount * dimensions)
    self.design = design
    self.clusterCount = clusterCount
    self.dimensions = dimensions
    self.theta = theta
    self.sigma = sigma
    self.pool = pool
    self.rows = rows
    self.blocks = blocks
    self.generator = generator
    self.tables = tables
    panels = FloatBuffer(count: panelSize(k: dimensions, n: clusterCount))
    centroids = FloatBuffer(count: clusterCount * dimensions)
    centers = FloatBuffer(count: clusterCount * dimensions)
    held = [Double](repeating: 0, count: rows.count * clusterCount)
    var first = 0
    heldByBlock = blocks.all.map { shards in
      shards.map { pieces in
        defer { first += pieces.count * clusterCount }
        return tables.masses[first..<first + pieces.count * clusterCount]
      }
    }
  }

  /// The unit coordinates of the cells; `(n, d)`.
  var unit: FloatBuffer { tables.unit }

  /// The memberships `R`; `(n, K)`.
  var memberships: FloatBuffer { tables.memberships }

  /// The number of cells, `n`.
  var cellCount: Int { rows.last?.upperBound ?? 0 }

  /// Scales the given coordinates to unit length, for clustering from now on.
  func place(_ coordinates: FloatBuffer) {
    let (d, from, to) = (dimensions, coordinates.view, unit.view)
    forEachShard { rows in
      scaleToUnitLength(rows, of: from, d, into: to[rows.lowerBound * d..<rows.upperBound * d])
    }
  }

  /// Initializes the centroids by k-means++ and Lloyd's rounds on a sample, and the memberships by
  /// distance.
  mutating func start() {
    var sample = Array(0..<cellCount)
    if sample.count > 20_000 {
      generator.shuffle(&sample)
      sample = sample.prefix(20_000).sorted()
    }
    var points: [Float] = []
    points.reserveCapacity(sample.count * dimensions)
    for i in sample { points += unit.view[i * dimensions..<(i + 1) * dimensions].values }
    centroids.view.copy(
      from: sphericalMeans(
        points, dimensions: dimensions, count: clusterCount, rounds: 10, using: &generator,
        pool: pool))
    measure()
    let count = rows.count * clusterCount
    let even = [Float](repeating: 0, count: count)
    for block in blocks.all.indices { _ = update(block, logFactors: even) }
  }

  /// Computes distances to the current centroids after they have moved.
  func measure() {
    packPanels(
      centroids.view, k: dimensions, n: clusterCount, rowStride: 1, columnStride: dimensions,
      into: panels.view)
  }

  /// Updates all memberships once, block by block, and returns the objective.
  mutating func sweep() -> Double {
    var sum = 0.0
    var order = Array(blocks.all.indices)
    generator.shuffle(&order)
    for block in order {
      add(-1, times: block)
      sum += update(block, logFactors: balance.logFactorsOfCombinations(held: held))
    }
    return sum + sigma * balance.diversity(held: held)
  }

  /// Moves each centroid to the mean direction of its cells.
  func moveCentroids() {
    let (d, count, n) = (dimensions, clusterCount, cellCount)
    let own = centroidRows
    let shards = (n + own - 1) / own
    let parts = FloatBuffer(count: shards * count * d)
    pool.parallel(shards) { shard in
      let end = min((shard + 1) * own, n)
      let panels = FloatBuffer(count: panelSize(k: 256, n: d)).view
      let part = parts.view[shard * count * d..<(shard + 1) * count * d]
      for first in stride(from: shard * own, to: end, by: 256) {
        let rows = min(256, end - first)
        packPanels(
          unit.view[first * d..<(first + rows) * d], k: rows, n: d, rowStride: d,
          columnStride: 1, into: panels)
        multiplyPanels(
          memberships.view[first * count..<(first + rows) * count], m: count, n: d, k: rows,
          rowStride: 1, columnStride: count, panels: panels, into: part, stride: d,
          adding: first > shard * own)
      }
    }
    let sums = FloatBuffer(count: count * d)
    for shard in 0..<shards {
      for index in 0..<count * d { sums.view[index] += parts.view[shard * count * d + index] }
    }
    for k in 0..<count {
      var square: Float = 0
      for j in k * d..<(k + 1) * d { square += sums.view[j] * sums.view[j] }
      // A cluster that lost all its cells keeps its centroid.
      guard square > 0 else { continue }
      for j in k * d..<(k + 1) * d { centroids.view[j] = sums.view[j] / square.squareRoot() }
    }
  }

  // MARK: - Masses

  /// Returns the mass of each cluster, `Σ_i R_ik`; `(K)`.
  func masses() -> [Double] {
    (0..<clusterCount).map { k in
      rows.indices.reduce(0) { $0 + held[$1 * clusterCount + k] }
    }
  }

  /// The mass of each level in each cluster if the cells of every population were mixed, `E`;
  /// `(L, K)`.
  func expected() -> [Double] { balance.expected(held: held) }

  /// The sums over combinations, levels and populations that the memberships depend on.
  private var balance: ClusterBalance {
    ClusterBalance(design: design, clusterCount: clusterCount, theta: theta, pool: pool)
  }

  // MARK: - Passes over rows

  /// Recomputes the memberships of a block's rows after its removal, and adds them to the masses.
  ///
  /// - Returns: The rows' part of the objective, `Σ R D + sigma Σ R log R`.
  private mutating func update(_ block: Int, logFactors: [Float]) -> Double {
    let (d, count, sharpness) = (dimensions, clusterCount, 2 / Float(sigma))
    let (shards, masses) = (blocks.all[block], heldByBlock[block])
    let (unit, memberships, panels) = (unit, memberships, panels)
    let objectives = pool.map(shards.count) { shard in
      let (pieces, held) = (shards[shard], masses[shard])
      held.clear()
      var objective = 0.0
      for (place, piece) in pieces.enumerated() {
        let rows = piece.rows
        let values = memberships.view[rows.lowerBound * count..<rows.upperBound * count]
        multiplyPanels(
          unit.view[rows.lowerBound * d..<rows.upperBound * d], m: rows.count, n: count, k: d,
          rowStride: d, columnStride: 1, panels: panels.view, into: values, stride: count)
        let start = piece.combination * count
        objective += softMemberships(
          values, rows: rows.count, sharpness: sharpness,
          logs: logFactors.span.extracting(start..<start + count),
          addingTo: held[place * count..<(place + 1) * count])
      }
      return objective
    }
    add(1, times: block)
    return objectives.reduce(0, +)
  }

  /// Adds a block's masses to the total, in the order of its pieces, or subtracts them.
  private mutating func add(_ factor: Double, times block: Int) {
    let count = clusterCount
    for (pieces, held) in zip(blocks.all[block], heldByBlock[block]) {
      for (place, piece) in pieces.enumerated() {
        for k in 0..<count {
          self.held[piece.combination * count + k] += factor * held[place * count + k]
        }
      }
    }
  }

  /// Calls `visit` for all rows in shards.
  func forEachShard(_ visit: @Sendable (Range<Int>) -> Void) {
    let n = cellCount
    pool.parallel((n + Self.shardRows - 1) / Self.shardRows) { shard in
      visit(shard * Self.shardRows..<min((shard + 1) * Self.shardRows, n))
    }
  }
}
