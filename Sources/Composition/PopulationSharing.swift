internal import Numerics

/// A cluster of one batch after subtracting the batch's offset.
struct FramedCluster: Sendable {
  let batch: Int

  /// The number of the group; batches pooled without offsets share one.
  let group: Int

  /// The number of the component; clusters of different components cannot be compared.
  let component: Int

  /// The number of sampled cells.
  let size: Double

  /// The number of cells of the group, sampled or not.
  let groupSize: Double

  /// The mean log expression, scaled by gene, minus the batch's offset; `[genes]`.
  let mean: [Float]

  /// The sum of the variances of the mean.
  let noise: Double
}

/// The groups of batches that have the population of each cluster.
///
/// A group has the population of a cluster `x` if the group's nearest cluster `y` is near enough.
///
/// - If `x` is also nearest to `y`, the squared distance may be up to 0.4 of the larger of the
///   structure `D` and the smaller of both clusters' mean squared distance to the other cells of
///   their groups. A type far from all others may have a large effect of its own.
/// - Otherwise it must also be at most 2.5 `r`, or `D / 10` if larger. `r` is the median squared
///   distance of mutually nearest clusters of two groups, or that of `y` and its own partner if
///   larger.
///
/// If a group with the cluster's share would have fewer than five cells of the population, its
/// absence cannot be distinguished from chance. The group then counts as having it.
struct PopulationSharing {
  private let clusters: [FramedCluster]
  private let squares: [Double]  // squared distances minus noise; (clusters, clusters)
  private let structure: Double
  private let lowerLimit: Double
  private let groups: [Int]
  private let members: [[Int]]  // the clusters of each group
  private let groupOf: [Int]  // the index of each cluster's group in `groups`
  private var remoteness: [Double] = []  // mean squared distance to the group's other cells
  private var typical = 0.0

  /// The maximum number of clusters for which all distances are computed.
  static let limit = 2_000

  /// Measures the clusters.
  ///
  /// - Parameters:
  ///   - clusters: The clusters of all batches.
  ///   - structure: The mean squared distance between clusters of one batch, `D`.
  ///   - lowerLimit: The smallest distance limit of one population, as a share of the structure.
  ///     The default is 0.1.
  ///   - pool: The threads to use.
  init(
    _ clusters: [FramedCluster], structure: Double, lowerLimit: Double = 0.1, pool: ThreadPool
  ) {
    self.lowerLimit = lowerLimit
    self.clusters = clusters
    self.structure = structure
    groups = Array(Set(clusters.map(\.group))).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(groups, groups.indices))
    groupOf = clusters.map { places[$0.group] ?? 0 }
    var members = groups.map { _ in [Int]() }
    for (x, group) in groupOf.enumerated() { members[group].append(x) }
    self.members = members
    guard clusters.count <= Self.limit else {
      squares = []
      return
    }
    squares = pool.map(clusters.count) { x in
      clusters.map { other -> Double in
        guard other.component == clusters[x].component else { return .infinity }
        return max(
          0, squaredDistance(clusters[x].mean, other.mean) - clusters[x].noise - other.noise)
      }
    }.flatMap(\.self)
    remoteness = clusters.indices.map { x in
      let others = members[groupOf[x]].filter { $0 != x && square(x, $0).isFinite }
      let total = others.reduce(0.0) { $0 + clusters[$1].size }
      return total > 0
        ? others.reduce(0.0) { $0 + clusters[$1].size * square(x, $1) } / total : structure
    }
    typical = medianOfPartners()
  }

  /// Returns the groups that have the population of each cluster, ascending; all groups if there
  /// are too many clusters to compare.
  func holders() -> [[Int]] {
    guard !squares.isEmpty else { return clusters.map { _ in groups } }
    return clusters.indices.map { x in groups.indices.filter { holds($0, x) }.map { groups[$0] } }
  }

  private func square(_ x: Int, _ y: Int) -> Double { squares[x * clusters.count + y] }

  /// Returns the nearest cluster of a group.
  private func nearest(_ x: Int, _ group: Int) -> Int {
    members[group].min { (square(x, $0), $0) < (square(x, $1), $1) } ?? x
  }

  /// Returns whether a group has the population of a cluster.
  private func holds(_ group: Int, _ x: Int) -> Bool {
    if groupOf[x] == group { return true }
    let y = nearest(x, group)
    guard clusters[y].component == clusters[x].component else { return false }
    let own = members[groupOf[x]].reduce(0.0) { $0 + clusters[$1].size }
    if clusters[x].size / own * clusters[y].groupSize < 5 { return true }
    let z = nearest(y, groupOf[x])
    let most = 0.4 * max(structure, min(remoteness[x], remoteness[y]))
    if z == x { return square(x, y) <= most }
    let partners = nearest(z, group) == y ? square(z, y) : 0
    let limit = 2.5 * max(typical, partners)
    return square(x, y) <= min(max(limit, lowerLimit * structure), most)
  }

  /// Returns the median distance between clusters of two groups that are nearest to each other,
  /// weighted by cells.
  private func medianOfPartners() -> Double {
    var found: [(square: Double, weight: Double)] = []
    for a in groups.indices {
      for b in groups.indices where b > a {
        for x in members[a] {
          let y = nearest(x, b)
          guard square(x, y).isFinite, nearest(y, a) == x else { continue }
          found.append((square(x, y), min(clusters[x].size, clusters[y].size)))
        }
      }
    }
    found.sort { ($0.square, $0.weight) < ($1.square, $1.weight) }
    var left = found.reduce(0) { $0 + $1.weight } / 2
    for partner in found {
      left -= partner.weight
      if left <= 0 { return partner.square }
    }
    return 0
  }
}

private func squaredDistance(_ a: [Float], _ b: [Float]) -> Double {
  let (a, b) = (a.span, b.span)
  var sum = 0.0
  for g in a.indices {
    let difference = Double(a[g] - b[g])
    sum += difference * difference
  }
  return sum
}
