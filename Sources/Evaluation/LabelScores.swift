internal import Numerics

/// Returns the mean silhouette width, rescaled to 0...1.
func silhouetteScore(_ widths: [Double]) -> Double {
  (widths.reduce(0, +) / Double(widths.count) + 1) / 2
}

/// Returns the mean silhouette width of the labels that occur in the fewest batches, rescaled to
/// 0...1.
///
/// It is the mean over these labels of the mean over each label's cells.
func isolatedLabelScore(_ widths: [Double], labels: CellGroups, batches: CellGroups) -> Double {
  var present = Array(repeating: Set<Int32>(), count: labels.count)
  for (label, batch) in zip(labels.codes, batches.codes) { present[Int(label)].insert(batch) }
  let fewest = present.map(\.count).min() ?? 0
  var sums = [Double](repeating: 0, count: labels.count)
  for (width, label) in zip(widths, labels.codes) { sums[Int(label)] += (width + 1) / 2 }
  let isolated = present.indices.filter { present[$0].count == fewest }
  return isolated.reduce(0.0) { $0 + sums[$1] / Double(labels.sizes[$1]) } / Double(isolated.count)
}

/// Returns the normalized mutual information and adjusted Rand index of labels and KMeans clusters.
///
/// Both are means over runs with the seeds 0 to `runs - 1`, with as many clusters as labels.
func kmeansScores(
  of x: Matrix, labels: CellGroups, runs: Int, pool: ThreadPool
) -> (nmi: Double, ari: Double) {
  let kmeans = KMeans(x, clusters: labels.count, pool: pool)
  let scores = pool.map(runs) { run in
    let agreement = ClusterAgreement(
      labels: labels.codes, clusters: kmeans.clustering(seed: UInt32(run)))
    return (agreement.normalizedMutualInformation, agreement.adjustedRandIndex)
  }
  return (
    scores.reduce(0) { $0 + $1.0 } / Double(runs), scores.reduce(0) { $0 + $1.1 } / Double(runs)
  )
}

extension Metric {
  /// The silhouette of the labels that occur in the fewest batches; 0 to 1.
  package static let isolatedLabels = Metric("isolated_labels", title: "isolated labels", .biology)
  { cells, labels in
    isolatedLabelScore(cells.silhouettes, labels: labels, batches: cells.batches)
  }
}

extension EmbeddingScores {
  /// The silhouette of the labels that occur in the fewest batches; 0 to 1.
  package var isolatedLabels: Double? {
    get { self[.isolatedLabels] }
    set { self[.isolatedLabels] = newValue }
  }
}

extension Metric {
  /// The mean silhouette width of labels, rescaled to 0 to 1.
  package static let silhouetteLabel = Metric(
    "silhouette_label", title: "silhouette label", .biology
  ) { cells, _ in
    silhouetteScore(cells.silhouettes)
  }
}

extension EmbeddingScores {
  /// The mean silhouette width of labels, rescaled to 0 to 1.
  package var silhouetteLabel: Double? {
    get { self[.silhouetteLabel] }
    set { self[.silhouetteLabel] = newValue }
  }
}

extension Metric {
  /// The normalized mutual information of labels and KMeans clusters; 0 to 1.
  package static let kmeansNMI = Metric("kmeans_nmi", title: "KMeans NMI", .biology) { cells, _ in
    cells.agreement.nmi
  }
}

extension EmbeddingScores {
  /// The normalized mutual information of labels and KMeans clusters; 0 to 1.
  package var kmeansNMI: Double? {
    get { self[.kmeansNMI] }
    set { self[.kmeansNMI] = newValue }
  }
}

extension Metric {
  /// The adjusted Rand index of labels and KMeans clusters; at most 1, may be negative.
  package static let kmeansARI = Metric("kmeans_ari", title: "KMeans ARI", .biology) { cells, _ in
    cells.agreement.ari
  }
}

extension EmbeddingScores {
  /// The adjusted Rand index of labels and KMeans clusters; at most 1, may be negative.
  package var kmeansARI: Double? {
    get { self[.kmeansARI] }
    set { self[.kmeansARI] = newValue }
  }
}
