internal import Numerics

/// The weighted sums of the cells' covariates in each cluster, which their effects are found from.
struct CovariateSums: Sendable {
  /// The penalty on the effect of a covariate in a cluster, in cells of the covariate's variance.
  ///
  /// Clusters of a few cells hardly lose anything, and those of a hundred cells all but 5%.
  static let automaticRidge = 5.0

  /// The number of columns, `q`.
  let count: Int

  /// `Σ_i R_ik x_i` over the cells of each combination; `(combinations, K, q)`.
  let sums: FloatView

  /// `Σ_i R_ik x_ia [x_i z_i]`; `(q, K, q + d)`.
  let moments: [Float]

  /// The number of clusters, `K`.
  let clusterCount: Int

  /// The number of coordinates, `d`.
  let dimensions: Int

  /// Returns `Σ_i R_ik x_i x_iᵀ`; `(q, q)`.
  func products(ofCluster k: Int, width q: Int) -> [Double] { moments(ofCluster: k, 0..<q) }

  /// Returns `Σ_i R_ik x_i z_iᵀ`; `(q, d)`.
  func crossed(ofCluster k: Int, width d: Int) -> [Double] {
    moments(ofCluster: k, count..<count + d)
  }

  private func moments(ofCluster k: Int, _ columns: Range<Int>) -> [Double] {
    let width = count + dimensions
    return (0..<count).flatMap { a in
      columns.map { Double(moments[(a * clusterCount + k) * width + $0]) }
    }
  }
}

extension SoftClusters {
  /// The number of cells that one thread sums up.
  private static let shardCells = 8192

  /// The number of cells of one product.
  private static let depth = 256

  /// Sums the covariates of all cells; `nil` without covariates.
  ///
  /// - Parameter original: The coordinates `z⁰`, in the order of rows; `(n, d)`.
  /// - Returns: The sums.
  func covariateSums(of original: FloatBuffer) -> CovariateSums? {
    let (d, q, count) = (dimensions, covariateCount, clusterCount)
    guard q > 0 else { return nil }
    addWeightedSums(of: covariates, width: q, into: tables.covariateSums)
    let width = q + d
    let shards = fixedShards(of: cellCount, size: Self.shardCells)
    let (memberships, x, z) = (memberships.view, covariates.view, original.view)
    let parts = pool.map(shards.count) { shard in
      let part = FloatView.zeros(q * count * width)
      let scaled = FloatView.zeros(Self.depth * width)
      let panels = FloatView.zeros(panelSize(k: Self.depth, n: width))
      let cells = shards[shard]
      for first in stride(from: cells.lowerBound, to: cells.upperBound, by: Self.depth) {
        let end = min(first + Self.depth, cells.upperBound)
        for a in 0..<q {
          for (row, cell) in (first..<end).enumerated() {
            let factor = x[cell * q + a]
            for j in 0..<q { scaled[row * width + j] = factor * x[cell * q + j] }
            for j in 0..<d { scaled[row * width + q + j] = factor * z[cell * d + j] }
          }
          packPanels(
            scaled[0..<(end - first) * width], k: end - first, n: width, rowStride: width,
            columnStride: 1, into: panels)
          multiplyPanels(
            memberships[first * count..<end * count], m: count, n: width, k: end - first,
            rowStride: 1, columnStride: count, panels: panels,
            into: part[a * count * width..<(a + 1) * count * width], stride: width,
            adding: first > cells.lowerBound)
        }
      }
      return part
    }
    // In the order of shards, whichever thread was first.
    var moments = [Float](repeating: 0, count: q * count * width)
    for part in parts {
      for index in moments.indices { moments[index] += part[index] }
    }
    return CovariateSums(
      count: q, sums: tables.covariateSums.view, moments: moments, clusterCount: count,
      dimensions: d)
  }

  /// Subtracts the effects of covariates from coordinates: `z_i ← z_i − Σ_k R_ik x_i B_k`.
  func subtractEffects(from corrected: FloatBuffer) {
    let (d, q, count) = (dimensions, covariateCount, clusterCount)
    guard q > 0 else { return }
    let (memberships, x, z) = (memberships.view, covariates.view, corrected.view)
    let panels = (0..<q).map { a in
      let panels = FloatView.zeros(panelSize(k: count, n: d))
      packPanels(
        effects.view[a * count * d..<(a + 1) * count * d], k: count, n: d, rowStride: d,
        columnStride: 1, into: panels)
      return panels
    }
    forEachShard { rows in
      let effect = FloatView.zeros(rows.count * d)
      for a in 0..<q {
        multiplyPanels(
          memberships[rows.lowerBound * count..<rows.upperBound * count], m: rows.count, n: d,
          k: count, rowStride: count, columnStride: 1, panels: panels[a], into: effect, stride: d)
        for (row, cell) in rows.enumerated() {
          let factor = x[cell * q + a]
          for j in 0..<d { z[cell * d + j] -= factor * effect[row * d + j] }
        }
      }
    }
  }
}
