internal import Numerics

/// A weighted ridge regression for the offsets of batches in one cluster.
///
/// Minimizes `Σ_i r_i |z_i − b_0 − Σ_l b_l|² + Σ_l lambda_l |b_l|²` over the levels `l`
/// of each cell: the intercept `b_0` is not penalized.
enum RidgeSystem {
  /// Solves for one batch key, where each cell has one level: an arrow matrix, in `O(L d)`.
  ///
  /// - Parameters:
  ///   - weights: The weight of the cells of each level, `Σ_{i∈l} r_i`; `(L)`.
  ///   - sums: The weighted sums of their coordinates, `Σ_{i∈l} r_i z_i`; `(L, d)`.
  ///   - penalties: The penalty of each level, above 0; `(L)`.
  ///   - d: The number of coordinates.
  /// - Returns: The intercept `(d)` and the offsets `(L, d)`.
  static func solveArrow(
    weights: [Double], sums: [Double], penalties: [Double], dimensions d: Int
  ) -> (intercept: [Double], offsets: [Double]) {
    // From each level's row, b_l = (sum_l − weight_l b_0) / (weight_l + lambda_l). Substitute it
    // into the intercept's row: each level then enters with the share that its penalty leaves
    // unexplained.
    var intercept = [Double](repeating: 0, count: d)
    var total = 0.0
    for l in weights.indices where weights[l] > 0 {
      let held = penalties[l] / (weights[l] + penalties[l])
      total += weights[l] * held
      for j in 0..<d { intercept[j] += sums[l * d + j] * held }
    }
    if total > 0 { for j in 0..<d { intercept[j] /= total } }
    var offsets = [Double](repeating: 0, count: sums.count)
    for l in weights.indices where weights[l] > 0 {
      for j in 0..<d {
        offsets[l * d + j] =
          (sums[l * d + j] - weights[l] * intercept[j]) / (weights[l] + penalties[l])
      }
    }
    return (intercept, offsets)
  }

  /// Solves for one batch key at matched composition, with one mean per population.
  ///
  /// Minimizes `Σ_i r_i |z_i − mu_c − b_l|² + Σ_l lambda_l |b_l|²` over the populations `c` and the
  /// levels `l` of the cells. A population of only one level is explained by `mu` and does not
  /// change offsets. The levels are eliminated, so the cost is `O(L C² + C³)` for `C` populations.
  ///
  /// - Parameters:
  ///   - weights: The weight of the cells of each level and population; `(L, C)`.
  ///   - sums: The weighted sums of their coordinates; `(L, C, d)`.
  ///   - penalties: The penalty of each level, above 0; `(L)`.
  ///   - populations: The number of populations, `C`.
  ///   - d: The number of coordinates.
  /// - Returns: The mean of the coordinates minus the offsets `(d)`, and the offsets `(L, d)`.
  static func solveMatched(
    weights: [Double], sums: [Double], penalties: [Double], populations: Int, dimensions d: Int
  ) -> (intercept: [Double], offsets: [Double]) {
    let levels = penalties.count
    let used = (0..<populations).filter { c in
      (0..<levels).contains { weights[$0 * populations + c] > 1e-6 }
    }
    let size = used.count
    var a = [Double](repeating: 0, count: size * size)
    var b = [Double](repeating: 0, count: size * d)
    var levelWeights = [Double](repeating: 0, count: levels)
    var levelSums = [Double](repeating: 0, count: levels * d)
    var own = [Double](repeating: 0, count: size)
    for l in 0..<levels {
      for (p, c) in used.enumerated() {
        own[p] = weights[l * populations + c]
        levelWeights[l] += own[p]
        for j in 0..<d { levelSums[l * d + j] += sums[(l * populations + c) * d + j] }
      }
      let held = 1 / (levelWeights[l] + penalties[l])
      for (p, c) in used.enumerated() where own[p] > 0 {
        a[p * size + p] += own[p]
        for q in 0...p { a[p * size + q] -= own[p] * own[q] * held }
        for j in 0..<d {
          b[p * d + j] += sums[(l * populations + c) * d + j] - own[p] * held * levelSums[l * d + j]
        }
      }
    }
    for p in 0..<size { a[p * size + p] += 1e-9 }
    choleskyFactor(&a, size)
    choleskySolve(a, size, &b, d)
    var offsets = [Double](repeating: 0, count: levels * d)
    var intercept = [Double](repeating: 0, count: d)
    let total = levelWeights.reduce(0, +)
    for l in 0..<levels where levelWeights[l] > 0 {
      for j in 0..<d {
        var rest = levelSums[l * d + j]
        for (p, c) in used.enumerated() { rest -= weights[l * populations + c] * b[p * d + j] }
        let offset = rest / (levelWeights[l] + penalties[l])
        offsets[l * d + j] = offset
        intercept[j] += (levelSums[l * d + j] - levelWeights[l] * offset) / total
      }
    }
    return (intercept, offsets)
  }

  /// The number of levels up to which several keys are solved for as one dense system.
  static let denseLevels = 256

