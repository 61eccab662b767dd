internal import Numerics

extension OffsetMatch {
  /// Chooses the matched pairs that determine the offset, in log expression itself.
  ///
  /// Matching weights genes by how well they separate types. It ignores genes that a treatment
  /// changes more in one type than in others. Pairs are therefore weighted again as in
  /// ``OffsetSearch``, without the genes' factors. Each pair is a start for iterating to a fixed
  /// point, and the fixed point with the most support is taken.
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
          // The noise that a pair shares with the mean that includes it cancels.
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

  /// Returns the difference of each matched pair in log expression, `(links, genes)`, and its
  /// noise.
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
