/// The order of eigenvalues that defines the largest ones.
package enum EigenvalueOrder: Sendable {
  /// The order by value.
  case value

  /// The order by absolute value; the pairs found are still listed by value.
  case magnitude
}

/// Finds the largest eigenpairs of a large symmetric matrix that is known only by its products.
///
/// The method is block Lanczos with full orthogonalization and thick restarts (Wu and Simon 2000,
/// <https://doi.org/10.1137/S0895479898334605>). The space spanned by a random block and its
/// products grows to about 2.5 `count` vectors, is reduced to the best directions, and grows again.
/// A product with one vector costs the price of `product` plus O(n · `count`). Matrices not much
/// larger than the space are solved directly.
///
/// - Parameters:
///   - n: The size of the matrix.
///   - count: The number of pairs to find; at most `n`.
///   - order: The order that defines the largest. The default is by value.
///   - block: The number of vectors per call of `product`. The default is 1; an eigenvalue of
///     higher multiplicity may be missed.
///   - tolerance: The largest `‖A v - λ v‖`, relative to the largest `|λ|`. The default is 1e-10.
///   - restarts: The maximum number of restarts. The default is 300.
///   - seed: The seed of the first block. The default is 0.
///   - pool: The threads to use; the result does not depend on their number.
///   - product: Multiplies the rows of `(b, n)` by the matrix, `b ≤ block`.
/// - Returns: The pairs, the largest value first.
package func largestEigenpairs(
  size n: Int, count: Int, by order: EigenvalueOrder = .value, block: Int = 1,
  tolerance: Double = 1e-10, restarts: Int = 300, seed: UInt64 = 0, pool: ThreadPool,
  applying product: (_ vectors: DoubleView, _ count: Int, _ products: DoubleView) -> Void
) -> Eigenpairs {
  precondition(count >= 0 && count <= n, "a matrix of size \(n) has no \(count) eigenpairs")
  precondition(block >= 1, "a block has at least 1 vector, not \(block)")
  let capacity = 2 * count + max(count / 2, 4 * block) + 16
  if capacity + block >= n {
    return wholeSpectrum(size: n, count: count, by: order, block: block, applying: product)
  }
  var space = KrylovSpace(size: n, capacity: capacity, block: block, seed: seed, pool: pool)
  for round in 0...restarts {
    space.grow(applying: product)
    let ritz = symmetricEigenpairs(of: space.projection, size: space.count)
    let ranks = ranked(ritz.values, by: order)
    let scale = abs(ritz.values[ranks[0]]).nextUp
    let wanted = ranks.prefix(count)
    let converged = wanted.allSatisfy {
      space.residual(of: ritz.vector($0)) <= tolerance * scale
    }
    if converged || round == restarts {
      let chosen = wanted.sorted()
      let vectors = space.combinations(chosen.map { ritz.vector($0) })
      return Eigenpairs(
        values: chosen.map { ritz.values[$0] }, vectors: vectors, converged: converged)
    }
    let kept = ranks.prefix(count + (space.count - count) / 3).sorted()
    space.restart(
      with: kept.map { ritz.vector($0) }, values: kept.map { ritz.values[$0] })
  }
  preconditionFailure("the last round returns")
}

/// Returns the positions of the eigenvalues, the most wanted first.
private func ranked(_ values: [Double], by order: EigenvalueOrder) -> [Int] {
  switch order {
  case .value: values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
  case .magnitude: values.indices.sorted { (abs(values[$0]), $1) > (abs(values[$1]), $0) }
  }
}

/// Finds the pairs from the full matrix, built by products with unit vectors.
private func wholeSpectrum(
  size n: Int, count: Int, by order: EigenvalueOrder, block: Int,
  applying product: (_ vectors: DoubleView, _ count: Int, _ products: DoubleView) -> Void
) -> Eigenpairs {
  var matrix = [Double](repeating: 0, count: n * n)
  for range in fixedShards(of: n, size: block) {
    let units = DoubleView.zeros(range.count * n)
    let columns = DoubleView.zeros(range.count * n)
    for (i, row) in range.enumerated() { units[i * n + row] = 1 }
    product(units, range.count, columns)
    matrix.replaceSubrange(range.lowerBound * n..<range.upperBound * n, with: columns.values)
  }
  for i in 0..<n {
    for j in 0..<i {
      let mean = (matrix[i * n + j] + matrix[j * n + i]) / 2
      matrix[i * n + j] = mean
      matrix[j * n + i] = mean
    }
  }
  let all = symmetricEigenpairs(of: matrix, size: n)
  let chosen = ranked(all.values, by: order).prefix(count).sorted()
  return Eigenpairs(
    values: chosen.map { all.values[$0] }, vectors: chosen.flatMap { all.vector($0) },
    converged: all.converged)
}
