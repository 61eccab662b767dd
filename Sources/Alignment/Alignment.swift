package import Numerics
package import Support

/// An alignment of batches per cluster, in proportion to membership (Harmony).
///
/// One affine map per batch is wrong if batches have different mixtures of cell types. So cells are
/// softly clustered, and each batch's offset in each cluster is removed. With `zhat` the current
/// coordinates scaled to unit length and unit centroids `Y_k`, two steps alternate:
///
/// **Clustering.** `D_ik = 2 (1 − zhat_i · Y_k)`, and memberships
///
///     R_ik ∝ exp(−D_ik / sigma) · ((E_ks + 1) / (O_ks + 1))^theta,   s = s(i)
///
/// with sum 1 for each cell. Here `O_ks = Σ_{i∈s} R_ik` is the mass of batch `s` in cluster `k`,
/// and `E_ks = n_s/n · Σ_i R_ik` the mass if batches were mixed. They are updated in random blocks
/// of 5% of the cells, each removed from `O` and `E` and added again, until the objective
///
///     Σ R D + sigma Σ R log R + sigma theta Σ R log((O + 1) / (E + 1))
///
/// converges. Then `Y_k ← Σ_i R_ik zhat_i`, scaled to unit length.
///
/// **Correction**, always of the original coordinates `z⁰`: for each cluster, a ridge regression of
/// `z⁰` on an intercept and batch indicators, weighted by `R_·k` and penalized on the batches only.
/// Then `z_i = z⁰_i − Σ_k R_ik W_k[s(i)]`.
///
/// **At matched composition**, if batches have different populations, a cluster is not expected to
/// contain all batches equally. With the share `p_cs` of batch `s` among the cells of population
/// `c`, `E_ks = Σ_c p_cs Σ_{i∈c} R_ik`, and the regression has a mean for each population instead
/// of the intercept. A population of only one batch is therefore neither pulled toward others nor
/// moved.
///
/// **Covariates** `x` of the cells, `(q)`, with mean 0, have an effect `B_k` in each cluster, which a
/// ridge regression on an intercept, batches and covariates finds. It is removed as well: `z_i =
/// z⁰_i − Σ_k R_ik (W_k[s(i)] + x_i B_k)`. Batches' offsets are those of `z⁰_i − x_i B_k`.
///
/// With several batch keys, the regression has the indicators of all keys, and the memberships have
/// one factor per key. The cost of a sweep is `O(n K d)`.
///
/// Reference: Korsunsky et al. 2019, <https://doi.org/10.1038/s41592-019-0619-0>.
package struct Alignment: Equatable, Sendable {
  /// Makes an alignment without clusters' contents.
  package init(clusterCount: Int, dimensions: Int) {
    self.clusterCount = clusterCount
    self.dimensions = dimensions
  }

  /// The number of clusters, `K`.
  package var clusterCount: Int

  /// The number of coordinates, `d`.
  package var dimensions: Int

  /// The unit centroids `Y`; `(K, d)`.
  package var centroids: [Float] = []

  /// The centre of each cluster in the original coordinates, independent of the batch; `(K, d)`.
  package var centers: [Float] = []

  /// The combinations of levels that occurred, with one level per key.
  package var combinations: [[Int32]] = []

  /// The offset removed from each cluster's cells of each combination; `(combinations, K, d)`.
  package var offsets: [Float] = []

  /// The sum of the memberships of each combination's cells, `O`; `(combinations, K)`.
  package var masses: [Double] = []

  /// The effect of each covariate in each cluster, `B`; `(q, K, d)`, empty without covariates.
  package var effects: [Float] = []

  /// The number of columns of covariates, `q`.
  package var covariateCount: Int { effects.count / max(1, clusterCount * dimensions) }

  /// The width of the soft clusters (Harmony's sigma).
  package var sigma = 0.1

  /// The objective at the end of each round.
  package var objectives: [Double] = []

  /// A flag that is true if the objective changed by less than 1/1000 in a round before the maximum
  /// number of rounds.
  package var hasConverged = false
}

