internal import Numerics

extension SoftClusters {
  /// Takes each cluster's offsets of the batches out of the original coordinates.
  ///
  /// - Parameters:
  ///   - original: The coordinates `z⁰`, in the order of rows; `(n, d)`.
  ///   - ridge: The penalty in cells, or `nil` for the automatic one.
  ///   - corrected: Where the result goes; `(n, d)`.
  func correct(_ original: FloatBuffer, ridge: Double?, into corrected: FloatBuffer) {
    let (d, count) = (dimensions, clusterCount)
    addWeightedSums(of: original, width: d, into: tables.sums)
    let regression = ClusterRegression(
      design: design, clusterCount: count, dimensions: d, ridge: ridge, held: held,
      expected: expected(), sums: tables.sums.view, covariates: covariateSums(of: original))
    let (centers, offsets, effects) = (centers.view, tables.offsets.view, effects.view)
    pool.parallel(count) { k in
      regression.solve(cluster: k, center: centers, offsets: offsets, effects: effects)
    }
    subtract(from: original, into: corrected)
    subtractEffects(from: corrected)
  }

  /// Computes `Σ_i R_ik z_i`, `(combinations, K, d)`, over the cells of each combination.
  func addWeightedSums(of coordinates: FloatBuffer, width d: Int, into sums: FloatBuffer) {
    let (count, sums) = (clusterCount, sums.view)
    let (rows, memberships) = (rows, memberships)
    pool.parallel(rows.count) { c in
      let depth = 256
      let panels = FloatBuffer(count: panelSize(k: depth, n: d)).view
      for first in stride(from: rows[c].lowerBound, to: rows[c].upperBound, by: depth) {
        let end = min(first + depth, rows[c].upperBound)
        packPanels(
          coordinates.view[first * d..<end * d], k: end - first, n: d, rowStride: d,
          columnStride: 1, into: panels)
        multiplyPanels(
          memberships.view[first * count..<end * count], m: count, n: d, k: end - first,
          rowStride: 1, columnStride: count, panels: panels,
          into: sums[c * count * d..<(c + 1) * count * d], stride: d,
          adding: first > rows[c].lowerBound)
      }
    }
  }

  /// `z_i = z⁰_i − Σ_k R_ik offset_k[c(i)]`.
  private func subtract(from original: FloatBuffer, into corrected: FloatBuffer) {
    let (d, count) = (dimensions, clusterCount)
    let (rows, memberships, place, offsets) = (rows, memberships, design.place, tables.offsets.view)
    pool.parallel(rows.count) { c in
      let panels = FloatBuffer(count: panelSize(k: count, n: d)).view
      packPanels(
        offsets[place[c] * count * d..<(place[c] + 1) * count * d], k: count, n: d,
        rowStride: d,
        columnStride: 1, into: panels)
      let range = rows[c].lowerBound * d..<rows[c].upperBound * d
      subtractOffsets(
        panels, memberships.view[rows[c].lowerBound * count..<rows[c].upperBound * count],
        from: original.view[range], into: corrected.view[range], d)
    }
  }
}
