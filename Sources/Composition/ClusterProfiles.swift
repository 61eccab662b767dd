internal import Numerics

/// The mean expression of clusters, with its variance.
struct ClusterProfiles: Sendable, Equatable {
  /// The number of genes.
  let genes: Int

  /// Mean log expression; `(clusters, genes)`.
  var means: [Float] = []

  /// The variances of the means; `(clusters, genes)`.
  var variances: [Float] = []

  /// The number of cells in each cluster.
  var sizes: [Double] = []

  /// The sum over genes of the variances of each cluster's mean.
  var noise: [Double] = []

  /// The factors by which genes were scaled; 1 unless ``scale(by:)`` was called.
  var scales: [Float]

  /// A flag that is true if every cluster is a single cell, so that the spread does not reflect
  /// types.
  var areCells = false

  /// Makes a set without clusters.
  init(genes: Int, scales: [Float]? = nil) {
    self.genes = genes
    self.scales = scales ?? Array(repeating: 1, count: genes)
  }

  /// The number of clusters.
  var count: Int { sizes.count }

  /// The share of all cells in each cluster.
  var shares: [Double] {
    let total = sizes.reduce(0, +)
    return sizes.map { $0 / total }
  }

  /// Returns the indices of one cluster in `means` or `variances`.
  func range(_ cluster: Int) -> Range<Int> { cluster * genes..<(cluster + 1) * genes }

  /// Returns the mean squared distance between clusters, corrected for the noise of their means.
  ///
  /// Pairs are weighted by the product of their cells. It is 0 for a single cluster.
  ///
  /// - Parameter unscaled: `true` to ignore the genes' factors. The default is `false`.
  /// - Returns: The mean, at least 0.
  func meanSquaredDistance(unscaled: Bool = false) -> Double {
    let factors = scales.map { unscaled ? 1 / Double($0 * $0) : 1 }
    guard count > 1 else { return 0 }
    let shares = shares
    let mean = weightedMean
    // Σ w_c w_e |y_c - y_e|² = 2 Σ w_c |y_c - ȳ|² if the weights sum to one.
    var (sum, off, own) = (0.0, 0.0, 0.0)
    for c in 0..<count {
      let row = means.span.extracting(range(c))
      let spread = variances.span.extracting(range(c))
      var (square, variance) = (0.0, 0.0)
      for g in row.indices {
        let difference = Double(row[g]) - mean[g]
        square += difference * difference * factors[g]
        variance += Double(spread[g]) * factors[g]
      }
      sum += 2 * shares[c] * square
      off += 2 * shares[c] * (1 - shares[c]) * variance
      own += shares[c] * shares[c]
    }
    return own < 1 ? max(0, (sum - off) / (1 - own)) : 0
  }

  /// The mean of all clusters, weighted by cells; `[genes]`.
  var weightedMean: [Double] {
    var mean = [Double](repeating: 0, count: genes)
    for (c, share) in shares.enumerated() {
      let row = means.span.extracting(range(c))
      for g in row.indices { mean[g] += share * Double(row[g]) }
    }
    return mean
  }

  /// Adds a cluster.
  mutating func append(mean: [Float], variance: [Float], size: Double) {
    means += mean
    variances += variance
    sizes.append(size)
    noise.append(variance.reduce(0.0) { $0 + Double($1) })
  }
}

/// Returns the mean squared distance between all clusters of several sets, corrected for noise and
/// without the genes' factors.
///
/// - Parameters:
///   - sets: The sets, with the same genes and factors.
///   - offsets: The vector to subtract from each set, with the same factors.
/// - Returns: The mean over pairs, weighted by the product of their cells; at least 0.
func meanSquaredDistance(of sets: [ClusterProfiles], less offsets: [[Double]]) -> Double {
  guard let factors = sets.first?.scales.map({ 1 / Double($0) }) else { return 0 }
  let total = sets.reduce(0) { $0 + $1.sizes.reduce(0, +) }
  var mean = [Double](repeating: 0, count: factors.count)
  var (squares, own) = (0.0, 0.0)
  for (set, offset) in zip(sets, offsets) {
    for c in 0..<set.count {
      let share = set.sizes[c] / total
      let row = set.means.span.extracting(set.range(c))
      let spread = set.variances.span.extracting(set.range(c))
      var square = 0.0
      for g in row.indices {
        let value = (Double(row[g]) - offset[g]) * factors[g]
        mean[g] += share * value
        square += value * value - (1 - share) * Double(spread[g]) * factors[g] * factors[g]
      }
      squares += share * square
      own += share * share
    }
  }
  let spread = squares - mean.reduce(0) { $0 + $1 * $1 }
  return own < 1 ? max(0, 2 * spread / (1 - own)) : 0
}

/// The clusters of one batch, and the variance of its cells within them.
struct BatchProfile: Sendable {
  var clusters: ClusterProfiles

  /// The variance of each gene within clusters; `[genes]`.
  let within: [Float]

  /// The number of sampled cells.
  let cells: Int

  /// Summarizes the clusters of a batch.
  ///
  /// The variance within a cluster is shrunk toward the mean over the batch's clusters with the
  /// weight of five cells.
  init(_ x: Matrix, assigned: [Int]) {
    let genes = x.columns
    let count = (assigned.max() ?? -1) + 1
    var sizes = [Int](repeating: 0, count: count)
    var sums = [Double](repeating: 0, count: count * genes)
    for (i, cluster) in assigned.enumerated() {
      sizes[cluster] += 1
      let row = x.values.span.extracting(x.range(ofRow: i))
      for g in row.indices { sums[cluster * genes + g] += Double(row[g]) }
    }
    for c in 0..<count {
      for g in 0..<genes { sums[c * genes + g] /= Double(sizes[c]) }
    }
    var squares = [Double](repeating: 0, count: count * genes)
    for (i, cluster) in assigned.enumerated() {
      let row = x.values.span.extracting(x.range(ofRow: i))
      for g in row.indices {
        let difference = Double(row[g]) - sums[cluster * genes + g]
        squares[cluster * genes + g] += difference * difference
      }
    }
    let free = Double(max(1, x.rows - count))
    let within = (0..<genes).map { g in
      (0..<count).reduce(0.0) { $0 + squares[$1 * genes + g] } / free
    }
    clusters = ClusterProfiles(genes: genes)
    for c in 0..<count {
      let n = Double(sizes[c])
      clusters.append(
        mean: sums[c * genes..<(c + 1) * genes].map(Float.init),
        variance: (0..<genes).map { g in
          Float((squares[c * genes + g] + 5 * within[g]) / (n - 1 + 5) / n)
        }, size: n)
    }
    self.within = within.map(Float.init)
    cells = x.rows
  }

  /// Makes each cell a cluster, with the variance of cells in other batches.
  init(cells x: Matrix, within: [Float]) {
    clusters = ClusterProfiles(genes: x.columns)
    clusters.areCells = true
    for i in 0..<x.rows {
      clusters.append(mean: Array(x.values[x.range(ofRow: i)]), variance: within, size: 1)
    }
    self.within = within
    cells = x.rows
  }
}
