/// Returns a tight upper bound of the largest singular value of a matrix.
///
/// The bound holds for the given numbers including rounding, and has the same bits on every
/// machine.
///
/// With `G = WᵀW` of the smaller side, `B₀ = G / 2^e` and `B_{j+1} = B_j² / 2^{s_j}`, where the
/// powers of two keep numbers near one without rounding, a symmetric matrix has
///
///     ‖B_j‖₂² = ‖B_j²‖₂ ≤ 2^{s_j} ‖B_{j+1}‖₂ + ‖computed − B_j²‖_F
///     ‖B_last‖₂ ≤ ‖B_last‖_F
///
/// so that square roots carry a bound of the last power back to the first. The excess of the
/// Frobenius norm, at most a factor `√p`, shrinks to its `2^j`-th root. With `u = 2⁻⁵³`, the error
/// of an entry of a product over `k` terms is at most `γ_k = k u / (1 − k u)` times the sum of
/// absolute values, in any order (Higham 2002, <https://doi.org/10.1137/1.9780898718027>, section
/// 3.1). Over all entries, `‖computed − B²‖_F ≤ γ_p ‖B‖_F²` and `‖computed − WᵀW‖_F ≤ γ_q ‖W‖_F²`.
/// The code uses `2 (k + 4) u`, more than twice that, which also covers the sums of squares, and
/// rounds every step up. It uses plain sums in a fixed order: the last bits of the fast kernels
/// depend on the processor. A certificate must be reproducible on another machine.
///
/// The cost is O(q · p² + p³ · squarings), where `p` is the smaller and `q` the larger extent.
///
/// - Parameters:
///   - matrix: The numbers `W`, row-major; `(rows, columns)`.
///   - rows: The number of rows.
///   - columns: The number of columns.
/// - Returns: The bound: 0 for a matrix of zeros; infinite or NaN if a number or its square is.
package func spectralNormBound(of matrix: [Double], rows: Int, columns: Int) -> Double {
  precondition(
    matrix.count == rows * columns, "\(matrix.count) numbers are not \(rows) × \(columns)")
  let isTall = rows >= columns
  let tall = isTall ? matrix : transposed(matrix, rows: rows, columns: columns)
  let (q, p) = isTall ? (rows, columns) : (columns, rows)
  let whole = squaredNormBound(of: tall)
  guard whole > 0, whole.isFinite else { return whole }

  var power = columnProducts(of: tall, rows: q, columns: p)
  /// The divisor of each power, and the rounding error to add back.
  var steps: [(scale: Double, error: Double)] = [
    (takeOutScale(of: &power), up(up(relativeError(terms: q) * whole) + underflow(tall.count * p)))
  ]
  var norm = up(squaredNormBound(of: power).squareRoot())
  for squaring in 0..<maximumSquarings where !isTight(norm, power, size: p, squarings: squaring) {
    power = columnProducts(of: power, rows: p, columns: p)
    let error = up(up(relativeError(terms: p) * up(norm * norm)) + underflow(p * p * p))
    steps.append((takeOutScale(of: &power), error))
    norm = up(squaredNormBound(of: power).squareRoot())
  }
  var bound = norm
  for step in steps.reversed() {
    // Take the root of a square; the last step goes from WᵀW to W.
    bound = up(up(up(bound * step.scale) + step.error).squareRoot())
  }
  return bound
}

/// The maximum number of squarings, after which `√p` is reduced to at most one plus a billionth.
private let maximumSquarings = 34

/// Returns twice the bound of the relative error of a sum of `terms` products, with a margin.
private func relativeError(terms: Int) -> Double { Double(terms + 4) * .ulpOfOne }

/// Returns a bound of the underflow in `count` products.
private func underflow(_ count: Int) -> Double { Double(count) * .leastNormalMagnitude }

private func up(_ value: Double) -> Double { value.nextUp }

/// Returns an upper bound of the sum of squares.
private func squaredNormBound(of values: [Double]) -> Double {
  let values = values.span
  var sum = 0.0
  for k in values.indices { sum += values[k] * values[k] }
  // A matrix of zeros has norm zero exactly; squares of other numbers may underflow to zero.
  if sum == 0, !values.indices.contains(where: { values[$0] != 0 }) { return 0 }
  return up(up(sum * (1 + relativeError(terms: values.count))) + underflow(values.count))
}

/// Returns whether the bound exceeds the norm of the first power by at most a billionth.
///
/// A matrix without negative eigenvalues has `‖B‖₂ ≥ ‖B‖_F² / trace(B)`. This only decides when to
/// stop, so it need not be exact.
private func isTight(_ norm: Double, _ power: [Double], size p: Int, squarings: Int) -> Bool {
  var trace = 0.0
  for i in 0..<p { trace += power[i * p + i] }
  let excess = trace / norm - 1
  return excess < 1e-9 * Double(1 << (squarings + 1))
}

/// Divides by the power of two that scales the largest number below one, without rounding.
///
/// - Returns: The power of two.
private func takeOutScale(of values: inout [Double]) -> Double {
  var largest = 0.0
  for value in values { largest = max(largest, abs(value)) }
  guard largest > 0, largest.isFinite else { return 1 }
  let scale = Double(sign: .plus, exponent: largest.exponent + 1, significand: 1)
  var span = values.mutableSpan
  for k in span.indices { span[k] /= scale }
  return scale
}

private func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
  var result = [Double](repeating: 0, count: matrix.count)
  for i in 0..<rows {
    for j in 0..<columns { result[j * rows + i] = matrix[i * columns + j] }
  }
  return result
}

/// Returns the dot products of all pairs of columns, `XᵀX`, summed from the first row to the last;
/// `(p, p)`.
private func columnProducts(of x: [Double], rows: Int, columns p: Int) -> [Double] {
  var result = [Double](repeating: 0, count: p * p)
  let x = x.span
  for i in 0..<p {
    // Start at the diagonal, because the matrix is symmetric.
    var sums = [Double](repeating: 0, count: p - i)
    var part = sums.mutableSpan
    for row in 0..<rows {
      let values = x.extracting(row * p + i..<(row + 1) * p)
      let factor = values[0]
      if factor == 0 { continue }
      for j in part.indices { part[j] += factor * values[j] }
    }
    for (j, sum) in sums.enumerated() {
      result[i * p + i + j] = sum
      result[(i + j) * p + i] = sum
    }
  }
  return result
}
