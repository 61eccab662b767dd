internal import Numerics

/// The clusters of several batches as one set, after subtracting the batches' offsets.
///
/// Above 96 clusters, similar ones are merged to 48, so that the cost of matching a pool does not
/// grow with the number of batches.
struct ProfilePool: Sendable {
  /// The clusters.
  private(set) var clusters: ClusterProfiles

  /// The batch, its cluster, and the pooled cluster of each member.
  private(set) var members: [(batch: Int, cluster: Int, pooled: Int)] = []

  private let seed: UInt64
  private let pool: ThreadPool
  private static let capacity = 96

  init(genes: Int, scales: [Float], seed: UInt64, pool: ThreadPool) {
    clusters = ClusterProfiles(genes: genes, scales: scales)
    self.seed = seed
    self.pool = pool
  }

  /// Adds the clusters of batches.
  mutating func append(_ batches: [Int], profiles: [ClusterProfiles], offsets: [[Double]]) {
    let areCells = batches.allSatisfy { profiles[$0].areCells }
    clusters.areCells = areCells && (clusters.areCells || clusters.count == 0)
    for batch in batches {
      let own = profiles[batch]
      for cluster in 0..<own.count {
        let range = own.range(cluster)
        let offset = offsets[batch]
        members.append((batch, cluster, clusters.count))
        clusters.append(
          mean: range.enumerated().map { Float(Double(own.means[$0.element]) - offset[$0.offset]) },
          variance: Array(own.variances[range]), size: own.sizes[cluster])
      }
      // Merge while adding, so that memory does not grow either.
      if clusters.count > Self.capacity * 4 { merge() }
    }
    if clusters.count > Self.capacity { merge() }
  }

  /// Merges similar clusters by weighted k-means of their principal components.
  private mutating func merge() {
    let x = Matrix(rows: clusters.count, columns: clusters.genes, values: clusters.means)
    let basis = principalComponents(
      of: x, count: min(20, x.rows - 1, x.columns), seed: seed, tolerance: 1e-3, pool: pool)
    let found = WeightedKMeans(
      basis.coordinates(of: x, pool: pool), weights: clusters.sizes,
      clusters: Self.capacity / 2, starts: 2, seed: seed, pool: pool)
    let groups = Set(found.assigned).sorted()
    var merged = ClusterProfiles(genes: clusters.genes, scales: clusters.scales)
    for group in groups {
      let parts = found.assigned.indices.filter { found.assigned[$0] == group }
      let size = parts.reduce(0) { $0 + clusters.sizes[$1] }
      var mean = [Double](repeating: 0, count: clusters.genes)
      var variance = mean
      for part in parts {
        let share = clusters.sizes[part] / size
        for (g, place) in clusters.range(part).enumerated() {
          mean[g] += share * Double(clusters.means[place])
          variance[g] += share * share * Double(clusters.variances[place])
        }
      }
      merged.append(mean: mean.map(Float.init), variance: variance.map(Float.init), size: size)
    }
    let number = found.assigned.map { groups.firstIndex(of: $0) ?? 0 }
    members = members.map { ($0.batch, $0.cluster, number[$0.pooled]) }
    clusters = merged
  }
}
