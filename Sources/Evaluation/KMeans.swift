internal import Numerics

/// KMeans clustering with the same algorithm as scikit-learn's `KMeans(n_init=1)`.
///
/// It is greedy k-means++ (Arthur and Vassilvitskii 2007) with the ``MersenneTwister`` stream of a
/// seed, followed by Lloyd's rounds. These end if no cell changes its cluster, if the centres move
/// by less than 1e-4 of the mean variance, or after 300 rounds. If single precision leaves the
/// nearest centre undecided, double precision decides. The cost is O(n · d · clusters) per round.
struct KMeans: Sendable {
  private let x: Matrix
  private let clusters: Int
  private let mean: [Float]

  /// The sum of squared centre shifts that ends the rounds.
  private let tolerance: Double

  /// The rows prepared as queries, in pieces.
  private let queries: [(rows: Range<Int>, prepared: DistanceQueries)]

  /// Prepares the clustering of the rows of `x`, `(n, d)`, into `clusters` ≤ n groups.
  init(_ x: Matrix, clusters: Int, pool: ThreadPool) {
    precondition(clusters >= 1 && clusters <= x.rows, "\(x.rows) cells in \(clusters) clusters")
    self.x = x
    self.clusters = clusters
    let mean = columnMeans(of: x, pool: pool)
    self.mean = mean
    let pieces = fixedShards(of: x.rows, size: pieceSize)
    queries = pool.map(pieces.count) { piece in
      (pieces[piece], DistanceQueries(pieces[piece], of: x, around: mean))
    }
    var squares = 0.0
    for piece in queries { squares += piece.prepared.squares.reduce(0.0) { $0 + Double($1) } }
    tolerance = 1e-4 * squares / Double(x.rows) / Double(x.columns)
  }

  /// Returns the cluster of each cell in the run of a seed; `[n]`.
  func clustering(seed: UInt32) -> [Int32] {
    var centres = startingCentres(seed: seed)
    var assigned: [Int32] = []
    for _ in 0..<300 {
      let before = assigned
      assigned = assignments(to: centres)
      let moved = updated(centres, assigned)
      let shift = zip(moved, centres).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      centres = moved
      if assigned == before { return assigned }
      if shift <= tolerance { break }
    }
    return assignments(to: centres)
  }

  /// Returns distant rows of `x` as initial centres; `(clusters, d)`.
  ///
  /// Candidates are drawn in proportion to the squared distance from the centres so far. The
  /// candidate that leaves the smallest sum of squared distances is taken.
  private func startingCentres(seed: UInt32) -> [Double] {
    var random = MersenneTwister(seed: seed)
    let draws = 2 + Int(logarithm(Double(clusters)))
    var chosen = [min(x.rows - 1, Int(random.uniform() * Double(x.rows)))]
    var closest = squaredDistances(toRow: chosen[0])
    var potential = closest.reduce(0, +)
    while chosen.count < clusters {
      let targets = (0..<draws).map { _ in random.uniform() * potential }
      var best = (row: 0, potential: Double.infinity, closest: closest)
      for row in rows(where: closest, addTo: targets) {
        var reduced = squaredDistances(toRow: row)
        for i in reduced.indices { reduced[i] = min(reduced[i], closest[i]) }
        let left = reduced.reduce(0, +)
        if left < best.potential { best = (row, left, reduced) }
      }
      chosen.append(best.row)
      (potential, closest) = (best.potential, best.closest)
    }
    return chosen.flatMap { x.values[x.range(ofRow: $0)].map(Double.init) }
  }

  /// Returns for each target the first row at which the cumulative weights reach it.
  private func rows(where weights: [Double], addTo targets: [Double]) -> [Int] {
    var found = [Int](repeating: weights.count - 1, count: targets.count)
    var open = targets.indices.sorted { targets[$0] < targets[$1] }[...]
    var sum = 0.0
    for (row, weight) in weights.enumerated() {
      sum += weight
      while let target = open.first, targets[target] <= sum {
        found[target] = row
        open.removeFirst()
      }
      if open.isEmpty { break }
    }
    return found
  }

  private func squaredDistances(toRow row: Int) -> [Double] {
    let centre = x.values[x.range(ofRow: row)].map(Double.init)
    return (0..<x.rows).map { squaredDistance($0, centre, 0) }
  }

