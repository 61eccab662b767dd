/// Returns the factors that scale log expression before clusters are compared.
///
/// A technique shifts many genes slightly; types differ strongly in few genes. Genes are therefore
/// weighted by their variance between clusters of one batch. With that variance `v`, corrected for
/// the noise of the clusters' means, squared differences are weighted by `√v`. Without this, twice
/// as many wrong types are as near to a cluster as its own type in another batch.
///
/// - Parameter profiles: The clusters of all batches.
/// - Returns: The square roots of the weights, with mean square 1; `[genes]`.
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
      // Weight batches by their cells.
      let weight = share * Double(profile.cells)
      for g in means.indices {
        let difference = Double(means[g]) - mean[g]
        between[g] += weight * (difference * difference - (1 - share) * Double(variances[g]))
      }
    }
  }
  let typical = between.reduce(0) { $0 + max(0, $1) } / Double(max(1, genes))
  guard typical > 0 else { return Array(repeating: 1, count: genes) }
  // A gene that does not vary between clusters keeps a small weight: v is at least 1% of a typical
  // value.
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
