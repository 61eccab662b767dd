internal import Numerics

/// The agreement of labels and clusters, from their contingency table.
struct ClusterAgreement {
  /// The number of cells by label and cluster; `(labels, clusters)`.
  private let counts: [[Int]]
  private let labels: [Int]
  private let clusters: [Int]
  private let n: Int

  /// Counts the cells.
  init(labels: [Int32], clusters: [Int32]) {
    precondition(labels.count == clusters.count)
    let rows = Int(labels.max() ?? -1) + 1
    let columns = Int(clusters.max() ?? -1) + 1
    var counts = Array(repeating: Array(repeating: 0, count: columns), count: rows)
    for (label, cluster) in zip(labels, clusters) { counts[Int(label)][Int(cluster)] += 1 }
    self.counts = counts
    self.labels = counts.map { $0.reduce(0, +) }
    self.clusters = (0..<columns).map { column in counts.reduce(0) { $0 + $1[column] } }
    n = labels.count
  }

  /// The mutual information divided by the mean of both entropies.
  ///
  /// A single label and a single cluster agree by definition.
  var normalizedMutualInformation: Double {
    let used = [labels, clusters].map { $0.count(where: { $0 > 0 }) }
    if used.allSatisfy({ $0 <= 1 }) { return 1 }
    var information = 0.0
    for (label, row) in counts.enumerated() {
      for (cluster, count) in row.enumerated() where count > 0 {
        let together = Double(count) / Double(n)
        let expected = Double(labels[label]) * Double(clusters[cluster])
        information += together * logarithm(Double(count) * Double(n) / expected)
      }
    }
    guard information > .ulpOfOne else { return 0 }
    // Rounding can exceed 1 by the last bit.
    return min(1, information / ((entropy(labels) + entropy(clusters)) / 2))
  }

  /// The adjusted Rand index: the share of cell pairs that both groupings treat alike, corrected
  /// for chance.
  ///
  /// Reference: Hubert and Arabie 1985, <https://doi.org/10.1007/BF01908075>.
  var adjustedRandIndex: Double {
    func pairs(_ counts: [Int]) -> Double {
      counts.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 }
    }
    let together = pairs(counts.flatMap(\.self))
    let (byLabel, byCluster) = (pairs(labels), pairs(clusters))
    if together == byLabel, together == byCluster { return 1 }
    let expected = byLabel * byCluster / pairs([n])
    return (together - expected) / ((byLabel + byCluster) / 2 - expected)
  }

  private func entropy(_ counts: [Int]) -> Double {
    -counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / Double(n)
      return sum + share * logarithm(share)
    }
  }
}
