/// The kind of evidence that two sets of clusters share an offset.
package enum MatchKind: Sendable, Equatable {
  /// The match explains spread in both sets: several shared types agree on the offset.
  case strong

  /// The match explains spread in one set only.
  case weak

  /// The matched clusters belong to about one type, so only a small offset is accepted.
  case nearest
}

/// The figures of a match of clusters between a first and a second set.
package struct MatchFigures: Sendable, Equatable {
  /// The agreement of matched clusters about their means; 1 if they differ alike.
  package let agreement: Double

  /// The share of each set's spread between clusters that the match explains.
  package let explained: SIMD2<Double>

  /// The share of each set's cells in matched clusters.
  package let covered: SIMD2<Double>

  /// The squared length of the offset, corrected for noise.
  package let offsetSquare: Double

  /// The mean squared distance between clusters within a set, the larger of the two sets.
  package let structure: Double

  /// The squared distance from the matched clusters to the nearest other cluster of their own set,
  /// the smaller of both sets; infinite if all are matched.
  package let nextSquare: Double

  /// The squared length of the offset in units of the structure.
  package var relativeOffset: Double { structure > 0 ? offsetSquare / structure : .infinity }
}

/// A hypothesis about the offset between two sets of clusters, with its support.
struct OffsetMatch: Sendable {
  /// A pair of matched clusters and the weight of the pair.
  struct Link: Sendable, Equatable {
    let first: Int
    let second: Int
    var weight: Double
  }

  var kind: MatchKind
  let figures: MatchFigures

  /// The total weight of matched clusters, at most 1.
  let support: Double

  /// The rank among strong and weak matches; 0 for the nearest.
  var score: Double

  /// The matched pairs; their weights add to 1.
  let links: [Link]

  /// The share of each link in the offset; adds to 1.
  var offsetShares: [Double]

  /// Returns the offset of the first set relative to the second, and the variance of this estimate.
  func offset(_ a: ClusterProfiles, _ b: ClusterProfiles) -> (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: a.genes)
    var variance = mean
    func add(_ weight: Double, _ profiles: ClusterProfiles, _ cluster: Int) {
      let range = profiles.range(cluster)
      let (means, variances) = (
        profiles.means.span.extracting(range), profiles.variances.span.extracting(range)
      )
      for g in means.indices {
        mean[g] += weight * Double(means[g])
        variance[g] += weight * weight * Double(variances[g])
      }
    }
    for (cluster, weight) in shares(a.count, \.first).enumerated() where weight > 0 {
      add(weight, a, cluster)
    }
    for (cluster, weight) in shares(b.count, \.second).enumerated() where weight > 0 {
      add(-weight, b, cluster)
    }
    return (mean, variance)
  }

  /// Returns the share of each cluster of one side in the offset.
  private func shares(_ count: Int, _ side: KeyPath<Link, Int>) -> [Double] {
    var shares = [Double](repeating: 0, count: count)
    for (link, share) in zip(links, offsetShares) { shares[link[keyPath: side]] += share }
    return shares
  }
}

/// Returns an offset shrunk toward zero according to its noise.
///
/// The variance of the true offset over genes is estimated as the excess of its squares over the
/// noise.
func shrunk(_ offset: [Double], variance: [Double]) -> [Double] {
  let n = Double(max(1, offset.count))
  let square = offset.reduce(0) { $0 + $1 * $1 } / n
  let signal = max(1e-9, square - variance.reduce(0, +) / n)
  return zip(offset, variance).map { $0 * signal / (signal + $1) }
}
