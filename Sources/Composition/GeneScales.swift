/// The factors by which log expression is scaled before clusters are compared.
///
/// Technique shifts many genes a little; types differ in few genes by much. So
/// genes count by how much they vary between clusters of one batch: with that
/// variance `v`, less the noise of the clusters' means, squared differences are
/// weighted by `√v`. Without it, twice as many wrong types lie as near to a
/// cluster as its own type in another batch.
///
/// - Parameter profiles: The clusters of all batches.
/// - Returns: The square roots of the weights, whose mean square is 1; `[genes]`.
func geneScales(_ profiles: [BatchProfile]) -> [Float] {
  let genes = profiles.first?.clusters.genes ?? 0
  var between = [Double](repeating: 0, count: genes)
  for profile in profiles where !profile.clusters.areCells && profile.clusters.count > 1 {
    let clusters = profile.clusters
    let mean = clusters.weightedMean
    for (c, share) in clusters.shares.enumerated() {
      let range = clusters.range(c)
      let (means, variances) = (
        clusters.means.span.extracting(range), clusters.variances.span.extracting(range)
      )
      // Batches count by their cells.
      let weight = share * Double(profile.cells)
      for g in means.indices {
        let difference = Double(means[g]) - mean[g]
        between[g] += weight * (difference * difference - (1 - share) * Double(variances[g]))
      }
    }
  }
  let typical = between.reduce(0) { $0 + max(0, $1) } / Double(max(1, genes))
  guard typical > 0 else { return Array(repeating: 1, count: genes) }
  // A gene that does not vary between clusters keeps a little weight: v counts at least 1%.
  let weights = between.map { (max($0, 0.01 * typical)).squareRoot() }
  let mean = weights.reduce(0, +) / Double(genes)
  return weights.map { Float(($0 / mean).squareRoot()) }
}

extension ClusterProfiles {
  /// Multiplies each gene by a factor.
  mutating func scale(by factors: [Float]) {
    for g in 0..<genes { scales[g] *= factors[g] }
    for c in 0..<count {
      let start = c * genes
      var sum = 0.0
      for g in 0..<genes {
        means[start + g] *= factors[g]
        variances[start + g] *= factors[g] * factors[g]
        sum += Double(variances[start + g])
      }
      noise[c] = sum
    }
  }
}
