/// Finds the first principal components of sparse rows, most of whose values are zero.
///
/// The method is that of ``principalComponents(of:count:seed:tolerance:pool:)``. The rows are not
/// centred one by one: `(x - mean)·v` is `x·v - mean·v`, so that a product costs O(nonzeros · d).
///
/// - Parameters:
///   - x: The cells; `(n, f)`, finite.
///   - columns: The number of columns, `f`.
///   - count: The number of components; fewer if `n - 1` or `f` is smaller. The default is 30.
///   - seed: The seed of the first block. The default is 0.
///   - tolerance: The residual of an eigenpair that ends the search, relative to the largest
///     eigenvalue. The default is 1e-8.
///   - pool: The threads to use; the result does not depend on their number.
/// - Returns: The components, with the mean and the variances.
package func principalComponents(
  of x: SparseRows, columns: Int, count: Int = 30, seed: UInt64 = 0, tolerance: Double = 1e-8,
  pool: ThreadPool
) -> PrincipalComponents {
  // The number of sums and the rows of each are fixed, independent of the number of threads.
  let shards = fixedShards(of: x.rows, size: max(32, (x.rows + 15) / 16)).map { x.rows($0) }
  let (mean, total) = moments(of: shards, rows: x.rows, columns: columns, pool: pool)
  return principalComponents(
    rows: x.rows, mean: mean, totalSquares: total, count: count, seed: seed,
    tolerance: tolerance, pool: pool
  ) { vectors, block, products in
    multiplyByScatter(vectors, block, of: shards, around: mean, into: products, pool: pool)
  }
}

extension PrincipalComponents {
  /// Returns the coordinates of sparse rows.
  ///
  /// - Parameters:
  ///   - x: The cells; `(n, f)`.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates; `(n, d)`.
  package func coordinates(of x: SparseRows, pool: ThreadPool) -> Matrix {
    let d = components.rows
    let (weight, origin) = transposed(components, around: mean)
    let out = FloatView.zeros(x.rows * d)
    let blocks = fixedShards(of: x.rows, size: 256)
    pool.parallel(blocks.count) {
      sparseProduct(blocks[$0], of: x, weight: weight, width: d, bias: origin, into: out)
    }
    return Matrix(rows: x.rows, columns: d, values: out.values)
  }
}

/// Returns vectors as columns, `(f, d)`, and the coordinates of a row of zeros, `-mean·v`; `(d)`.
private func transposed(
  _ vectors: Matrix, around mean: [Float]
) -> (weight: FloatView, origin: FloatView) {
  let (d, f) = (vectors.rows, vectors.columns)
  let weight = FloatView.zeros(f * d)
  let origin = FloatView.zeros(d)
  for c in 0..<d {
    var sum = 0.0
    for j in 0..<f {
      weight[j * d + c] = vectors[c, j]
      sum -= Double(mean[j]) * Double(vectors[c, j])
    }
    origin[c] = Float(sum)
  }
  return (weight, origin)
}

/// Returns the mean of every column, and the sum of the squared distances of all rows from it.
private func moments(
  of shards: [SparseRows], rows: Int, columns: Int, pool: ThreadPool
) -> (mean: [Float], total: Double) {
  let sums = pool.map(shards.count) { shard in
    var sums = [Double](repeating: 0, count: columns)
    var square = 0.0
    for (column, value) in zip(shards[shard].columns, shards[shard].values) {
      sums[Int(column)] += Double(value)
      square += Double(value) * Double(value)
    }
    return (sums, square)
  }
  let count = Double(max(1, rows))
  var total = sums.reduce(0) { $0 + $1.1 }
  let mean = (0..<columns).map { column in
    let mean = sums.reduce(0) { $0 + $1.0[column] } / count
    total -= count * mean * mean
    return Float(mean)
  }
  return (mean, max(0, total))
}

/// Computes `products = vectors Xᵀ X` with the rows of `X` centred; both `(block, f)`.
private func multiplyByScatter(
  _ vectors: DoubleView, _ block: Int, of shards: [SparseRows], around mean: [Float],
  into products: DoubleView, pool: ThreadPool
) {
  let f = mean.count
  let single = Matrix(rows: block, columns: f, values: (0..<block * f).map { Float(vectors[$0]) })
  let (weight, origin) = transposed(single, around: mean)
  let sums = pool.map(shards.count) { shard in
    let rows = shards[shard].rows
    let along = FloatView.zeros(rows * block)
    let part = FloatView.zeros(f * block)
    sparseProduct(
      0..<rows, of: shards[shard], weight: weight, width: block, bias: origin, into: along)
    sparseGradient(0..<f, of: shards[shard], dout: along, width: block, into: part)
    var totals = [Double](repeating: 0, count: block)
    for i in 0..<rows { for c in 0..<block { totals[c] += Double(along[i * block + c]) } }
    return (part.values, totals)
  }
  for i in 0..<block {
    let total = sums.reduce(0.0) { $0 + $1.1[i] }
    let out = products[i * f..<(i + 1) * f]
    for j in 0..<f {
      out[j] = sums.reduce(-total * Double(mean[j])) { $0 + Double($1.0[j * block + i]) }
    }
  }
}