  /// Returns the squared distance of a cell from the centre at `offset`.
  private func squaredDistance(_ row: Int, _ centres: [Double], _ offset: Int) -> Double {
    let cell = x.values.span.extracting(x.range(ofRow: row))
    let centre = centres.span.extracting(offset..<offset + x.columns)
    var sum = 0.0
    for j in cell.indices {
      let difference = Double(cell[j]) - centre[j]
      sum += difference * difference
    }
    return sum
  }

  /// Returns the nearest centre of each cell; ties go to the first.
  private func assignments(to centres: [Double]) -> [Int32] {
    let d = x.columns
    let blocks = DistanceBlocks(
      Matrix(rows: clusters, columns: d, values: centres.map(Float.init)), around: mean)
    let measured = FloatView.zeros(pieceSize * DistanceBlocks.blockSize)
    let isOneBlock = blocks.blocks.count == 1
    let all = isOneBlock ? measured : FloatView.zeros(pieceSize * clusters)
    let stride = isOneBlock ? DistanceBlocks.blockSize : clusters
    var assigned: [Int32] = []
    assigned.reserveCapacity(x.rows)
    for (rows, prepared) in queries {
      for (block, columns) in blocks.blocks.enumerated() {
        blocks.measure(prepared, block: block, into: measured)
        for i in 0..<rows.count where !isOneBlock {
          let (start, place) = (i * DistanceBlocks.blockSize, i * stride + columns.lowerBound)
          all[place..<place + columns.count].copy(from: measured[start..<start + columns.count])
        }
      }
      for (i, row) in rows.enumerated() {
        let square = prepared.squares[i]
        let error = blocks.blocks.indices.reduce(Float(0)) {
          max($0, blocks.error(square: square, block: $1))
        }
        assigned.append(
          nearest(
            measured: all[i * stride..<i * stride + clusters], error: error, row: row, centres))
      }
    }
    return assigned
  }

  /// Returns the nearest centre of a cell, given inexact distances; ties go to the first.
  private func nearest(
    measured values: FloatView, error: Float, row: Int, _ centres: [Double]
  ) -> Int32 {
    var least = Float.infinity
    var best = 0
    for c in 0..<clusters where values[c] < least { (least, best) = (values[c], c) }
    let limit = least + 2 * error
    var near = 0
    for c in 0..<clusters where values[c] <= limit { near += 1 }
    guard near > 1 else { return Int32(best) }
    var exact = Double.infinity
    for c in 0..<clusters where values[c] <= limit {
      let distance = squaredDistance(row, centres, c * x.columns)
      if distance < exact { (exact, best) = (distance, c) }
    }
    return Int32(best)
  }

  /// Returns the means of the clusters' cells.
  ///
  /// An empty cluster takes the cell farthest from its centre, the next empty cluster the second
  /// farthest, and so on.
  private func updated(_ centres: [Double], _ assigned: [Int32]) -> [Double] {
    let d = x.columns
    var sums = [Double](repeating: 0, count: clusters * d)
    var sizes = [Int](repeating: 0, count: clusters)
    func move(_ row: Int, to cluster: Int, sign: Int) {
      sizes[cluster] += sign
      for (j, i) in x.range(ofRow: row).enumerated() {
        sums[cluster * d + j] += Double(sign) * Double(x.values[i])
      }
    }
    for (row, cluster) in assigned.enumerated() { move(row, to: Int(cluster), sign: 1) }
    let empty = sizes.indices.filter { sizes[$0] == 0 }
    if !empty.isEmpty {
      let distances = assigned.enumerated().map { squaredDistance($0, centres, Int($1) * d) }
      let farthest = distances.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }
      for (cluster, row) in zip(empty, farthest) {
        move(row, to: Int(assigned[row]), sign: -1)
        move(row, to: cluster, sign: 1)
      }
    }
    for cluster in 0..<clusters {
      for j in 0..<d {
        let place = cluster * d + j
        sums[place] = sizes[cluster] > 0 ? sums[place] / Double(sizes[cluster]) : centres[place]
      }
    }
    return sums
  }
}

/// The number of rows measured together.
private let pieceSize = 256
