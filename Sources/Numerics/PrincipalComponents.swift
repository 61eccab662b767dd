/// The principal components of cells.
///
/// With the rows of `components` as `v_c`, the coordinates of a cell are `(x - mean)·v_c`. Signs
/// are chosen so that the weight of largest magnitude in each component is positive.
package struct PrincipalComponents: Sendable, Equatable {
  /// The mean of every column; `[f]`.
  package let mean: [Float]

  /// The directions, of unit length, in descending order of variance; `(d, f)`.
  package let components: Matrix

  /// The variance along each component, with divisor `n - 1`; `[d]`.
  package let variances: [Double]

  /// The total variance of all columns.
  package let totalVariance: Double

  /// Makes a basis from its parts, such as a stored one.
  package init(mean: [Float], components: Matrix, variances: [Double], totalVariance: Double) {
    precondition(components.columns == mean.count && components.rows == variances.count)
    self.mean = mean
    self.components = components
    self.variances = variances
    self.totalVariance = totalVariance
  }

  /// Returns the coordinates of cells, which may be new cells.
  ///
  /// - Parameters:
  ///   - x: The cells; `(n, f)`.
  ///   - pool: The threads to use.
  /// - Returns: The coordinates; `(n, d)`.
  package func coordinates(of x: Matrix, pool: ThreadPool) -> Matrix {
    precondition(x.columns == mean.count, "expected \(mean.count) columns, not \(x.columns)")
    let d = components.rows
    let panels = FloatView.zeros(panelSize(k: x.columns, n: d))
    let rows = FloatView.zeros(components.values.count)
    rows.copy(from: components.values)
    packPanels(
      rows, k: x.columns, n: d, rowStride: 1, columnStride: x.columns, into: panels)
    let means = mean
    let blocks = fixedShards(of: x.rows, size: rowBlock)
    let products = pool.map(blocks.count) { block in
      let centred = FloatView.zeros(rowBlock * x.columns)
      centre(blocks[block], of: x, by: means, into: centred)
      let out = FloatView.zeros(blocks[block].count * d)
      multiplyPanels(
        centred, m: blocks[block].count, n: d, k: x.columns, rowStride: x.columns,
        columnStride: 1, panels: panels, into: out, stride: d)
      return out.values
    }
    return Matrix(rows: x.rows, columns: d, values: products.flatMap(\.self))
  }
}

/// Finds the first principal components of the rows of `x`.
///
/// The method is block Lanczos on the centred covariance, which is never formed. Each step
/// multiplies sixteen vectors by the centred rows and by their transpose, in single precision,
/// until the components converge. Compared with randomized subspace iteration it keeps all earlier
/// blocks, so it needs fewer steps: about 20 products for 30 components. Each product costs O(n · f
/// · d).
///
/// - Parameters:
///   - x: The cells; `(n, f)`, finite.
///   - count: The number of components; fewer if `n - 1` or `f` is smaller. The default is 30.
///   - seed: The seed of the first block. The default is 0.
///   - tolerance: The residual of an eigenpair that ends the search, relative to the largest
///     eigenvalue. The default is 1e-8; 1e-3 is enough for clustering.
///   - pool: The threads to use; the result does not depend on their number.
/// - Returns: The components, with the mean and the variances.
package func principalComponents(
  of x: Matrix, count: Int = 30, seed: UInt64 = 0, tolerance: Double = 1e-8, pool: ThreadPool
) -> PrincipalComponents {
  let mean = columnMeans(of: x, pool: pool)
  return principalComponents(
    rows: x.rows, mean: mean, totalSquares: totalSquares(of: x, around: mean, pool: pool),
    count: count, seed: seed, tolerance: tolerance, pool: pool
  ) { vectors, block, products in
    multiplyByScatter(vectors, block, of: x, around: mean, into: products, pool: pool)
  }
}

