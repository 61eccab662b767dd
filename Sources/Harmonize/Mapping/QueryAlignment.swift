internal import CellFiles
internal import Kernels

/// Brings new cells onto the clusters of a reference, which stay where they are.
///
/// With a new cell's coordinates `z⁰` and its memberships `R` in the reference's clusters, by
/// distance alone, each new source loses first what it is off in all clusters together, then
/// what each cluster is off beyond that:
///
///     b   = Σ_ik R_ik (z⁰_i − c_k) / (Σ_ik R_ik + kappa)
///     b_k = b + Σ_i R_ik (z⁰_i − c_k − b) / (Σ_i R_ik + lambda)
///     z_i = z⁰_i − Σ_k R_ik b_k
///
/// where `c_k` is the cluster's centre in no source in particular. So one cell, or a few, move
/// hardly at all, and a cluster that hardly any new cell is in takes the common offset. Memberships
/// and offsets take turns three times.
///
/// The reference's alignment is that of Korsunsky et al. 2019; that it is kept to place new cells is
/// from Kang et al. 2021, <https://doi.org/10.1038/s41467-021-25957-x>. The common offset is ours.
struct QueryAlignment {
  static let rounds = 3

  let alignment: Alignment
  let kappa: Double
  let lambda: Double

  /// Takes the offsets out.
  ///
  /// - Parameters:
  ///   - embedding: The coordinates `z⁰`; `(n, d)`.
  ///   - sources: The new source of each cell.
  ///   - pool: The threads to use.
  /// - Returns: The corrected coordinates; `(n, d)`.
  func aligned(_ embedding: Embedding, sources: Sources, pool: ThreadPool) -> Embedding {
    let (n, d, count) = (embedding.cellCount, embedding.dimensions, alignment.clusterCount)
    precondition(
      d == alignment.dimensions, "\(d) coordinates for clusters of \(alignment.dimensions)")
    var values = embedding.values
    var cellsOfSource = [[Int]](repeating: [], count: sources.names.count)
    for (cell, source) in sources.ofCell.enumerated() { cellsOfSource[Int(source)].append(cell) }
    for cells in cellsOfSource where !cells.isEmpty {
      let original = FloatView.zeros(cells.count * d)
      for (row, cell) in cells.enumerated() {
        original[row * d..<(row + 1) * d].copy(from: Array(embedding[cell]))
      }
      let corrected = FloatView.zeros(cells.count * d)
      corrected.copy(from: original)
      let memberships = FloatView.zeros(cells.count * count)
      for _ in 0..<Self.rounds {
        weigh(corrected, rows: cells.count, into: memberships, pool)
        let offsets = offsets(of: original, memberships, rows: cells.count, pool)
        subtract(offsets, memberships, from: original, rows: cells.count, into: corrected, pool)
      }
      for (row, cell) in cells.enumerated() {
        for j in 0..<d { values[cell * d + j] = corrected[row * d + j] }
      }
    }
    return Embedding(cellCount: n, dimensions: d, values: values)
  }

  private static let shardRows = 512

  /// Memberships by distance alone; `(rows, K)`.
  private func weigh(
    _ coordinates: FloatView, rows: Int, into memberships: FloatView, _ pool: ThreadPool
  ) {
    let (d, count) = (alignment.dimensions, alignment.clusterCount)
    let centroids = FloatView.zeros(count * d)
    centroids.copy(from: alignment.centroids)
    let panels = FloatView.zeros(panelSize(k: d, n: count))
    packPanels(centroids, k: d, n: count, rowStride: 1, columnStride: d, into: panels)
    let zeros = [Float](repeating: 0, count: count)
    let shards = fixedShards(of: rows, size: Self.shardRows)
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

  /// What one source is off in each cluster; `(K, d)`.
  private func offsets(
    of original: FloatView, _ memberships: FloatView, rows: Int, _ pool: ThreadPool
  ) -> [Float] {
    let (d, count) = (alignment.dimensions, alignment.clusterCount)
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
          for j in 0..<d { sums[k * d + j] += weight * Double(original[row * d + j]) }
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
    let total = masses.reduce(0, +)
    var offsets = [Float](repeating: 0, count: count * d)
    for j in 0..<d {
      let off = (0..<count).map { k in
        sums[k * d + j] - masses[k] * Double(alignment.centers[k * d + j])
      }
      let common = off.reduce(0, +) / (total + kappa)
      for k in 0..<count {
        offsets[k * d + j] = Float(common + (off[k] - masses[k] * common) / (masses[k] + lambda))
      }
    }
    return offsets
  }

  /// `z_i = z⁰_i − Σ_k R_ik offset_k`.
  private func subtract(
    _ offsets: [Float], _ memberships: FloatView, from original: FloatView, rows: Int,
    into corrected: FloatView, _ pool: ThreadPool
  ) {
    let (d, count) = (alignment.dimensions, alignment.clusterCount)
    let rowsOfOffsets = FloatView.zeros(count * d)
    rowsOfOffsets.copy(from: offsets)
    let panels = FloatView.zeros(panelSize(k: count, n: d))
    packPanels(rowsOfOffsets, k: count, n: d, rowStride: d, columnStride: 1, into: panels)
    let shards = fixedShards(of: rows, size: Self.shardRows)
    pool.parallel(shards.count) { shard in
      let part = shards[shard]
      let range = part.lowerBound * d..<part.upperBound * d
      subtractOffsets(
        panels, memberships[part.lowerBound * count..<part.upperBound * count],
        from: original[range], into: corrected[range], d)
    }
  }
}
