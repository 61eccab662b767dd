internal import Numerics

/// Clusters the cells of one batch by their expression alone.
///
/// Genes are divided by `√(sd² + median sd²)`, so that no gene dominates. Then follow 10 principal
/// components and k-means with one cluster for every 25 cells, at most 12. Clusters of fewer than 5
/// cells (3 in batches below 60) are merged with the nearest larger one.
///
/// - Parameters:
///   - x: Log expression, or coordinates; `(n, genes)`.
///   - isScaled: `true` to divide genes by their scales first.
///   - seed: The seed of k-means.
///   - pool: The threads to use.
/// - Returns: The number of each cell's cluster, from 0 without gaps; `[n]`.
func clusters(of x: Matrix, isScaled: Bool, seed: UInt64, pool: ThreadPool) -> [Int] {
  let n = x.rows
  let count = clusterCount(cells: n)
  guard count > 1 else { return Array(repeating: 0, count: n) }
  let scaled = standardized(x, isScaled: isScaled, pool: pool)
  let points = principalCoordinates(
    of: scaled, count: min(10, n - 1, x.columns), seed: seed, pool: pool)
  let found = WeightedKMeans(points, clusters: count, starts: 5, seed: seed, pool: pool)
  return folded(found.assigned, at: points, smallest: n >= 60 ? 5 : 3)
}

private func clusterCount(cells n: Int) -> Int {
  let count =
    n > 150 ? Double(n) / 25 : max(Double(n).squareRoot() / 2, min(Double(n) / 6, 5))
  return min(12, max(1, Int(count.rounded())))
}

/// Centres genes, and if requested divides them by `√(sd² + median sd²)`.
private func standardized(_ x: Matrix, isScaled: Bool, pool: ThreadPool) -> Matrix {
  let means = columnMeans(of: x, pool: pool)
  var squares = [Double](repeating: 0, count: x.columns)
  for i in 0..<x.rows {
    let row = x.values.span.extracting(x.range(ofRow: i))
    for g in row.indices {
      let difference = Double(row[g] - means[g])
      squares[g] += difference * difference
    }
  }
  let variances = squares.map { $0 / Double(max(1, x.rows)) }
  let floor = median(of: variances.filter { $0 > 0 })
  let scales = variances.map { variance in
    guard isScaled else { return Float(1) }
    let sum = variance + floor
    return sum > 0 ? Float(1 / sum.squareRoot()) : 0
  }
  var scaled = x
  for i in 0..<x.rows {
    let start = i * x.columns
    for g in 0..<x.columns {
      scaled.values[start + g] = (scaled.values[start + g] - means[g]) * scales[g]
    }
  }
  return scaled
}

/// Merges clusters of fewer than `smallest` cells with the nearest other one, and renumbers the
/// clusters.
private func folded(_ assigned: [Int], at points: Matrix, smallest: Int) -> [Int] {
  let d = points.columns
  let count = (assigned.max() ?? 0) + 1
  var sizes = [Int](repeating: 0, count: count)
  var sums = [Double](repeating: 0, count: count * d)
  for (i, cluster) in assigned.enumerated() {
    sizes[cluster] += 1
    for j in 0..<d { sums[cluster * d + j] += Double(points[i, j]) }
  }
  let kept = sizes.indices.filter { sizes[$0] >= smallest }
  guard !kept.isEmpty else { return Array(repeating: 0, count: assigned.count) }
  func distance(_ a: Int, _ b: Int) -> Double {
    (0..<d).reduce(0) { total, j in
      let difference =
        sums[a * d + j] / Double(max(1, sizes[a])) - sums[b * d + j] / Double(sizes[b])
      return total + difference * difference
    }
  }
  let new = sizes.indices.map { cluster in
    kept.firstIndex(of: cluster)
      ?? kept.indices.min { distance(cluster, kept[$0]) < distance(cluster, kept[$1]) } ?? 0
  }
  return assigned.map { new[$0] }
}
