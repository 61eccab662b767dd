/// Eigenvalues and eigenvectors of a symmetric matrix.
package struct Eigenpairs: Sendable {
  /// The eigenvalues, in the requested order; `[count]`.
  package let values: [Double]

  /// The eigenvectors, of unit length, one per row; `(count, n)`.
  package let vectors: [Double]

  /// A flag that is true if every pair reached the requested tolerance.
  package let converged: Bool

  /// Returns eigenvector number `index`; `[n]`.
  package func vector(_ index: Int) -> ArraySlice<Double> {
    let n = vectors.count / max(1, values.count)
    return vectors[index * n..<(index + 1) * n]
  }
}

/// Returns all eigenpairs of a small symmetric matrix, the largest eigenvalue first.
///
/// The method is Householder's reduction to a tridiagonal matrix, followed by QL with implicit
/// shifts, in O(n³). For a few pairs of a large matrix use
/// ``largestEigenpairs(size:count:by:block:tolerance:restarts:seed:pool:applying:)``.
///
/// - Parameters:
///   - matrix: The full matrix; `(n, n)`.
///   - n: The size of the matrix.
/// - Returns: The `n` pairs.
package func symmetricEigenpairs(of matrix: [Double], size n: Int) -> Eigenpairs {
  precondition(matrix.count == n * n, "\(matrix.count) numbers are not \(n) by \(n)")
  let (diagonal, offDiagonal, basis) = tridiagonalized(matrix, size: n)
  var (values, converged) = (diagonal, true)
  var below = offDiagonal
  let vectors = basis
  for l in 0..<n where !diagonalize(from: l, &values, &below, vectors, n) { converged = false }
  let order = (0..<n).sorted { (values[$0], $1) > (values[$1], $0) }
  return Eigenpairs(
    values: order.map { values[$0] },
    vectors: order.flatMap { vectors[$0 * n..<($0 + 1) * n].values }, converged: converged)
}

/// Reduces `matrix = basisᵀ T basis` to a tridiagonal `T`.
private func tridiagonalized(
  _ matrix: [Double], size n: Int
) -> (diagonal: [Double], offDiagonal: [Double], basis: DoubleView) {
  let a = DoubleView(matrix)
  // Reflection k, `I - 2 v vᵀ`, clears row and column k beyond the off-diagonal.
  let reflections = DoubleView.zeros(n * n)
  var offDiagonal = [Double](repeating: 0, count: n)
  for k in 0..<max(0, n - 2) {
    let size = n - k - 1
    let v = reflections[k * n + k + 1..<(k + 1) * n]
    v.copy(from: a[k * n + k + 1..<(k + 1) * n])
    let length = v.dot(v).squareRoot()
    offDiagonal[k] = v[0] > 0 ? -length : length
    v[0] -= offDiagonal[k]
    let norm = v.dot(v).squareRoot()
    guard norm > 0 else { continue }
    v.scale(by: 1 / norm)
    // A ← A - v wᵀ - w vᵀ with p = 2 A v and w = p - (p·v) v.
    let w = DoubleView.zeros(size)
    for i in 0..<size {
      w[i] = 2 * a[(k + 1 + i) * n + k + 1..<(k + 2 + i) * n].dot(v)
    }
    w.add(-w.dot(v), times: v)
    for i in 0..<size {
      let row = a[(k + 1 + i) * n + k + 1..<(k + 2 + i) * n]
      row.add(-v[i], times: w)
      row.add(-w[i], times: v)
    }
  }
  if n >= 2 { offDiagonal[n - 2] = a[(n - 2) * n + n - 1] }

  let basis = DoubleView.zeros(n * n)
  for i in 0..<n { basis[i * n + i] = 1 }
  for k in stride(from: n - 3, through: 0, by: -1) {
    let v = reflections[k * n + k + 1..<(k + 1) * n]
    for i in k + 1..<n {
      let row = basis[i * n + k + 1..<(i + 1) * n]
      row.add(-2 * row.dot(v), times: v)
    }
  }
  return ((0..<n).map { a[$0 * n + $0] }, offDiagonal, basis)
}

/// Finds eigenvalue `l` of the tridiagonal matrix by QL steps, and rotates the basis accordingly.
///
/// Reference: Bowdler, Martin, Reinsch and Wilkinson 1968,
/// <https://doi.org/10.1007/BF02219771>.
///
/// - Returns: `false` if a hundred steps were not enough.
private func diagonalize(
  from l: Int, _ diagonal: inout [Double], _ below: inout [Double], _ vectors: DoubleView,
  _ n: Int
) -> Bool {
  for _ in 0..<100 {
    var m = l
    while m + 1 < n {
      let scale = abs(diagonal[m]) + abs(diagonal[m + 1])
      if abs(below[m]) <= .ulpOfOne * scale || abs(below[m]) < .leastNormalMagnitude { break }
      m += 1
    }
    if m == l { return true }
    // Wilkinson's shift, from the upper 2 × 2 block.
    let half = (diagonal[l + 1] - diagonal[l]) / (2 * below[l])
    let root = (half * half + 1).squareRoot()
    var g = diagonal[m] - diagonal[l] + below[l] / (half < 0 ? half - root : half + root)
    var (sine, cosine, shift) = (1.0, 1.0, 0.0)
    var deflated = false
    for i in stride(from: m - 1, through: l, by: -1) {
      let f = sine * below[i]
      let b = cosine * below[i]
      let length = (f * f + g * g).squareRoot()
      below[i + 1] = length
      if length == 0 {
        diagonal[i + 1] -= shift
        below[m] = 0
        deflated = true
        break
      }
      sine = f / length
      cosine = g / length
      g = diagonal[i + 1] - shift
      let r = (diagonal[i] - g) * sine + 2 * cosine * b
      shift = sine * r
      diagonal[i + 1] = g + shift
      g = cosine * r - b
      vectors[i * n..<(i + 1) * n].rotate(
        with: vectors[(i + 1) * n..<(i + 2) * n], cosine: cosine, sine: sine)
    }
    if deflated { continue }
    diagonal[l] -= shift
    below[l] = g
    below[m] = 0
  }
  return false
}
