internal import CellFiles
internal import Numerics
internal import Support

/// An alignment of new cells with the clusters of a reference, which do not move.
///
/// A new batch has a common offset of all types, and a smaller additional offset for each type.
/// Both are estimated from the cells with a counterpart in the reference. With a new cell's
/// coordinates `z⁰`, its memberships `R` in the reference's clusters by distance, and groups `g` of
/// the batch's own cells (``QueryGroups``),
///
///     r_g = mean over g of z⁰_i − Σ_k R_ik c_k
///     q_g = |r_g − b|² / mean over g of Σ_k R_ik s_k²
///     w_g = 1 / (1 + q_g⁴)
///     b   = Σ_i w_i (z⁰_i − Σ_k R_ik c_k) / (Σ_i w_i + kappa)
///     b_k = Σ_i w_i R_ik (z⁰_i − c_k − b) / (Σ_i w_i R_ik + lambda)
///     z_i = z⁰_i − b − w_i Σ_k R_ik b_k
///
/// where `c_k` and `s_k` are the centre and the radius of the reference's cells in a cluster
/// (``ReferenceClusters``). Consider a group that is further from the reference than the
/// reference's own cells on average, after removing the common offset. It has little influence on
/// the offsets, and loses only the common one. One or a few cells hardly move, and a cluster with
/// hardly any new cells has the common offset. Memberships, weights and offsets are updated in
/// turn.
///
/// **Start.** The result depends on the initial `b`. Two are tried: 0, and the mean of `z⁰_i − Σ_k
/// R_ik c_k` over all cells, for which `kappa` is 0 in the weights. The second is for batches with
/// an offset of more than a radius. It is used only if 10% more of the cells then have a
/// counterpart, and if these belong to several types: the spread of the counterparts must be at
/// least 0.25 of that of the reference's clusters. The offset of a single type cannot be
/// distinguished from another type.
///
/// The reference's alignment follows Korsunsky et al. 2019; reusing it for new cells follows Kang
/// et al. 2021, <https://doi.org/10.1038/s41467-021-25957-x>. The common offset and the weights are
/// new here.
struct QueryAlignment {
  static let rounds = 3
  static let weightRounds = 3

  /// The additional share of cells with a counterpart that justifies a large offset.
  static let leastGain = 0.1

  /// The spread of counterparts that justifies a large offset, as a share of the reference's
  /// spread.
  static let leastSpread = 0.25

  let clusters: ReferenceClusters
  let kappa: Double
  let lambda: Double

  /// Removes the offsets.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates `z⁰`; `(n, d)`.
  ///   - batches: The batch of each new cell.
  ///   - memory: The memory of the cells' coordinates and memberships. The default is the
  ///     process's own.
  ///   - pool: The threads to use; the result does not depend on their number.
  /// - Returns: The corrected coordinates; `(n, d)`.
  /// - Throws: Errors of `memory`.
  func aligned(
    _ embedding: Embedding, batches: BatchAssignment, memory: TableMemory = .process,
    pool: ThreadPool
  ) throws -> Embedding {
    let (n, d) = (embedding.cellCount, embedding.dimensions)
    precondition(
      d == clusters.dimensions, "\(d) coordinates for clusters of \(clusters.dimensions)")
    let result = try FloatBuffer(count: n * d, in: memory)
    var cellsOfBatch = [[Int]](repeating: [], count: batches.names.count)
    for (cell, batch) in batches.batchOfCell.enumerated() { cellsOfBatch[Int(batch)].append(cell) }
    for cells in cellsOfBatch where !cells.isEmpty {
      let search = try OffsetsOfBatch(
        embedding.rows(cells, in: memory), clusters, kappa: kappa, lambda: lambda, memory: memory,
        pool: pool)
      let near = search.place(from: [Double](repeating: 0, count: d), shrinkage: kappa)
      let nearPlaces = try FloatBuffer(count: cells.count * d, in: memory).view
      nearPlaces.copy(from: search.corrected)
      let far = search.place(from: search.averageOffset(), shrinkage: 0)
      let isFarOff =
        far.support > near.support + Self.leastGain
        && far.spread >= Self.leastSpread * clusters.spread
      let places = isFarOff ? search.corrected : nearPlaces
      for (row, cell) in cells.enumerated() {
        result.view[cell * d..<(cell + 1) * d].copy(from: places[row * d..<(row + 1) * d])
      }
    }
    return Embedding(cellCount: n, dimensions: d, buffer: result)
  }
}

/// The offsets of one new batch.
private struct OffsetsOfBatch {
  /// The corrected coordinates; `(n, d)`.
  let corrected: FloatView

  private let clusters: ReferenceClusters
  private let groups: QueryGroups
  private let kappa: Double
  private let lambda: Double
  private let pool: ThreadPool
  private let rows: Int
  private let original: FloatView
  private let memberships: FloatView
  private let rests: FloatView

