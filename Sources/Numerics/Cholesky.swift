/// Replaces the lower triangle of a positive definite matrix with its Cholesky factor, in `O(n³)`.
///
/// - Parameters:
///   - a: The matrix; only the lower triangle is read; `(size, size)`.
///   - size: The number of rows.
package func choleskyFactor(_ a: inout [Double], _ size: Int) {
  for j in 0..<size {
    var pivot = a[j * size + j]
    for p in 0..<j { pivot -= a[j * size + p] * a[j * size + p] }
    // An unknown without a pivot is undetermined; an infinite root makes its solution zero.
    let root = pivot > 1e-12 ? pivot.squareRoot() : .infinity
    a[j * size + j] = root
    for i in (j + 1)..<max(size, j + 1) {
      var sum = a[i * size + j]
      for p in 0..<j { sum -= a[i * size + p] * a[j * size + p] }
      a[i * size + j] = sum / root
    }
  }
}

/// Solves with a Cholesky factor for several right-hand sides, in `O(n² d)`.
///
/// - Parameters:
///   - l: The factor from ``choleskyFactor(_:_:)``; `(size, size)`.
///   - size: The number of rows.
///   - b: The right-hand sides, replaced by the solutions; `(size, d)`.
///   - d: The number of right-hand sides.
package func choleskySolve(_ l: [Double], _ size: Int, _ b: inout [Double], _ d: Int) {
  for i in 0..<size {
    for j in 0..<d {
      var sum = b[i * d + j]
      for p in 0..<i { sum -= l[i * size + p] * b[p * d + j] }
      b[i * d + j] = sum / l[i * size + i]
    }
  }
  for i in stride(from: size - 1, through: 0, by: -1) {
    for j in 0..<d {
      var sum = b[i * d + j]
      for p in (i + 1)..<max(size, i + 1) { sum -= l[p * size + i] * b[p * d + j] }
      b[i * d + j] = sum / l[i * size + i]
    }
  }
}
