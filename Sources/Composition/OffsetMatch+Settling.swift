internal import Kernels

extension OffsetMatch {
  /// Chooses which of the matched pairs give the offset, in log expression itself.
  ///
  /// Matching counts genes by how they tell types, which says little of the genes
  /// that a treatment changes in one type more than in others. So pairs are weighted
  /// once more as in ``OffsetSearch``, without the genes' factors: from each pair as
  /// a start to a fixed point, of which the best supported one is taken.
  mutating func settleOffset(_ a: ClusterProfiles, _ b: ClusterProfiles, width: Double) {
    let n = links.count
    guard n > 2 else { return }
    let structure = max(
      a.meanSquaredDistance(unscaled: true), b.meanSquaredDistance(unscaled: true))
    let (differences, noise) = differences(a, b)
    let genes = a.genes
    let gram = rowDots(
      differences, m: n, aStride: genes, differences, n: n, bStride: genes, k: genes)
    var best = (support: 0.0, shares: offsetShares)
    for start in 0..<n {
      var shares = [Double](repeating: 0, count: n)
      shares[start] = 1
      var support = 0.0
      for _ in 0..<15 {
        let along = (0..<n).map { i in
          (0..<n).reduce(0) { $0 + shares[$1] * gram[i * n + $1] }
        }
        let square = (0..<n).reduce(0) { $0 + shares[$1] * along[$1] }
        let own = (0..<n).reduce(0) { $0 + shares[$1] * shares[$1] * noise[$1] }
        var weights = (0..<n).map { i in
          // The noise that a pair shares with the mean it is in cancels.
          let rho = gram[i * n + i] - 2 * along[i] + square - own - (1 - 2 * shares[i]) * noise[i]
          return links[i].weight * max(0, 1 - max(0, rho) / (width * structure))
        }
        support = weights.reduce(0, +)
        guard support > 0 else { break }
        for i in 0..<n { weights[i] /= support }
        let change = zip(weights, shares).reduce(0) { max($0, abs($1.0 - $1.1)) }
        shares = weights
        if change < 1e-6 { break }
      }
      if support > best.support { best = (support, shares) }
    }
    offsetShares = best.shares
  }

  /// The difference of each matched pair in log expression, `(links, genes)`, and its noise.
  private func differences(
    _ a: ClusterProfiles, _ b: ClusterProfiles
  ) -> (DoubleView, [Double]) {
    let genes = a.genes
    let differences = DoubleView.zeros(links.count * genes)
    var noise = [Double](repeating: 0, count: links.count)
    for (i, link) in links.enumerated() {
      let (first, second) = (a.range(link.first), b.range(link.second))
      let (x, y) = (a.means.span.extracting(first), b.means.span.extracting(second))
      let (v, w) = (a.variances.span.extracting(first), b.variances.span.extracting(second))
      for g in 0..<genes {
        let factor = Double(a.scales[g])
        differences[i * genes + g] = Double(x[g] - y[g]) / factor
        noise[i] += Double(v[g] + w[g]) / (factor * factor)
      }
    }
    return (differences, noise)
  }
}