  init(
    _ coordinates: Embedding, _ clusters: ReferenceClusters, kappa: Double, lambda: Double,
    memory: TableMemory, pool: ThreadPool
  ) throws {
    self.clusters = clusters
    self.kappa = kappa
    self.lambda = lambda
    self.pool = pool
    rows = coordinates.cellCount
    groups = QueryGroups(of: coordinates, pool: pool)
    let d = coordinates.dimensions
    func table(_ width: Int) throws -> FloatView {
      try FloatBuffer(count: coordinates.cellCount * width, in: memory).view
    }
    original = try table(d)
    for cell in coordinates.indices {
      coordinates.copy(cell: cell, to: original[cell * d..<(cell + 1) * d])
    }
    corrected = try table(d)
    rests = try table(d)
    memberships = try table(clusters.count)
  }

  /// Returns the offset of all cells with equal weight; `(d)`.
  func averageOffset() -> [Double] {
    compare(original)
    let weights = [Double](repeating: 1, count: groups.count)
    return commonOffset(
      groups.means(of: rests, width: clusters.dimensions), weights: weights, shrinkage: 0)
  }

  /// Places the cells, starting from a common offset.
  ///
  /// - Parameters:
  ///   - start: The offset; `(d)`.
  ///   - shrinkage: The weight, in cells, of the prior that there is no offset.
  /// - Returns: The share of the cells with a counterpart, and the spread of these cells.
  func place(
    from start: [Double], shrinkage: Double
  ) -> (support: Double, spread: Double) {
    let d = clusters.dimensions
    var expected = start
    take(expected, from: original)
    var support = 0.0
    var spread = 0.0
    for _ in 0..<QueryAlignment.rounds {
      compare(corrected)
      let offsets = groups.means(of: rests, width: d)
      let radii = groups.means(of: memberships, width: clusters.count)
      let squares = (0..<groups.count).map { group in
        clusters.squaredRadii.indices.reduce(0) {
          $0 + radii[group * clusters.count + $1] * clusters.squaredRadii[$1]
        }
      }
      var weights = [Double](repeating: 0, count: groups.count)
      for _ in 0..<QueryAlignment.weightRounds {
        for group in weights.indices {
          let distance = (0..<d).reduce(0) {
            let rest = offsets[group * d + $1] - expected[$1]
            return $0 + rest * rest
          }
          let ratio = distance / max(squares[group], 1e-12)
          weights[group] = 1 / (1 + ratio * ratio * ratio * ratio)
        }
        expected = commonOffset(offsets, weights: weights, shrinkage: shrinkage)
      }
      let held = weights.indices.map { weights[$0] * Double(groups.sizes[$0]) }
      support = held.reduce(0, +) / Double(rows)
      let places = groups.means(of: original, width: d)
      spread = weightedSpread(
        of: places.indices.map { places[$0] - offsets[$0] }, weights: held, width: d)
      let common = commonOffset(offsets, weights: weights, shrinkage: kappa)
      weighMemberships(by: weights)
      clusters.subtract(
        clusterOffsets(common), memberships, from: original, rows: rows, into: corrected, pool)
      take(common, from: corrected)
    }
    return (support, spread)
  }

  /// Computes the memberships of cells at these positions, and the offsets of cells from their
  /// clusters.
  private func compare(_ coordinates: FloatView) {
    clusters.weigh(coordinates, rows: rows, into: memberships, pool)
    clusters.subtract(
      clusters.centers, memberships, from: original, rows: rows, into: rests, pool)
  }

  /// Returns `Σ_g w_g n_g r_g / (Σ_g w_g n_g + shrinkage)`; `(d)`.
  private func commonOffset(
    _ offsets: [Double], weights: [Double], shrinkage: Double
  ) -> [Double] {
    let d = clusters.dimensions
    var sum = [Double](repeating: 0, count: d)
    var total = 0.0
    for (group, weight) in weights.enumerated() {
      let held = weight * Double(groups.sizes[group])
      total += held
      for j in 0..<d { sum[j] += held * offsets[group * d + j] }
    }
    return sum.map { $0 / max(total + shrinkage, 1e-12) }
  }

  /// Computes `R_ik ← w_i R_ik`.
  private func weighMemberships(by weights: [Double]) {
    for (row, group) in groups.ofCell.enumerated() {
      let weight = Float(weights[group])
      for k in row * clusters.count..<(row + 1) * clusters.count { memberships[k] *= weight }
    }
  }

  /// Returns the offset of each cluster in addition to the common one, given weighted memberships;
  /// `(K, d)`.
  private func clusterOffsets(_ common: [Double]) -> [Float] {
    let (d, count) = (clusters.dimensions, clusters.count)
    let (masses, sums) = clusters.sums(of: original, memberships, rows: rows, pool)
    var offsets = [Float](repeating: 0, count: count * d)
    for k in 0..<count {
      for j in 0..<d {
        let place = k * d + j
        let off = sums[place] - masses[k] * (Double(clusters.centers[place]) + common[j])
        offsets[place] = Float(off / (masses[k] + lambda))
      }
    }
    return offsets
  }

  /// Subtracts one offset from all rows; the result goes to ``corrected``.
  private func take(_ offset: [Double], from coordinates: FloatView) {
    let d = clusters.dimensions
    for index in 0..<rows * d {
      corrected[index] = coordinates[index] - Float(offset[index % d])
    }
  }
}