  /// Solves for any number of keys: as one dense system, or, of many levels, by blocks.
  ///
  /// The parameters are those of ``solve(weights:sums:levels:penalties:dimensions:)``.
  static func solveKeys(
    weights: [Double], sums: [Double], levels: [[Int]], penalties: [Double], dimensions d: Int
  ) -> (intercept: [Double], offsets: [Double]) {
    let method = penalties.count > denseLevels ? solveBlocks : solve
    return method(weights, sums, levels, penalties, d)
  }

  /// Solves for any number of keys, those of the longest eliminated first, in `O(C k² + m³ + m² d)`.
  ///
  /// No two levels of one key meet in a cell, so the block of the key with most levels is diagonal. It
  /// is eliminated; what is left is a system of the other `m` levels and the intercept. `C` is the
  /// number of combinations and `k` that of others which a level meets. The parameters are those
  /// of ``solve(weights:sums:levels:penalties:dimensions:)``, the levels of a combination one a key.
  static func solveBlocks(
    weights: [Double], sums: [Double], levels: [[Int]], penalties: [Double], dimensions d: Int
  ) -> (intercept: [Double], offsets: [Double]) {
    let keys = levels.first?.count ?? 0
    let longest = (0..<keys).max { a, b in
      Set(levels.map { $0[a] }).count < Set(levels.map { $0[b] }).count
    }
    guard let longest else {
      return solve(
        weights: weights, sums: sums, levels: levels, penalties: penalties, dimensions: d)
    }
    // The others by their new numbers; the intercept is the last.
    var number = [Int](repeating: 0, count: penalties.count)
    for combination in levels { number[combination[longest]] = -1 }
    var others: [Int] = []
    for level in number.indices where number[level] == 0 {
      number[level] = others.count
      others.append(level)
    }
    let size = others.count + 1
    var combinationsOf = [[Int]](repeating: [], count: penalties.count)
    for (c, combination) in levels.enumerated() { combinationsOf[combination[longest]].append(c) }
    func members(_ c: Int) -> [Int] {
      levels[c].indices.filter { $0 != longest }.map { number[levels[c][$0]] } + [size - 1]
    }

    var a = [Double](repeating: 0, count: size * size)
    var b = [Double](repeating: 0, count: size * d)
    for (p, level) in others.enumerated() { a[p * size + p] += penalties[level] }
    var met = [Double](repeating: 0, count: size)  // of one level, the weight that it shares
    var own: [(level: Int, pivot: Double, met: [(place: Int, weight: Double)], sum: [Double])] = []
    for (level, combinations) in combinationsOf.enumerated() where !combinations.isEmpty {
      var pivot = penalties[level]
      var sum = [Double](repeating: 0, count: d)
      var places: [Int] = []
      for c in combinations {
        pivot += weights[c]
        let members = members(c)
        for p in members {
          if met[p] == 0, weights[c] > 0 { places.append(p) }
          met[p] += weights[c]
          for q in members where q <= p { a[p * size + q] += weights[c] }
          for j in 0..<d { b[p * d + j] += sums[c * d + j] }
        }
        for j in 0..<d { sum[j] += sums[c * d + j] }
      }
      let row = places.map { (place: $0, weight: met[$0]) }
      for (p, weight) in row {
        for (q, other) in row where q <= p { a[p * size + q] -= weight * other / pivot }
        for j in 0..<d { b[p * d + j] -= weight * sum[j] / pivot }
        met[p] = 0
      }
      own.append((level, pivot, row, sum))
    }
    choleskyFactor(&a, size)
    choleskySolve(a, size, &b, d)
    var offsets = [Double](repeating: 0, count: penalties.count * d)
    for (p, level) in others.enumerated() {
      for j in 0..<d { offsets[level * d + j] = b[p * d + j] }
    }
    for (level, pivot, row, sum) in own {
      for j in 0..<d {
        let rest = row.reduce(sum[j]) { $0 - $1.weight * b[$1.place * d + j] }
        offsets[level * d + j] = rest / pivot
      }
    }
    return (Array(b[(size - 1) * d..<size * d]), offsets)
  }
  /// Solves for any number of keys by Cholesky factorization, in `O(L³ + L² d)`.
  ///
  /// - Parameters:
  ///   - weights: The weight of the cells of each combination; `(combinations)`.
  ///   - sums: The weighted sums of their coordinates; `(combinations, d)`.
  ///   - levels: The levels of each combination.
  ///   - penalties: The penalty of each level, above 0; `(L)`.
  ///   - d: The number of coordinates.
  /// - Returns: The intercept `(d)` and the offsets of the levels `(L, d)`.
  static func solve(
    weights: [Double], sums: [Double], levels: [[Int]], penalties: [Double], dimensions d: Int
  ) -> (intercept: [Double], offsets: [Double]) {
    let size = penalties.count + 1  // the intercept is last, where it causes no fill-in
    var a = [Double](repeating: 0, count: size * size)
    var b = [Double](repeating: 0, count: size * d)
    for (c, combination) in levels.enumerated() {
      let members = combination + [size - 1]
      for p in members {
        for q in members { a[p * size + q] += weights[c] }
        for j in 0..<d { b[p * d + j] += sums[c * d + j] }
      }
    }
    for l in penalties.indices { a[l * size + l] += penalties[l] }
    choleskyFactor(&a, size)
    choleskySolve(a, size, &b, d)
    return (Array(b[(size - 1) * d..<size * d]), Array(b[..<((size - 1) * d)]))
  }
}
