internal import Numerics

/// Returns the coordinates of cells along their first principal components.
///
/// For few cells they are computed from the dot products of all pairs of cells: eigenvectors of
/// that matrix times the square roots of the eigenvalues.
///
/// - Parameters:
///   - x: The cells, centred; `(n, genes)`.
///   - count: The number of components, less than `n`.
///   - seed: The seed of the search.
///   - pool: The threads to use.
/// - Returns: The coordinates; `(n, count)`.
func principalCoordinates(of x: Matrix, count: Int, seed: UInt64, pool: ThreadPool) -> Matrix {
  let n = x.rows
  guard n < 600, n < x.columns else {
    let basis = principalComponents(
      of: x, count: count, seed: seed, tolerance: tolerance, pool: pool)
    return basis.coordinates(of: x, pool: pool)
  }
  var products = Matrix(rows: n, columns: n)
  multiply(x, x, into: &products, right: .transposed, pool: pool)
  let gram = DoubleView(products.values.map(Double.init))
  let pairs = largestEigenpairs(
    size: n, count: count, block: 16, tolerance: tolerance, restarts: 20, seed: seed, pool: pool
  ) { vectors, block, out in
    multiplyDoubles(
      vectors, m: block, n: n, k: n, rowStride: n, columnStride: 1, gram, bStride: n, into: out,
      cStride: n)
  }
  var coordinates = Matrix(rows: n, columns: count)
  for c in 0..<count {
    let length = max(0, pairs.values[c]).squareRoot()
    for (i, value) in pairs.vector(c).enumerated() { coordinates[i, c] = Float(length * value) }
  }
  return coordinates
}

/// The residual of eigenpairs, small enough not to affect clusters.
private let tolerance = 1e-3
