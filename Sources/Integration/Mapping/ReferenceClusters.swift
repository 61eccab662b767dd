internal import Alignment
internal import Numerics

/// The clusters of a reference by its aligned cells, for comparison with new cells.
///
/// They are computed from the aligned cells and the alignment, which every model contains. With the
/// reference's coordinates `z_i` and memberships `R` by distance,
///
///     c_k  = Σ_i R_ik z_i / Σ_i R_ik
///     s_k² = Σ_i R_ik |z_i − Σ_l R_il c_l|² / Σ_i R_ik
///
/// New cells get their memberships in the same way, so a query that equals the reference has no
/// offset.
struct ReferenceClusters: Sendable {
  /// The number of clusters, `K`.
  let count: Int

  /// The number of coordinates, `d`.
  let dimensions: Int

  /// The mean of the reference's cells in each cluster, `c`; `(K, d)`.
  let centers: [Float]

  /// The mean squared distance of the reference's cells from their mixture of centres, `s²`; `(K)`.
  let squaredRadii: [Double]

  /// The mean squared distance of the clusters' centres from their mean, weighted by mass.
  let spread: Double

  private let alignment: Alignment
  private static let shardRows = 512
  private static let blockRows = 65_536

  /// Measures the clusters.
  ///
  /// - Parameters:
  ///   - alignment: The alignment of the reference.
  ///   - cells: The aligned coordinates of the cells of the training; `(n, d)`.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(_ alignment: Alignment, of cells: Embedding, pool: ThreadPool) {
    let (n, d, count) = (cells.cellCount, alignment.dimensions, alignment.clusterCount)
    precondition(
      cells.dimensions == d, "\(cells.dimensions) coordinates for clusters of \(d)")
    self.alignment = alignment
    self.count = count
    dimensions = d
    var masses = [Double](repeating: 0, count: count)
    var sums = [Double](repeating: 0, count: count * d)
    // In blocks, because the memberships of an atlas do not fit into memory.
    let blocks = fixedShards(of: n, size: Self.blockRows)
    for block in blocks {
      let (coordinates, memberships) = Self.weighed(block, of: cells, alignment, pool)
      let part = Self.sums(
        of: coordinates, memberships, rows: block.count, clusters: count, width: d, pool)
      for k in masses.indices { masses[k] += part.masses[k] }
      for k in sums.indices { sums[k] += part.sums[k] }
    }
    var centers = alignment.centers
    for k in 0..<count where masses[k] > 1e-6 {
      for j in 0..<d { centers[k * d + j] = Float(sums[k * d + j] / masses[k]) }
    }
    self.centers = centers