/// Finds the first principal components from products with the centred scatter matrix.
///
/// - Parameters:
///   - rows: The number of cells.
///   - mean: The mean of every column; `[f]`.
///   - total: The sum of the squared distances of the cells from the mean.
///   - count: The number of components; fewer if `rows - 1` or `f` is smaller.
///   - seed: The seed of the first block.
///   - tolerance: The residual of an eigenpair that ends the search, relative to the largest
///     eigenvalue.
///   - pool: The threads to use.
///   - multiply: Multiplies vectors, as many as its second argument says, by the matrix.
/// - Returns: The components, with the mean and the variances.
func principalComponents(
  rows: Int, mean: [Float], totalSquares total: Double, count: Int, seed: UInt64,
  tolerance: Double, pool: ThreadPool, multiply: (DoubleView, Int, DoubleView) -> Void
) -> PrincipalComponents {
  let count = max(0, min(count, mean.count, rows - 1))
  let scale = 1 / Double(max(1, rows - 1))
  let pairs = largestEigenpairs(
    size: mean.count, count: count, block: 16, tolerance: tolerance, restarts: 20, seed: seed,
    pool: pool, applying: multiply)
  var components = Matrix(rows: count, columns: mean.count, values: pairs.vectors.map(Float.init))
  for row in 0..<count {
    let range = components.range(ofRow: row)
    let largest = components.values[range].max { abs($0) < abs($1) } ?? 0
    if largest < 0 { for i in range { components.values[i].negate() } }
  }
  return PrincipalComponents(
    mean: mean, components: components, variances: pairs.values.map { max(0, $0) * scale },
    totalVariance: total * scale)
}

/// Returns the mean of every column, summed in double precision; `[x.columns]`.
package func columnMeans(of x: Matrix, pool: ThreadPool) -> [Float] {
  let blocks = fixedShards(of: x.rows, size: 1024)
  let sums = pool.map(blocks.count) { block in
    var sums = [Double](repeating: 0, count: x.columns)
    for i in blocks[block] {
      let row = x.values.span.extracting(x.range(ofRow: i))
      for j in row.indices { sums[j] += Double(row[j]) }
    }
    return sums
  }
  var total = [Double](repeating: 0, count: x.columns)
  for part in sums { for j in total.indices { total[j] += part[j] } }
  return total.map { Float($0 / Double(max(1, x.rows))) }
}

/// The number of rows in a block: 32 rows of 2,000 columns fit into the second-level cache.
private let rowBlock = 32

/// Copies rows minus the mean to the start of `out`.
private func centre(_ rows: Range<Int>, of x: Matrix, by mean: [Float], into out: FloatView) {
  let mean = mean.span
  for (i, row) in rows.enumerated() {
    let row = x.values.span.extracting(x.range(ofRow: row))
    var centred = unsafe UnsafeMutableBufferPointer(
      start: out[i * x.columns..<(i + 1) * x.columns].base, count: x.columns
    ).mutableSpan
    for j in row.indices { centred[j] = row[j] - mean[j] }
  }
}

/// Returns the sum of the squared distances of rows from the mean.
private func totalSquares(of x: Matrix, around mean: [Float], pool: ThreadPool) -> Double {
  let blocks = fixedShards(of: x.rows, size: rowBlock)
  return pool.map(blocks.count) { block in
    let centred = FloatView.zeros(blocks[block].count * x.columns)
    centre(blocks[block], of: x, by: mean, into: centred)
    return sumOfSquares(centred)
  }.reduce(0, +)
}

/// Computes `products = vectors Xᵀ X` with the rows of `X` centred; both `(block, f)`.
private func multiplyByScatter(
  _ vectors: DoubleView, _ block: Int, of x: Matrix, around mean: [Float],
  into products: DoubleView, pool: ThreadPool
) {
  let f = x.columns
  let panels = FloatView.zeros(panelSize(k: f, n: block))
  let single = FloatView.zeros(block * f)
  for i in 0..<block * f { single[i] = Float(vectors[i]) }
  packPanels(single, k: f, n: block, rowStride: 1, columnStride: f, into: panels)
  // The number of sums and the rows of each are fixed, independent of the number of threads.
  let ranges = fixedShards(of: x.rows, size: max(rowBlock, (x.rows + 15) / 16))
  let sums = pool.map(ranges.count) { shard in
    let centred = FloatView.zeros(rowBlock * f)
    let along = FloatView.zeros(rowBlock * laneCount)
    let packed = FloatView.zeros(panelSize(k: rowBlock, n: block))
    let part = FloatView.zeros(f * block)
    for offset in fixedShards(of: ranges[shard].count, size: rowBlock) {
      let start = ranges[shard].lowerBound
      centre(start + offset.lowerBound..<start + offset.upperBound, of: x, by: mean, into: centred)
      multiplyPanels(
        centred, m: offset.count, n: block, k: f, rowStride: f, columnStride: 1, panels: panels,
        into: along, stride: block)
      packPanels(
        along, k: offset.count, n: block, rowStride: block, columnStride: 1, into: packed)
      multiplyPanels(
        centred, m: f, n: block, k: offset.count, rowStride: 1, columnStride: f, panels: packed,
        into: part, stride: block, adding: true)
    }
    return part.values
  }
  for i in 0..<block {
    let out = products[i * f..<(i + 1) * f]
    for j in 0..<f { out[j] = sums.reduce(0.0) { $0 + Double($1[j * block + i]) } }
  }
}
