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

  /// The sums of covariates; `nil` without covariates.
  let covariates: CovariateSums?

  /// Solves for one cluster.
  ///
  /// - Parameters:
  ///   - k: The cluster.
  ///   - centers: Where the cluster's centre goes; `(K, d)`.
  ///   - offsets: Where its offsets go; `(places, K, d)`.
  ///   - effects: Where the effects of its covariates go; `(q, K, d)`.
  func solve(
    cluster k: Int, center centers: FloatView, offsets: FloatView, effects: FloatView
  ) {
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
    if let covariates {
      let found = solve(
        covariates, cluster: k, weights: weights, sums: columns, penalties: penalties)
      columns = found.rest
      for a in 0..<covariates.count {
        for j in 0..<d { effects[(a * count + k) * d + j] = Float(found.effects[a * d + j]) }
      }
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

  /// Solves for the effects of covariates in one cluster, given one intercept and the batches.
  ///
  /// Populations have no means of their own here: found from uncorrected expression, they may differ
  /// in the covariate itself. With the design `M` of batches and `X` of covariates, the batches are
  /// eliminated: `(XᵀX + lambda − XᵀM A⁻¹ MᵀX) B = Xᵀz − XᵀM A⁻¹ Mᵀz`, where `A = MᵀM + penalties`.
  ///
  /// - Parameters:
  ///   - covariates: The sums of the covariates.
  ///   - k: The cluster.
  ///   - weights: The weight of each combination; `(combinations)`.
  ///   - sums: The weighted sums of the coordinates; `(combinations, d)`.
  ///   - penalties: The penalty of each level.
  /// - Returns: The effects `(q, d)`, and the sums without them `(combinations, d)`.
  private func solve(
    _ covariates: CovariateSums, cluster k: Int, weights: [Double], sums: [Double],
    penalties: [Double]
  ) -> (effects: [Double], rest: [Double]) {
    let (d, q, combinations) = (dimensions, covariates.count, weights.count)
    let width = d + q
    // The covariates are further coordinates, on which the batches have offsets as well.
    var extended: [Double] = []
    extended.reserveCapacity(combinations * width)
    for c in 0..<combinations {
      extended += sums[c * d..<(c + 1) * d]
      for a in 0..<q {
        extended.append(Double(covariates.sums[(c * clusterCount + k) * q + a]))
      }
    }
    let batches =
      design.keyCount == 1
      ? RidgeSystem.solveArrow(
        weights: byLevel(weights, width: 1), sums: byLevel(extended, width: width),
        penalties: penalties, dimensions: width)
      : RidgeSystem.solveKeys(
        weights: weights, sums: extended, levels: design.levels, penalties: penalties,
        dimensions: width)
    var a = covariates.products(ofCluster: k, width: q)
    var b = covariates.crossed(ofCluster: k, width: d)
    for p in 0..<q { a[p * q + p] += ridge ?? CovariateSums.automaticRidge }
    for (c, levels) in design.levels.enumerated() {
      let fit = (0..<width).map { j in
        levels.reduce(batches.intercept[j]) { $0 + batches.offsets[$1 * width + j] }
      }
      for p in 0..<q {
        let x = extended[c * width + d + p]
        for r in 0...p { a[p * q + r] -= x * fit[d + r] }
        for j in 0..<d { b[p * d + j] -= x * fit[j] }
      }
    }
    choleskyFactor(&a, q)
    choleskySolve(a, q, &b, d)
    var rest = sums
    for c in 0..<combinations {
      for p in 0..<q {
        let x = extended[c * width + d + p]
        for j in 0..<d { rest[c * d + j] -= x * b[p * d + j] }
      }
    }
    return (b, rest)
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