/// Aligns batches by removing each batch's offset in each cluster.
///
/// - Parameters:
///   - embedding: The coordinates `z⁰`; `(n, d)`.
///   - keys: The batch of each cell, under one batch key or several.
///   - populations: The population of each cell, within which compositions are assumed equal;
///     `(n)`. The default is `nil`, for one population of all cells.
///   - covariates: The covariates of each cell, whose effects are removed; `(n, q)`. The default is
///     `nil`, for none.
///   - options: The options of the alignment. The default is `ClusterAlignmentOptions()`.
///   - seed: The seed of the first centroids and of the order of updates. The default is 0.
///   - memory: The memory of the coordinates and memberships of all cells. The default is the
///     process's own.
///   - pool: The threads to use; the result does not depend on them.
///   - progress: Receives the share of finished rounds, 0 to 1; throws to stop. The default does
///     nothing.
/// - Returns: The corrected coordinates `(n, d)`, and the clusters.
/// - Throws: Rethrows errors of `progress` and `memory`; `CancellationError` before the next sweep.
package func align(
  _ embedding: Embedding, batches keys: [BatchAssignment], populations: [Int32]? = nil,
  covariates: CovariateDesign? = nil,
  options: ClusterAlignmentOptions = ClusterAlignmentOptions(), seed: UInt64 = 0,
  memory: TableMemory = .process, pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) throws -> (embedding: Embedding, alignment: Alignment) {
  var design = BatchDesign(keys, populations: populations)
  // Two streams, because equal ones would couple the order of the cells to the first centroids.
  var streams = SplitMix64(seed: seed)
  design.shuffle(seed: streams.next())
  let (n, d) = (embedding.cellCount, embedding.dimensions)
  let count = options.clusterCount(forCells: n)
  var result = Alignment(clusterCount: count, dimensions: d)

  // Order cells by their combination of batches, and randomly within it; only in this function.
  let original = try FloatBuffer(count: n * d, in: memory)
  for (row, cell) in design.cells.joined().enumerated() {
    embedding.copy(cell: Int(cell), to: original.view[row * d..<(row + 1) * d])
  }
  let corrected = try FloatBuffer(count: n * d, in: memory)
  corrected.view.copy(from: original.view)
  precondition(
    [1, keys.count].contains(options.theta.count),
    "\(options.theta.count) thetas for \(keys.count) keys")
  let theta =
    options.theta.count == 1
    ? Array(repeating: options.theta[0], count: keys.count) : options.theta
  var clusters = try SoftClusters(
    design: design, covariates: covariates, clusterCount: count, dimensions: d, theta: theta,
    sigma: options.sigma, seed: streams.next(), memory: memory, pool: pool)
  clusters.place(corrected)
  clusters.start()

  for round in 0..<options.rounds {
    if round > 0 {
      clusters.place(corrected)
      clusters.measure()
    }
    var objective = Double.infinity
    for _ in 0..<options.sweeps {
      try Task.checkCancellation()
      let next = clusters.sweep()
      clusters.moveCentroids()
      clusters.measure()
      let change = abs(objective - next)
      objective = next
      if change < 1e-5 * abs(next) { break }
    }
    clusters.correct(original, ridge: options.ridge, into: corrected)
    result.objectives.append(objective)
    try progress(Double(round + 1) / Double(options.rounds))
    if round > 0, abs(result.objectives[round - 1] - objective) < 1e-3 * abs(objective) {
      result.hasConverged = true
      break
    }
  }

  result.centroids = clusters.centroids.values
  result.centers = clusters.centers.values
  result.offsets = clusters.tables.offsets.values
  result.effects = clusters.effects.values
  result.combinations = design.firstOfPlace.map { c in
    keys.map { $0.batchOfCell[Int(design.cells[c][0])] }
  }
  result.masses = [Double](repeating: 0, count: design.firstOfPlace.count * count)
  for (c, place) in design.place.enumerated() {
    for k in 0..<count { result.masses[place * count + k] += max(0, clusters.held[c * count + k]) }
  }
  result.sigma = options.sigma
  // The original coordinates are not needed any more: their buffer takes the result.
  for (row, cell) in design.cells.joined().enumerated() {
    original.view[Int(cell) * d..<(Int(cell) + 1) * d].copy(
      from: corrected.view[row * d..<(row + 1) * d])
  }
  return (Embedding(cellCount: n, dimensions: d, buffer: original), result)
}

extension Alignment {

  /// Gives each batch of a pool the pool's offsets, and its share of the clusters' masses.
  ///
  /// - Parameters:
  ///   - levels: The pool of each batch; the pools are the levels of the alignment's only key.
  ///   - sizes: The number of cells of each batch.
  package mutating func split(pools levels: [Int32], sizes: [Int]) {
    var total: [Int32: Int] = [:]
    for (batch, level) in levels.enumerated() { total[level, default: 0] += sizes[batch] }
    let width = clusterCount * dimensions
    var result = self
    (result.combinations, result.offsets, result.masses) = ([], [], [])
    let places = Dictionary(
      zip(combinations, combinations.indices), uniquingKeysWith: { first, _ in first })
    for (batch, level) in levels.enumerated() where sizes[batch] > 0 {
      guard let c = places[[level]] else { continue }
      result.combinations.append([Int32(batch)])
      result.offsets += offsets[c * width..<(c + 1) * width]
      let share = Double(sizes[batch]) / Double(total[level] ?? 1)
      result.masses += masses[c * clusterCount..<(c + 1) * clusterCount].map { share * $0 }
    }
    self = result
  }

  /// Corrects a cell that was not part of the alignment.
  ///
  /// Its memberships depend on its distances only. A cell with a combination of batches that did
  /// not occur keeps its offset, and loses only the effects of its covariates.
  ///
  /// - Parameters:
  ///   - coordinates: The cell's coordinates `z⁰`; `(d)`.
  ///   - levels: Its batch under each key.
  ///   - covariates: Its covariates; `(q)`. The default is empty, for covariates at their means.
  /// - Returns: The corrected coordinates; `(d)`.
  package func corrected(
    _ coordinates: ArraySlice<Float>, levels: [Int32], covariates: ArraySlice<Float> = []
  ) -> [Float] {
    var result = Array(coordinates)
    let combination = combinations.firstIndex(of: levels)
    guard combination != nil || !covariates.isEmpty else { return result }
    let length = Float(result.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
    let products = (0..<clusterCount).map { k in
      (0..<dimensions).reduce(Float(0)) { $0 + centroids[k * dimensions + $1] * result[$1] }
    }
    let scale = length > 0 ? 2 / (length * Float(sigma)) : 0
    let largest = products.max() ?? 0
    let weights = products.map { exponential(scale * ($0 - largest)) }
    let total = weights.reduce(0, +)
    for k in 0..<clusterCount {
      if let combination {
        let start = (combination * clusterCount + k) * dimensions
        for j in 0..<dimensions { result[j] -= weights[k] / total * offsets[start + j] }
      }
      for (a, x) in covariates.enumerated() {
        let start = (a * clusterCount + k) * dimensions
        for j in 0..<dimensions { result[j] -= weights[k] / total * x * effects[start + j] }
      }
    }
    return result
  }
}
