internal import Numerics

/// A search that joins batches into frames: first by pairs, then all others together, then one by
/// one.
struct FrameSearch: Sendable {
  var frames: BatchFrames
  var pairs: [PairVerdict] = []
  var joins: [JoinVerdict] = []
  var group: [Int]
  let isRich: [Bool]

  let profiles: [ClusterProfiles]
  let cells: [Int]
  let seed: UInt64
  let threads: ThreadPool
  let options: CompositionOptions

  /// A flag for each batch that is true if it has enough cells to distinguish structure from
  /// chance.
  let isLarge: [Bool]

  /// The mean squared distance between clusters of each batch.
  let structure: [Double]

  /// The structure of each batch as a share of that between all clusters of all batches, without
  /// the factors of genes, which depend on differences within batches.
  let clarity: [Double]

  /// The factor of each gene in all comparisons.
  let scales: [Float]

  /// A flag for each cluster of each batch that is true if it was matched with a cluster of another
  /// batch.
  var isMatched: [[Bool]]

  /// Prepares the search.
  init(
    profiles: [BatchProfile], batchSizes: [Int], seed: UInt64, pool: ThreadPool,
    options: CompositionOptions
  ) {
    let genes = profiles.first?.clusters.genes ?? 0
    let scales =
      options.comparesGenes ? geneScales(profiles) : [Float](repeating: 1, count: genes)
    self.scales = scales
    self.profiles = profiles.map {
      var clusters = $0.clusters
      clusters.scale(by: scales)
      return clusters
    }
    // A batch without sampled cells has no offset, so its cells get weight zero.
    cells = zip(batchSizes, profiles).map { $1.cells == 0 ? 0 : $0 }
    self.seed = seed
    threads = pool
    self.options = options
    let clusters = self.profiles
    structure = threads.map(profiles.count) { batch in
      clusters[batch].areCells ? 0 : clusters[batch].meanSquaredDistance()
    }
    frames = BatchFrames(batches: profiles.count, genes: clusters.first?.genes ?? 0)
    let total = meanSquaredDistance(of: clusters, less: frames.offsets)
    clarity = threads.map(profiles.count) { batch in
      let own = clusters[batch]
      return own.areCells || total == 0 ? 0 : own.meanSquaredDistance(unscaled: true) / total
    }
    let within = profiles.map { profile in
      zip(profile.within, scales).reduce(0.0) { $0 + Double($1.0 * $1.1 * $1.1) }
    }
    // Small batches always seem to differ, so they are neither references nor set the standard.
    let enough = min(40, (profiles.map(\.cells).max() ?? 0) / 2)
    isLarge = profiles.map { $0.cells >= enough }
    let most = zip(structure, isLarge).reduce(0) { $1.1 ? max($0, $1.0) : $0 }
    let smallest = options.smallestStructure
    let (own, isLarge) = (structure, isLarge)
    isRich = profiles.indices.map {
      isLarge[$0] && own[$0] > 0 && own[$0] >= 0.5 * most && own[$0] >= smallest * within[$0]
    }
    group = Array(profiles.indices)
    isMatched = clusters.map { Array(repeating: false, count: $0.count) }
  }

  /// The offset of each batch in log expression; `(batches, genes)`.
  var offsets: [Float] {
    frames.offsets.flatMap { offset in zip(offset, scales).map { Float($0.0 / Double($0.1)) } }
  }

  /// Returns the clusters of all batches in their frames, with the number of each frame.
  func framedClusters(component: [Int], group: [Int]) -> [FramedCluster] {
    var groupSizes: [Int: Double] = [:]
    for (batch, count) in cells.enumerated() {
      groupSizes[group[batch], default: 0] += Double(count)
    }
    return profiles.indices.flatMap { batch in
      let own = profiles[batch]
      return (0..<own.count).map { cluster in
        let mean = zip(own.means[own.range(cluster)], frames.offsets[batch]).map {
          Float(Double($0) - $1)
        }
        return FramedCluster(
          batch: batch, group: group[batch], component: component[batch],
          size: own.sizes[cluster], groupSize: groupSizes[group[batch]] ?? 0, mean: mean,
          noise: own.noise[cluster])
      }
    }
  }

  /// Returns the groups that have the population of each framed cluster.
  func holders(of clusters: [FramedCluster], lowerLimit: Double = 0.1) -> [[Int]] {
    let structure = zip(structure, isRich).reduce(0) { $1.1 ? max($0, $1.0) : $0 }
    return PopulationSharing(
      clusters, structure: structure > 0 ? structure : self.structure.max() ?? 0,
      lowerLimit: lowerLimit, pool: threads
    ).holders()
  }

  /// Measures the differences in populations between groups of batches.
  func differences(component: [Int], group: [Int]) -> [CompositionDifference] {
    let clusters = framedClusters(component: component, group: group)
    let holders = holders(of: clusters, lowerLimit: 0.05)
    var sampled: [Int: Double] = [:]
    for cluster in clusters { sampled[cluster.group, default: 0] += cluster.size }
    var found: [Int: CompositionDifference] = [:]
    let groups = Set(group).sorted()
    // A batch is compared only with batches of its own frame.
    var frame: [Int: Int] = [:]
    var (sizes, totals): ([Int: Double], [Int: Double]) = ([:], [:])
    for cluster in clusters where sizes[cluster.group] == nil {
      frame[cluster.group] = cluster.component
      sizes[cluster.group] = cluster.groupSize
      totals[cluster.component, default: 0] += cluster.groupSize
    }
    for g in groups {
      let members = group.indices.filter { group[$0] == g }
      let isPoor =
        !members.contains { isRich[$0] }
        && members.reduce(0.0) { $0 + profiles[$1].sizes.reduce(0, +) } >= 30
      found[g] = CompositionDifference(isPoor: isPoor)
    }
    for (cluster, holders) in zip(clusters, holders) {
      let share = cluster.size / (sampled[cluster.group] ?? 1)
      let cells = share * cluster.groupSize
      let held = Set(holders)
      if held.count == 1 { found[cluster.group]?.alone += share }
      for g in groups
      where g != cluster.group && !held.contains(g) && frame[g] == cluster.component {
        let others = (totals[cluster.component] ?? 0) - (sizes[g] ?? 0)
        found[g]?.lacking += cells / max(1, others)
      }
    }
    return group.map { found[$0] ?? CompositionDifference() }
  }

  /// Returns the profile of a framed cluster in log expression, minus its batch's offset.
  func profile(of cluster: FramedCluster) -> [Float] {
    zip(cluster.mean, scales).map { $0 / $1 }
  }

  /// The share of each batch's sampled cells in matched clusters.
  var sharedCells: [Double] {
    profiles.indices.map { batch in
      let total = profiles[batch].sizes.reduce(0, +)
      let shared = zip(profiles[batch].sizes, isMatched[batch]).reduce(0) {
        $0 + ($1.1 ? $1.0 : 0)
      }
      return total > 0 ? shared / total : 0
    }
  }

  /// Runs all steps.
  mutating func run() {
    joinPairs()
    let main = frames.members(cells: cells).first { $0.contains { isRich[$0] } }
    if let main {
      joinRest(to: main)
    } else {
      joins.append(JoinVerdict(batches: Array(profiles.indices), kind: .apart, figures: nil))
    }
    frames.centre(cells: cells)
  }
}