    var squares = [Double](repeating: 0, count: count)
    for block in blocks {
      let (coordinates, memberships) = Self.weighed(block, of: cells, alignment, pool)
      let rests = FloatView.zeros(block.count * d)
      Self.subtract(
        centers, memberships, from: coordinates, rows: block.count, d, into: rests, pool)
      let lengths = FloatView.zeros(block.count)
      for row in 0..<block.count {
        for j in row * d..<(row + 1) * d { lengths[row] += rests[j] * rests[j] }
      }
      let part = Self.sums(
        of: lengths, memberships, rows: block.count, clusters: count, width: 1, pool)
      for k in squares.indices { squares[k] += part.sums[k] }
    }
    let overall = squares.reduce(0, +) / max(masses.reduce(0, +), 1e-12)
    squaredRadii = squares.indices.map { k in
      // An empty cluster has the overall radius.
      max(masses[k] > 1e-6 ? squares[k] / masses[k] : overall, 1e-12)
    }
    spread = weightedSpread(of: centers.map(Double.init), weights: masses, width: d)
  }

  /// Computes memberships by distance; `(rows, K)`.
  func weigh(
    _ coordinates: FloatView, rows: Int, into memberships: FloatView, _ pool: ThreadPool
  ) {
    Self.weigh(alignment, coordinates, rows: rows, into: memberships, pool)
  }

  /// Subtracts each row's mixture of one vector per cluster: `out_i = x_i − Σ_k R_ik v_k`.
  ///
  /// - Parameters:
  ///   - vectors: One vector for each cluster, `v`; `(K, d)`.
  ///   - memberships: The memberships, `R`; `(rows, K)`.
  ///   - original: The coordinates, `x`; `(rows, d)`.
  ///   - rows: The number of rows.
  ///   - result: The result; `(rows, d)`.
  ///   - pool: The threads to use.
  func subtract(
    _ vectors: [Float], _ memberships: FloatView, from original: FloatView, rows: Int,
    into result: FloatView, _ pool: ThreadPool
  ) {
    Self.subtract(
      vectors, memberships, from: original, rows: rows, dimensions, into: result, pool)
  }

  /// Returns the sums of memberships and weighted coordinates, `Σ_i R_ik` and `Σ_i R_ik x_i`;
  /// `(K)`, `(K, d)`.
  func sums(
    of coordinates: FloatView, _ memberships: FloatView, rows: Int, _ pool: ThreadPool
  ) -> (masses: [Double], sums: [Double]) {
    Self.sums(
      of: coordinates, memberships, rows: rows, clusters: count, width: dimensions, pool)
  }

  /// Copies a block of coordinates, and computes its memberships.
  private static func weighed(
    _ block: Range<Int>, of cells: Embedding, _ alignment: Alignment, _ pool: ThreadPool
  ) -> (coordinates: FloatView, memberships: FloatView) {
    let coordinates = FloatView.zeros(block.count * cells.dimensions)
    coordinates.copy(from: cells.values(ofCells: block))
    let memberships = FloatView.zeros(block.count * alignment.clusterCount)
    weigh(alignment, coordinates, rows: block.count, into: memberships, pool)
    return (coordinates, memberships)
  }

  private static func weigh(
    _ alignment: Alignment, _ coordinates: FloatView, rows: Int, into memberships: FloatView,
    _ pool: ThreadPool
  ) {
    let (d, count) = (alignment.dimensions, alignment.clusterCount)
    let centroids = FloatView.zeros(count * d)
    centroids.copy(from: alignment.centroids)
    let panels = FloatView.zeros(panelSize(k: d, n: count))
    packPanels(centroids, k: d, n: count, rowStride: 1, columnStride: d, into: panels)
    let zeros = [Float](repeating: 0, count: count)
    let shards = fixedShards(of: rows, size: shardRows)
    let sharpness = 2 / Float(alignment.sigma)
    pool.parallel(shards.count) { shard in
      let part = shards[shard]
      let unit = FloatView.zeros(part.count * d)
      scaleToUnitLength(part, of: coordinates, d, into: unit)
      let out = memberships[part.lowerBound * count..<part.upperBound * count]
      multiplyPanels(
        unit, m: part.count, n: count, k: d, rowStride: d, columnStride: 1, panels: panels,
        into: out, stride: count)
      _ = softMemberships(
        out, rows: part.count, sharpness: sharpness, logs: zeros.span,
        addingTo: .zeros(count))
    }
  }

  private static func subtract(
    _ vectors: [Float], _ memberships: FloatView, from original: FloatView, rows: Int, _ d: Int,
    into result: FloatView, _ pool: ThreadPool
  ) {
    let count = vectors.count / max(1, d)
    let rowsOfVectors = FloatView.zeros(count * d)
    rowsOfVectors.copy(from: vectors)
    let panels = FloatView.zeros(panelSize(k: count, n: d))
    packPanels(rowsOfVectors, k: count, n: d, rowStride: d, columnStride: 1, into: panels)
    let shards = fixedShards(of: rows, size: shardRows)
    pool.parallel(shards.count) { shard in
      let part = shards[shard]
      let range = part.lowerBound * d..<part.upperBound * d
      subtractOffsets(
        panels, memberships[part.lowerBound * count..<part.upperBound * count],
        from: original[range], into: result[range], d)
    }
  }

  private static func sums(
    of coordinates: FloatView, _ memberships: FloatView, rows: Int, clusters count: Int,
    width d: Int, _ pool: ThreadPool
  ) -> (masses: [Double], sums: [Double]) {
    let shards = fixedShards(of: rows, size: 8192)
    let parts = pool.map(shards.count) { shard in
      var masses = [Double](repeating: 0, count: count)
      var sums = [Double](repeating: 0, count: count * d)
      for row in shards[shard] {
        for k in 0..<count {
          let weight = Double(memberships[row * count + k])
          // Most clusters are far from most cells.
          guard weight > 1e-6 else { continue }
          masses[k] += weight
          for j in 0..<d { sums[k * d + j] += weight * Double(coordinates[row * d + j]) }
        }
      }
      return (masses: masses, sums: sums)
    }
    var masses = [Double](repeating: 0, count: count)
    var sums = [Double](repeating: 0, count: count * d)
    for part in parts {
      for k in masses.indices { masses[k] += part.masses[k] }
      for k in sums.indices { sums[k] += part.sums[k] }
    }
    return (masses, sums)
  }
}

/// Returns the weighted mean squared distance of rows from their weighted mean; 0 if all weights
/// are 0.
func weightedSpread(of rows: [Double], weights: [Double], width d: Int) -> Double {
  let total = weights.reduce(0, +)
  guard total > 0 else { return 0 }
  var sum = 0.0
  for j in 0..<d {
    let mean = weights.indices.reduce(0) { $0 + weights[$1] * rows[$1 * d + j] } / total
    sum += weights.indices.reduce(0) {
      $0 + weights[$1] * (rows[$1 * d + j] - mean) * (rows[$1 * d + j] - mean)
    }
  }
  return sum / total
}
