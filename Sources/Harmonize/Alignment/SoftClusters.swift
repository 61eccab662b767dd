internal import Foundation
internal import Kernels
internal import Synchronization

/// Cells softly clustered on the unit sphere, each cluster pushed to hold all sources.
///
/// Cells are kept in the order of their combination of sources, so that those of one
/// combination are rows that follow each other. See ``Alignment`` for the equations.
struct SoftClusters: ~Copyable {
  let design: SourceDesign
  let clusterCount: Int
  let dimensions: Int
  let theta: [Double]
  let sigma: Double
  let pool: ThreadPool

  /// The rows of each combination.
  let rows: [Range<Int>]

  /// The unit coordinates that are clustered; `(n, d)`.
  let unit: FloatBuffer

  /// The memberships `R`; `(n, K)`.
  let memberships: FloatBuffer

  /// The unit centroids `Y`; `(K, d)`.
  let centroids: FloatBuffer

  /// What each cluster holds of each combination; `(combinations, K)`.
  private(set) var held: [Double]

  private let panels: FloatBuffer  // the centroids, as products take them
  private let combinationOfRow: [Int32]
  private var generator: Xoshiro256

  /// Cells of one combination that one thread works on at a time.
  private static let shardRows = 512

  /// Cells whose part in the centroids one thread adds up.
  private static let centroidRows = 8192

  init(
    design: SourceDesign, clusterCount: Int, dimensions: Int, theta: [Double], sigma: Double,
    seed: UInt64, pool: ThreadPool
  ) {
    self.design = design
    self.clusterCount = clusterCount
    self.dimensions = dimensions
    self.theta = theta
    self.sigma = sigma
    self.pool = pool
    var start = 0
    var rows: [Range<Int>] = []
    var combinationOfRow: [Int32] = []
    for (c, cells) in design.cells.enumerated() {
      rows.append(start..<start + cells.count)
      start += cells.count
      combinationOfRow += Array(repeating: Int32(c), count: cells.count)
    }
    self.rows = rows
    self.combinationOfRow = combinationOfRow
    unit = FloatBuffer(count: start * dimensions)
    memberships = FloatBuffer(count: start * clusterCount)
    panels = FloatBuffer(count: panelSize(k: dimensions, n: clusterCount))
    centroids = FloatBuffer(count: clusterCount * dimensions)
    held = [Double](repeating: 0, count: rows.count * clusterCount)
    generator = Xoshiro256(seed: seed)
  }

  /// The number of cells, `n`.
  var cellCount: Int { combinationOfRow.count }

  /// Scales the given coordinates to unit length and clusters these from now on.
  func place(_ coordinates: FloatBuffer) {
    let (d, from, to) = (dimensions, coordinates.view, unit.view)
    forEachShard { rows in
      for i in rows {
        var square: Float = 0
        for j in i * d..<(i + 1) * d { square += from[j] * from[j] }
        let scale = square > 0 ? 1 / square.squareRoot() : 0
        for j in i * d..<(i + 1) * d { to[j] = from[j] * scale }
      }
    }
  }

