internal import Numerics

/// The memberships of each level in clusters, and those expected if batches were mixed.
///
/// All of it is by cluster, so threads take some clusters each, and add up in one order.
struct ClusterBalance: Sendable {
  let design: BatchDesign
  let clusterCount: Int

  /// The factor of each key.
  let theta: [Double]

  let pool: ThreadPool

  /// The clusters that a thread takes at a time, where there are many levels.
  private static let clustersPerShard = 8

  /// The levels and combinations, times clusters, under which threads are not worth the wait.
  private static let serialLimit = 1 << 14

  /// The mass of each level in each cluster if the cells of every population were mixed, `E`;
  /// `(L, K)`.
  func expected(held: [Double]) -> [Double] {
    let result = DoubleView.zeros(design.levelCount * clusterCount)
    forEachShard { addExpected($0, held: held, to: result) }
    return result.values
  }

  /// The log of the factor that diversity puts on each membership of each combination;
  /// `(combinations, K)`.
  func logFactorsOfCombinations(held: [Double]) -> [Float] {
    let result = FloatView.zeros(design.levels.count * clusterCount)
    let factors = logFactors(held: held).factors
    forEachShard { clusters in
      for (c, levels) in design.levels.enumerated() {
        for k in clusters {
          var sum = 0.0
          for level in levels { sum += factors[level * clusterCount + k] }
          result[c * clusterCount + k] = Float(sum)
        }
      }
    }
    return result.values
  }

  /// `Σ theta O log((O + 1) / (E + 1))` over all levels.
  func diversity(held: [Double]) -> Double {
    let (factors, observed) = logFactors(held: held)
    return (0..<observed.count).reduce(0) { $0 - observed[$1] * factors[$1] }
  }

  /// The log of the factor of each level, and what each cluster holds of it, `O`; `(L, K)`.
  private func logFactors(held: [Double]) -> (factors: DoubleView, observed: DoubleView) {
    let count = design.levelCount * clusterCount
    let (observed, expected) = (DoubleView.zeros(count), DoubleView.zeros(count))
    let factors = DoubleView.zeros(count)
    forEachShard { clusters in
      for (c, levels) in design.levels.enumerated() {
        for level in levels {
          for k in clusters {
            observed[level * clusterCount + k] += held[c * clusterCount + k]
          }
        }
      }
      addExpected(clusters, held: held, to: expected)
      for level in 0..<design.levelCount {
        let theta = theta[design.keyOfLevel[level]]
        for k in clusters {
          let index = level * clusterCount + k
          // Taking cells out of the sums can leave a rounding error below zero.
          factors[index] =
            theta * logarithm((max(0, expected[index]) + 1) / (max(0, observed[index]) + 1))
        }
      }
    }
    return (factors, observed)
  }

  /// Adds what some clusters would hold to zeros.
  private func addExpected(_ clusters: Range<Int>, held: [Double], to expected: DoubleView) {
    let levels = design.levelCount
    let populations = design.shares.count / max(1, levels)
    let width = clusters.count
    var ofPopulation = [Double](repeating: 0, count: populations * width)
    for (c, population) in design.population.enumerated() {
      for (j, k) in clusters.enumerated() {
        ofPopulation[population * width + j] += held[c * clusterCount + k]
      }
    }
    for population in 0..<populations {
      for level in 0..<levels {
        let share = design.shares[population * levels + level]
        guard share > 0 else { continue }
        for (j, k) in clusters.enumerated() {
          expected[level * clusterCount + k] += share * ofPopulation[population * width + j]
        }
      }
    }
  }

  /// Goes over the clusters, some a thread.
  private func forEachShard(_ visit: @Sendable (Range<Int>) -> Void) {
    let work = max(design.levels.count, design.levelCount) * clusterCount
    let size = work < Self.serialLimit ? clusterCount : Self.clustersPerShard
    let shards = fixedShards(of: clusterCount, size: max(1, size))
    pool.parallel(shards.count) { visit(shards[$0]) }
  }
}
