internal import Numerics

/// The numbers of labelled cells by soft cluster and label.
struct LabelCounts: Sendable {
  /// The number of labels, `L`.
  let labels: Int

  /// The number of cells of each label in each cluster, `n_kl`; `(K, L)`.
  private(set) var counts: [Double]

  /// The number of labelled cells of each cluster, `n_k`; `(K)`.
  private(set) var ofCluster: [Double]

  /// The number of cells of each label; `(L)`.
  private(set) var ofLabel: [Double]

  /// The number of labelled cells.
  private(set) var total = 0.0

  /// Counts cells.
  ///
  /// - Parameters:
  ///   - cells: The cells to count.
  ///   - label: The label of each cell, −1 for none; `(n)`.
  ///   - cluster: The cluster of each cell; `(n)`.
  ///   - labels: The number of labels, `L`.
  ///   - clusters: The number of clusters, `K`.
  init(of cells: [Int], label: [Int32], cluster: [Int32], labels: Int, clusters: Int) {
    self.labels = labels
    counts = [Double](repeating: 0, count: clusters * labels)
    ofCluster = [Double](repeating: 0, count: clusters)
    ofLabel = [Double](repeating: 0, count: labels)
    for cell in cells where label[cell] >= 0 {
      let (k, l) = (Int(cluster[cell]), Int(label[cell]))
      counts[k * labels + l] += 1
      ofCluster[k] += 1
      ofLabel[l] += 1
      total += 1
    }
  }

  /// The share of the labels' entropy that clusters explain beyond chance.
  ///
  /// It is `(I − I₀) / (H − I₀)` with the entropy `H` of the labels, their mutual information `I` with
  /// the clusters, and `I₀ = (K − 1)(L − 1) / 2n`, about the mean of `I` for labels that are
  /// dealt out at random. It is 1 if each cluster has one label, and about 0 by chance.
  ///
  /// Reference: Miller 1955, "Note on the bias of information estimates", for `I₀`.
  var agreement: Double {
    var (information, entropy) = (0.0, 0.0)
    for l in 0..<labels where ofLabel[l] > 0 {
      entropy -= ofLabel[l] / total * logarithm(ofLabel[l] / total)
      for k in ofCluster.indices {
        let n = counts[k * labels + l]
        guard n > 0 else { continue }
        information += n / total * logarithm(n * total / (ofCluster[k] * ofLabel[l]))
      }
    }
    let (used, present) = (ofCluster.count { $0 > 0 }, ofLabel.count { $0 > 0 })
    let chance = Double((used - 1) * (present - 1)) / (2 * max(1, total))
    return entropy > chance ? (information - chance) / (entropy - chance) : 0
  }

  /// Returns whether a cell's label is common enough among its cluster's other labelled cells: at least
  /// half as common as among all others.
  ///
  /// - Parameters:
  ///   - l: The label of the cell.
  ///   - k: The cluster of the cell.
  ///   - isCounted: `true` if the cell itself was counted. The default is `true`.
  /// - Returns: `true` if it is.
  func agrees(label l: Int, cluster k: Int, isCounted: Bool = true) -> Bool {
    let own = isCounted ? 1.0 : 0
    let share = (counts[k * labels + l] - own) / max(1, ofCluster[k] - own)
    return share >= 0.5 * (ofLabel[l] - own) / max(1, total - own)
  }

  /// The weight of each label for cells of a cluster without a label, `n_kl / (n_k + 5)`; `(K, L)`.
  ///
  /// The rest, up to 1, is the weight of the cluster itself: of a cluster with few labelled cells it
  /// is not known what the others are.
  var weights: [Float] {
    counts.indices.map { Float(counts[$0] / (ofCluster[$0 / labels] + 5)) }
  }
}