  /// Places the centroids by k-means++ and Lloyd's rounds on a sample, and the cells by distance.
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
    held = update(Array(0..<cellCount), factors: nil).held
  }

  /// Measures distances to the centroids where they are now, after they have moved.
  func measure() {
    packPanels(
      centroids.view, k: dimensions, n: clusterCount, rowStride: 1, columnStride: dimensions,
      into: panels.view)
  }

  /// How alike the given rows and the centroids are, and each row's distance to the nearest.
  ///
  /// They are needed once a sweep, so they are computed when they are, and never kept.
  ///
  /// - Returns: `exp(−(D − least D)/sigma)`, `(rows, K)`; the least distances, `(rows)`.
  private func likeness(of rows: ArraySlice<Int>) -> (likeness: FloatView, least: FloatView) {
    let (d, count, sigma) = (dimensions, clusterCount, Float(sigma))
    let gathered = FloatView.zeros(rows.count * d)
    for (place, i) in rows.enumerated() {
      gathered[place * d..<(place + 1) * d].copy(from: unit.view[i * d..<(i + 1) * d])
    }
    let likeness = FloatView.zeros(rows.count * count)
    let least = FloatView.zeros(rows.count)
    multiplyPanels(
      gathered, m: rows.count, n: count, k: d, rowStride: d, columnStride: 1,
      panels: panels.view, into: likeness, stride: count)
    likenesses(likeness, rows: rows.count, sharpness: 2 / sigma, greatest: least)
    for place in 0..<rows.count { least[place] = 2 * (1 - least[place]) }
    return (likeness, least)
  }

  /// Updates all memberships once, in random blocks, and gives the objective.
  mutating func sweep() -> Double {
    var sum = 0.0
    for block in randomBlocks() {
      let out = holdings(of: block)
      for index in held.indices { held[index] -= out[index] }
      let factors = factors()
      let updated = update(block, factors: factors)
      for index in held.indices { held[index] += updated.held[index] }
      sum += updated.objective
    }
    return sum + sigma * diversity()
  }

  /// Cuts the rows at random into twenty blocks, each in the order of rows.
  ///
  /// So the cells of a combination are together, and memory is read forward.
  private mutating func randomBlocks() -> [[Int]] {
    var order = Array(0..<Int32(cellCount))
    generator.shuffle(&order)
    let size = max(1, (cellCount + 19) / 20)
    var blockOfRow = [UInt8](repeating: 0, count: cellCount)
    for (place, row) in order.enumerated() { blockOfRow[Int(row)] = UInt8(place / size) }
    var blocks = [[Int]](repeating: [], count: (cellCount + size - 1) / size)
    for block in blocks.indices { blocks[block].reserveCapacity(size) }
    for (row, block) in blockOfRow.enumerated() { blocks[Int(block)].append(row) }
    return blocks
  }

  /// Moves each centroid to the mean direction of its cells.
  func moveCentroids() {
    let (d, count, n) = (dimensions, clusterCount, cellCount)
    let shards = (n + Self.centroidRows - 1) / Self.centroidRows
    let parts = FloatBuffer(count: shards * count * d)
    pool.parallel(shards) { shard in
      let end = min((shard + 1) * Self.centroidRows, n)
      let panels = FloatBuffer(count: panelSize(k: 256, n: d)).view
      let part = parts.view[shard * count * d..<(shard + 1) * count * d]
      for first in stride(from: shard * Self.centroidRows, to: end, by: 256) {
        let rows = min(256, end - first)
        packPanels(
          unit.view[first * d..<(first + rows) * d], k: rows, n: d, rowStride: d,
          columnStride: 1, into: panels)
        multiplyPanels(
          memberships.view[first * count..<(first + rows) * count], m: count, n: d, k: rows,
          rowStride: 1, columnStride: count, panels: panels, into: part, stride: d,
          adding: first > shard * Self.centroidRows)
      }
    }
    let sums = FloatBuffer(count: count * d)
    for shard in 0..<shards {
      for index in 0..<count * d { sums.view[index] += parts.view[shard * count * d + index] }
    }
    for k in 0..<count {
      var square: Float = 0
      for j in k * d..<(k + 1) * d { square += sums.view[j] * sums.view[j] }
      // A cluster that lost all its cells stays where it was.
      guard square > 0 else { continue }
      for j in k * d..<(k + 1) * d { centroids.view[j] = sums.view[j] / square.squareRoot() }
    }
  }

  // MARK: - What clusters hold

  /// The mass of each cluster, `Σ_i R_ik`; `(K)`.
  func masses() -> [Double] {
    (0..<clusterCount).map { k in
      rows.indices.reduce(0) { $0 + held[$1 * clusterCount + k] }
    }
  }

  /// What each cluster holds of each level, `O`; `(L, K)`.
  func observed() -> [Double] {
    var observed = [Double](repeating: 0, count: design.levelCount * clusterCount)
    for (c, levels) in design.levels.enumerated() {
      for level in levels {
        for k in 0..<clusterCount {
          observed[level * clusterCount + k] += held[c * clusterCount + k]
        }
      }
    }
    return observed
  }

  /// The log of the factor that diversity puts on each membership of each level; `(L, K)`.
  private func logFactors() -> [Double] {
    let (masses, observed) = (masses(), observed())
    var result = observed
    for level in 0..<design.levelCount {
      let share = Double(design.cellsOfLevel[level]) / Double(cellCount)
      for k in 0..<clusterCount {
        let index = level * clusterCount + k
        // Taking cells out of the sums can leave a rounding error below zero.
        let held = max(0, observed[index])
        result[index] =
          theta[design.keyOfLevel[level]] * log((share * max(0, masses[k]) + 1) / (held + 1))
      }
    }
    return result
  }

  /// The factors of each combination, and their logs; both `(combinations, K)`.
  private func factors() -> (factors: [Float], logs: [Float]) {
    let logFactors = logFactors()
    var logs = [Float](repeating: 0, count: rows.count * clusterCount)
    for (c, levels) in design.levels.enumerated() {
      for k in 0..<clusterCount {
        logs[c * clusterCount + k] = Float(
          levels.reduce(0) { $0 + logFactors[$1 * clusterCount + k] })
      }
    }
    return (logs.map { exp($0) }, logs)
  }

  /// `Σ theta O log((O + 1) / (E + 1))` over all levels.
  private func diversity() -> Double {
    zip(observed(), logFactors()).reduce(0) { $0 - $1.0 * $1.1 }
  }

  // MARK: - Passes over rows

  /// What the given rows put into the clusters; `(combinations, K)`.
  private func holdings(of block: [Int]) -> [Double] {
    collect(block) { rows, held in
      for i in rows { add(row: i, to: &held) }
      return 0
    }.held
  }

  /// Recomputes the memberships of the given rows from distances and factors.
  private func update(
    _ block: [Int], factors: (factors: [Float], logs: [Float])?
  ) -> (held: [Double], objective: Double) {
    let count = clusterCount
    let factors =
      factors
      ?? (
        [Float](repeating: 1, count: rows.count * count),
        [Float](repeating: 0, count: rows.count * count)
      )
    return collect(block) { rows, held in
      var objective = 0.0
      let (likeness, least) = likeness(of: rows)
      for (place, i) in rows.enumerated() {
        let start = Int(combinationOfRow[i]) * count
        let sums = Kernels.memberships(
          likeness[place * count..<(place + 1) * count],
          factors: factors.0.span.extracting(start..<start + count),
          logs: factors.1.span.extracting(start..<start + count),
          into: memberships.view[i * count..<(i + 1) * count], addingTo: &held,
          at: start)
        // sigma R log R = R (sigma log factor − D + least D) − sigma log sum
        objective +=
          Double(least[place]) + sigma * (Double(sums.meanLog) - log(Double(sums.sum)))
      }
      return objective
    }
  }

  private func add(row i: Int, to held: inout [Double]) {
    let start = Int(combinationOfRow[i]) * clusterCount
    let row = memberships.view[i * clusterCount..<(i + 1) * clusterCount]
    Kernels.add(row, to: &held, at: start)
  }

  /// Goes over rows in shards, and adds up what each leaves, in the shards' order.
  private func collect(
    _ block: [Int], _ visit: @Sendable (ArraySlice<Int>, inout [Double]) -> Double
  ) -> (held: [Double], objective: Double) {
    let shards = (block.count + Self.shardRows - 1) / Self.shardRows
    let size = rows.count * clusterCount
    let parts = Mutex([(held: [Double], objective: Double)?](repeating: nil, count: shards))
    pool.parallel(shards) { shard in
      var held = [Double](repeating: 0, count: size)
      let first = shard * Self.shardRows
      let objective = visit(block[first..<min(first + Self.shardRows, block.count)], &held)
      parts.withLock { $0[shard] = (held, objective) }
    }
    var held = [Double](repeating: 0, count: size)
    var objective = 0.0
    for case let part? in parts.withLock({ $0 }) {
      for index in held.indices { held[index] += part.held[index] }
      objective += part.objective
    }
    return (held, objective)
  }

  /// Goes over all rows in shards.
  private func forEachShard(_ visit: @Sendable (Range<Int>) -> Void) {
    let n = cellCount
    pool.parallel((n + Self.shardRows - 1) / Self.shardRows) { shard in
      visit(shard * Self.shardRows..<min((shard + 1) * Self.shardRows, n))
    }
  }
}
