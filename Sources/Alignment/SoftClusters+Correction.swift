internal import Kernels

extension SoftClusters {
  /// Takes each cluster's offsets of the sources out of the original coordinates.
  ///
  /// - Parameters:
  ///   - original: The coordinates `z⁰`, in the order of rows; `(n, d)`.
  ///   - ridge: The penalty in cells, or `nil` for the automatic one.
  ///   - corrected: Where the result goes; `(n, d)`.
  ///   - alignment: Is given the clusters' centres.
  func correct(
    _ original: FloatBuffer, ridge: Double?, into corrected: FloatBuffer,
    alignment: inout Alignment
  ) {
    let (d, count, combinations) = (dimensions, clusterCount, rows.count)
    let sums = weightedSums(of: original)
    let expected = expected()
    let offsets = FloatBuffer(count: combinations * count * d)  // (combinations, K, d)
    var centers = [Float](repeating: 0, count: count * d)
    for k in 0..<count {
      let penalties = design.cellsOfLevel.indices.map { level in
        ridge
          ?? ClusterAlignmentOptions.automaticRidge(
            expected: expected[level * count + k], cells: design.cellsOfLevel[level])
      }
      let weights = (0..<combinations).map { max(0, held[$0 * count + k]) }
      let columns = (0..<combinations).flatMap { c in
        (0..<d).map { Double(sums[c].view[k * d + $0]) }
      }
      let solution = solve(weights: weights, sums: columns, penalties: penalties)
      for j in 0..<d { centers[k * d + j] = Float(solution.intercept[j]) }
      for (c, levels) in design.levels.enumerated() {
        for j in 0..<d {
          offsets.view[(c * count + k) * d + j] = Float(
            levels.reduce(0) { $0 + solution.offsets[$1 * d + j] })
        }
      }
    }
    alignment.centers = centers
    alignment.offsets = offsets.values
    subtract(offsets, from: original, into: corrected)
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
      return RidgeSystem.solve(
        weights: weights, sums: sums, levels: design.levels, penalties: penalties, dimensions: d)
    case (false, false):
      // Populations are one more key, whose offsets are hardly penalized and stay in the cells.
      let levels = zip(design.levels, design.population).map { $0 + [design.levelCount + $1] }
      var solution = RidgeSystem.solve(
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

  /// `Σ_i R_ik z_i` over the cells of each combination; `(K, d)` each.
  private func weightedSums(of coordinates: FloatBuffer) -> [FloatBuffer] {
    let (d, count) = (dimensions, clusterCount)
    let sums = rows.map { _ in FloatBuffer(count: count * d) }
    let (rows, memberships) = (rows, memberships)
    pool.parallel(rows.count) { c in
      let depth = 256
      let panels = FloatBuffer(count: panelSize(k: depth, n: d)).view
      for first in stride(from: rows[c].lowerBound, to: rows[c].upperBound, by: depth) {
        let end = min(first + depth, rows[c].upperBound)
        packPanels(
          coordinates.view[first * d..<end * d], k: end - first, n: d, rowStride: d,
          columnStride: 1, into: panels)
        multiplyPanels(
          memberships.view[first * count..<end * count], m: count, n: d, k: end - first,
          rowStride: 1, columnStride: count, panels: panels, into: sums[c].view, stride: d,
          adding: first > rows[c].lowerBound)
      }
    }
    return sums
  }

  /// `z_i = z⁰_i − Σ_k R_ik offset_k[c(i)]`.
  private func subtract(
    _ offsets: FloatBuffer, from original: FloatBuffer, into corrected: FloatBuffer
  ) {
    let (d, count) = (dimensions, clusterCount)
    let (rows, memberships) = (rows, memberships)
    pool.parallel(rows.count) { c in
      let panels = FloatBuffer(count: panelSize(k: count, n: d)).view
      packPanels(
        offsets.view[c * count * d..<(c + 1) * count * d], k: count, n: d, rowStride: d,
        columnStride: 1, into: panels)
      let range = rows[c].lowerBound * d..<rows[c].upperBound * d
      subtractOffsets(
        panels, memberships.view[rows[c].lowerBound * count..<rows[c].upperBound * count],
        from: original.view[range], into: corrected.view[range], d)
    }
  }
}
