package import Numerics

/// A k-means clustering of weighted points in few dimensions.
///
/// It is greedy k-means++ (Arthur and Vassilvitskii 2007), followed by Lloyd's rounds. Of several
/// starts, the one with the smallest sum of squares is kept. Points are split into fixed shards, so
/// the result does not depend on the number of threads. The cost is O(n · d · clusters) per round.
package struct WeightedKMeans: Sendable {
  /// The number of the cluster of each point; `[n]`.
  package let assigned: [Int]

  /// The means of the clusters; `(clusters, d)`.
  package let centres: Matrix

  /// The weighted sum of squared distances of points from their centres.
  package let squares: Double

  /// Clusters the rows of `x`.
  ///
  /// - Parameters:
  ///   - x: The points; `(n, d)`.
  ///   - weights: The weights, `[n]`; the default is `nil`, for 1 each.
  ///   - clusters: The number of clusters, at most `n`.
  ///   - starts: The number of starts.
  ///   - rounds: The maximum number of rounds. The default is 100.
  ///   - seed: The seed of all starts.
  ///   - pool: The threads to use.
  package init(
    _ x: Matrix, weights: [Double]? = nil, clusters: Int, starts: Int, rounds: Int = 100,
    seed: UInt64, pool: ThreadPool
  ) {
    precondition(clusters >= 1 && clusters <= x.rows, "\(x.rows) points in \(clusters) clusters")
    let run = Lloyd(x: x, weights: weights ?? Array(repeating: 1, count: x.rows), pool: pool)
    var best: (assigned: [Int], centres: Matrix, squares: Double)?
    for start in 0..<max(1, starts) {
      var random = Xoshiro256(seed: seed, purpose: UInt64(start))
      let found = run.converged(from: run.start(clusters, using: &random), rounds: rounds)
      if found.squares < best?.squares ?? .infinity { best = found }
    }
    guard let best else { preconditionFailure("points are not finite") }
    (assigned, centres, squares) = best
  }
}

private struct Lloyd {
  let x: Matrix
  let weights: [Double]
  let pool: ThreadPool

  /// Returns distant points as initial centres.
  func start(_ clusters: Int, using random: inout Xoshiro256) -> Matrix {
    let trials = 2 + Int(logarithm(Double(clusters)))
    var chosen = [draw(weights, using: &random)]
    var closest = squaredDistances(toRow: chosen[0])
    while chosen.count < clusters {
      var best = (row: 0, sum: Double.infinity, closest: closest)
      for _ in 0..<trials {
        let row = draw(closest, using: &random)
        var reduced = squaredDistances(toRow: row)
        var sum = 0.0
        for i in reduced.indices {
          reduced[i] = min(reduced[i], closest[i])
          sum += reduced[i]
        }
        if sum < best.sum { best = (row, sum, reduced) }
      }
      chosen.append(best.row)
      closest = best.closest
    }
    return x.gathering(chosen.map(Int32.init))
  }

  /// Returns an index drawn in proportion to the weights.
  private func draw(_ weights: [Double], using random: inout Xoshiro256) -> Int {
    let target = random.uniformDouble() * weights.reduce(0, +)
    var sum = 0.0
    for (place, weight) in weights.enumerated() {
      sum += weight
      if sum > target { return place }
    }
    return random.integer(below: weights.count)
  }

  /// Returns the weighted squared distances of all points from one of them.
  private func squaredDistances(toRow row: Int) -> [Double] {
    let values = x.values.span
    let centre = values.extracting(x.range(ofRow: row))
    return (0..<x.rows).map { i in
      let point = values.extracting(x.range(ofRow: i))
      var sum: Float = 0
      for j in point.indices { sum += (point[j] - centre[j]) * (point[j] - centre[j]) }
      return weights[i] * Double(sum)
    }
  }

  /// Moves centres to the means of their nearest points, until no point changes its cluster.
  func converged(
    from start: Matrix, rounds: Int
  ) -> (assigned: [Int], centres: Matrix, squares: Double) {
    var centres = start
    var assigned: [Int] = []
    var squares = Double.infinity
    for round in 0...rounds {
      let found = nearestCentres(of: x, to: centres, pool: pool)
      squares = found.squares.indices.reduce(0) { $0 + weights[$1] * Double(found.squares[$1]) }
      let isSettled = found.places == assigned
      assigned = found.places
      if isSettled || round == rounds { break }
      centres = means(of: assigned, squares: found.squares, clusters: start.rows)
    }
    return (assigned, centres, squares)
  }

  /// Returns the means of clusters; an empty cluster takes the point farthest from its centre.
  private func means(of assigned: [Int], squares: [Float], clusters: Int) -> Matrix {
    let d = x.columns
    var sums = [Double](repeating: 0, count: clusters * d)
    var total = [Double](repeating: 0, count: clusters)
    for (i, cluster) in assigned.enumerated() {
      total[cluster] += weights[i]
      for (j, place) in x.range(ofRow: i).enumerated() {
        sums[cluster * d + j] += weights[i] * Double(x.values[place])
      }
    }
    var farthest: ArraySlice<Int> = []
    if total.contains(0) {
      farthest = squares.indices.sorted { (squares[$1], $0) < (squares[$0], $1) }[...]
    }
    var centres = Matrix(rows: clusters, columns: d)
    for cluster in 0..<clusters {
      if total[cluster] > 0 {
        for j in 0..<d { centres[cluster, j] = Float(sums[cluster * d + j] / total[cluster]) }
      } else if let row = farthest.popFirst() {
        for j in 0..<d { centres[cluster, j] = x[row, j] }
      }
    }
    return centres
  }
}

/// Returns the nearest centre of each row, the first on ties, and the squared distance to it.
package func nearestCentres(
  of x: Matrix, to centres: Matrix, pool: ThreadPool
) -> (places: [Int], squares: [Float]) {
  let d = x.columns
  let groups = (centres.rows + 7) / 8
  // Eight centres form a vector, so that a point is measured to eight at once.
  var lanes = [SIMD8<Float>](repeating: SIMD8(repeating: .infinity), count: groups * d)
  for k in 0..<centres.rows {
    for j in 0..<d { lanes[k / 8 * d + j][k % 8] = centres[k, j] }
  }
  let side = lanes
  let shards = fixedShards(of: x.rows, size: 1_024)
  let parts = pool.map(shards.count) { shard in
    var places: [Int] = []
    var squares: [Float] = []
    for i in shards[shard] {
      let point = x.values.span.extracting(x.range(ofRow: i))
      var best = (place: 0, square: Float.infinity)
      for group in 0..<groups {
        let centre = side.span.extracting(group * d..<(group + 1) * d)
        var sum = SIMD8<Float>()
        for j in point.indices {
          let difference = centre[j] - point[j]
          sum += difference * difference
        }
        let least = sum.min()
        guard least < best.square else { continue }
        let lane = (0..<8).first { sum[$0] == least } ?? 0
        best = (group * 8 + lane, least)
      }
      places.append(best.place)
      squares.append(best.square)
    }
    return (places, squares)
  }
  return (parts.flatMap(\.0), parts.flatMap(\.1))
}
