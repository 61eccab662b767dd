internal import Numerics

/// The populations of the clusters of all batches: clusters shared by the same batches.
///
/// Batches whose differences are not large (``CompositionDifference/isLarge``) share all of their
/// populations. Within a population, compositions are assumed equal; cells of only one batch form a
/// population of their own.
///
/// A group of batches has a cluster's population if it has a cluster near enough
/// (``SharedCluster/holders``). It also has it if enough of its cells are nearest to this cluster,
/// among the clusters of the cluster's group. Enough is 1/10 of the cluster's own share, and three
/// cells. Cells show the populations of small batches, whose few clusters are mixtures. A cell
/// counts if its squared distance from the cluster's centre is at most that of the cluster's own
/// cells. It must also be at most 1/5 of the centre's mean squared distance to the other cells of
/// the group.
struct SharedPopulations {
  /// The population of each cluster; from 0 without gaps.
  let ofCluster: [Int]

  /// The maximum number of populations.
  static let most = 24

  /// The maximum product of cells and clusters for using cells.
  private static let limit = 200_000_000

  /// Finds the populations.
  ///
  /// - Parameters:
  ///   - composition: The clusters.
  ///   - centres: The coordinates of each cluster in the frame; `(clusters, d)`.
  ///   - points: The coordinates of sampled cells; `(n, d)`.
  ///   - batches: The batch of each sampled cell; `[n]`.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(
    _ composition: SharedComposition, centres: Matrix, points: Matrix, batches: [Int],
    pool: ThreadPool
  ) {
    let (group, differences) = (composition.group, composition.groupDifferences)
    var holders = composition.clusters.map { Set($0.holders) }
    // Of batches that were not compared nothing is to be told, and they tell nothing.
    let rows = batches.indices.filter { composition.isCompared[batches[$0]] }
    if rows.count * centres.rows <= Self.limit {
      let counted = Self.holdersByCells(
        composition, group, centres, points.gathering(rows.map { Int32($0) }),
        rows.map { batches[$0] }, pool)
      for (cluster, groups) in counted.enumerated() { holders[cluster].formUnion(groups) }
    }
    // Batches with about the same populations are compared as a whole: small differences of their
    // clusters are noise, or a population's own response to the batch.
    let alike = Set(
      group.indices.filter { composition.isCompared[$0] && !differences[$0].isLarge }.map {
        [composition.component[$0], group[$0]]
      })
    for (number, cluster) in composition.clusters.enumerated() {
      let component = composition.component[cluster.batch]
      guard alike.contains([component, group[cluster.batch]]) else { continue }
      holders[number].formUnion(alike.filter { $0[0] == component }.map { $0[1] })
    }
    let signatures = zip(composition.clusters, holders).map { cluster, holders in
      [composition.component[cluster.batch]] + holders.sorted()
    }
    ofCluster = Self.numbered(
      Self.merged(signatures, sizes: composition.clusters.map { Double($0.cells) }))
  }

  /// Returns the groups with enough cells near each cluster.
  private static func holdersByCells(
    _ composition: SharedComposition, _ group: [Int], _ centres: Matrix, _ points: Matrix,
    _ batches: [Int], _ pool: ThreadPool
  ) -> [[Int]] {
    let groups = Set(group.indices.filter { composition.isCompared[$0] }.map { group[$0] }).sorted()
    let place = Dictionary(uniqueKeysWithValues: zip(groups, groups.indices))
    let groupOfBatch = group.map { place[$0] ?? 0 }
    var members = groups.map { _ in [Int]() }
    for (number, cluster) in composition.clusters.enumerated() {
      members[groupOfBatch[cluster.batch]].append(number)
    }
    let ownComponent = groups.indices.map { g in
      groupOfBatch.firstIndex(of: g).map { composition.component[$0] } ?? 0
    }
    // The nearest cluster of each group for each cell, and its squared distance.
    let clusters = members
    let nearest = pool.map(points.rows) { row in
      clusters.map { candidates -> (cluster: Int, square: Double) in
        var best = (cluster: -1, square: Double.infinity)
        for cluster in candidates {
          var square = 0.0
          for c in 0..<points.columns {
            let difference = Double(points[row, c] - centres[cluster, c])
            square += difference * difference
          }
          if square < best.square { best = (cluster, square) }
        }
        return best
      }
    }
    // The distance of a cluster's own cells, and between clusters of one group.
    let count = composition.clusters.count
    var radius = [Double](repeating: 0, count: count)
    var own = [Double](repeating: 0, count: count)
    var total = [Double](repeating: 0, count: groups.count)
    for (row, batch) in batches.enumerated() {
      let group = groupOfBatch[batch]
      let found = nearest[row][group]
      total[group] += 1
      guard found.cluster >= 0 else { continue }
      radius[found.cluster] += found.square
      own[found.cluster] += 1
    }
    for cluster in 0..<count where own[cluster] > 0 { radius[cluster] /= own[cluster] }
    let reach = (0..<count).map { cluster in
      let group = groupOfBatch[composition.clusters[cluster].batch]
      return radius[cluster] + 0.2 * remoteness(cluster, centres, members[group], weights: own)
    }
    var held = [Double](repeating: 0, count: count * groups.count)
    for (row, batch) in batches.enumerated() {
      let group = groupOfBatch[batch]
      for other in groups.indices where other != group && ownComponent[other] == ownComponent[group]
      {
        let found = nearest[row][other]
        guard found.cluster >= 0, found.square <= reach[found.cluster] else {
          continue
        }
        held[found.cluster * groups.count + group] += 1
      }
    }
    return (0..<count).map { cluster in
      let home = groupOfBatch[composition.clusters[cluster].batch]
      let share = own[cluster] / max(1, total[home])
      return groups.indices.filter { group in
        group != home && total[group] > 0
          && held[cluster * groups.count + group] >= max(3, 0.1 * share * total[group])
      }.map { groups[$0] }
    }
  }

  /// Returns the mean squared distance of a cluster from the given others, weighted by their cells.
  private static func remoteness(
    _ cluster: Int, _ centres: Matrix, _ others: [Int], weights: [Double]
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for other in others where other != cluster {
      var square = 0.0
      for c in 0..<centres.columns {
        let difference = Double(centres[cluster, c] - centres[other, c])
        square += difference * difference
      }
      sum += weights[other] * square
      total += weights[other]
    }
    return total > 0 ? sum / total : 0
  }

  /// Replaces rare signatures by the most similar ones with the most cells.
  private static func merged(_ signatures: [[Int]], sizes: [Double]) -> [[Int]] {
    var cells: [[Int]: Double] = [:]
    for (signature, size) in zip(signatures, sizes) { cells[signature, default: 0] += size }
    let order = cells.keys.sorted { left, right in
      let (a, b) = (cells[left] ?? 0, cells[right] ?? 0)
      return a != b ? a > b : left.lexicographicallyPrecedes(right)
    }
    // The first signature of each component is kept, regardless of its size.
    var kept: [[Int]] = []
    for signature in order
    where kept.count < most || !kept.contains(where: { $0[0] == signature[0] }) {
      kept.append(signature)
    }
    let sets = kept.map { Set($0.dropFirst()) }
    return signatures.map { signature in
      if kept.contains(signature) { return signature }
      let own = Set(signature.dropFirst())
      let nearest = kept.indices.filter { kept[$0][0] == signature[0] }.min { a, b in
        let (left, right) = (
          own.symmetricDifference(sets[a]).count, own.symmetricDifference(sets[b]).count
        )
        return (left, a) < (right, b)
      }
      return nearest.map { kept[$0] } ?? signature
    }
  }

  private static func numbered(_ signatures: [[Int]]) -> [Int] {
    let distinct = Array(Set(signatures)).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
    return signatures.map { numbers[$0] ?? 0 }
  }
}
