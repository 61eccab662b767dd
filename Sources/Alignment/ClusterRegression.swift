internal import Numerics

/// The regression of each cluster: what its offsets are found from.
struct ClusterRegression: Sendable {
  let design: BatchDesign
  let clusterCount: Int
  let dimensions: Int

  /// The penalty in cells, or `nil` for the automatic one.
  let ridge: Double?

  /// The memberships of each combination's cells in each cluster, added up; `(combinations, K)`.
  let held: [Double]

  /// The memberships of each level that a cluster would have if the cells of every population were mixed; `(L, K)`.
  let expected: [Double]

  /// `Σ_i R_ik z_i` over the cells of each combination; `(combinations, K, d)`.
  let sums: FloatView

  /// Solves for one cluster.
  ///
  /// - Parameters:
  ///   - k: The cluster.
  ///   - centers: Where the cluster's centre goes; `(K, d)`.
  ///   - offsets: Where its offsets go; `(places, K, d)`.
  func solve(cluster k: Int, center centers: FloatView, offsets: FloatView) {
    let (d, count, combinations) = (dimensions, clusterCount, design.levels.count)
    let penalties = design.cellsOfLevel.indices.map { level in
      ridge
        ?? ClusterAlignmentOptions.automaticRidge(
          expected: expected[level * count + k], cells: design.cellsOfLevel[level])
    }
    let weights = (0..<combinations).map { max(0, held[$0 * count + k]) }
    var columns: [Double] = []
    columns.reserveCapacity(combinations * d)
    for c in 0..<combinations {
      for j in 0..<d { columns.append(Double(sums[(c * count + k) * d + j])) }
    }
    let solution = solve(weights: weights, sums: columns, penalties: penalties)
    for j in 0..<d { centers[k * d + j] = Float(solution.intercept[j]) }
    for (place, c) in design.firstOfPlace.enumerated() {
      for j in 0..<d {
        offsets[(place * count + k) * d + j] = Float(
          design.levels[c].reduce(0) { $0 + solution.offsets[$1 * d + j] })
      }
    }
  }

  /// Solves for one cluster's offsets: at matched composition where there are several populations.
  private func solve(
    weights: [Double], sums: [Double], penalties: [Double]
  ) -> (intercept: [Double], offsets: [Double]) {
    let (d, populations) = (dimensions, design.populationCount)
    switch (design.keyCount == 1, populations == 1) {
    case (true, true):
      return RidgeSystem.solveArrow(
        weights: byLevel(weights, width: 1), sums: byLevel(sums, width: d), penalties: penalties,
        dimensions: d)
    case (true, false):
      return RidgeSystem.solveMatched(
        weights: byPopulation(weights, width: 1), sums: byPopulation(sums, width: d),
        penalties: penalties, populations: populations, dimensions: d)
    case (false, true):
      return RidgeSystem.solveKeys(
        weights: weights, sums: sums, levels: design.levels, penalties: penalties, dimensions: d)
    case (false, false):
      // Populations are one more key, whose offsets are hardly penalized and stay in the cells.
      let levels = zip(design.levels, design.population).map { $0 + [design.levelCount + $1] }
      var solution = RidgeSystem.solveKeys(
        weights: weights, sums: sums, levels: levels,
        penalties: penalties + Array(repeating: 1e-6, count: populations), dimensions: d)
      let total = max(weights.reduce(0, +), 1e-12)
      for (c, population) in design.population.enumerated() {
        for j in 0..<d {
          solution.intercept[j] +=
            weights[c] / total * solution.offsets[(design.levelCount + population) * d + j]
        }
      }
      return solution
    }
  }

  /// With one key, the values of the combinations by level and population.
  private func byPopulation(_ values: [Double], width: Int) -> [Double] {
    let populations = design.populationCount
    var result = [Double](repeating: 0, count: design.levelCount * populations * width)
    for (c, levels) in design.levels.enumerated() {
      let row = levels[0] * populations + design.population[c]
      for j in 0..<width { result[row * width + j] = values[c * width + j] }
    }
    return result
  }

  /// With one key, the values of the combinations in the order of its levels.
  private func byLevel(_ values: [Double], width: Int) -> [Double] {
    var result = [Double](repeating: 0, count: design.levelCount * width)
    for (c, levels) in design.levels.enumerated() {
      for j in 0..<width { result[levels[0] * width + j] += values[c * width + j] }
    }
    return result
  }
}
