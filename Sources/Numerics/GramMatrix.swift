/// Returns the dot products of all pairs of columns, `XᵀX`, in double precision.
///
/// Products are in single precision over 256 rows at a time, and their sums in double. The cost is
/// O(n · f²).
///
/// - Parameters:
///   - x: The rows; `(n, f)`.
///   - mean: The vector to subtract from every row first; `[f]`, or `nil` for none. The default is
///     `nil`.
///   - pool: The threads to use; the result does not depend on their number.
/// - Returns: The full matrix; `(f, f)`.
package func gramMatrix(of x: Matrix, around mean: [Float]? = nil, pool: ThreadPool) -> [Double] {
  let f = x.columns
  let mean = mean ?? Array(repeating: 0, count: f)
  precondition(mean.count == f, "\(mean.count) means for \(f) columns")
  let gram = DoubleView.zeros(f * f)
  let depth = 256
  let strips = fixedShards(of: f, size: 48)
  let columns = FloatView.zeros(f * depth)
  let panels = FloatView.zeros(panelSize(k: depth, n: f))
  for rows in fixedShards(of: x.rows, size: depth) {
    let k = rows.count
    pool.parallel(strips.count) { strip in
      for (i, row) in rows.enumerated() {
        let row = x.values.span.extracting(x.range(ofRow: row))
        for j in strips[strip] { columns[j * k + i] = row[j] - mean[j] }
      }
    }
    packPanels(columns, k: k, n: f, rowStride: 1, columnStride: k, into: panels)
    pool.parallel(strips.count) { strip in
      // Start at the strip's own columns, because the matrix is symmetric.
      let first = strips[strip].lowerBound
      let width = f - first
      let product = FloatView.zeros(strips[strip].count * width)
      multiplyPanels(
        columns[first * k..<f * k], m: strips[strip].count, n: width, k: k, rowStride: k,
        columnStride: 1, panels: panels[first * k..<panels.count], into: product, stride: width)
      for i in 0..<strips[strip].count {
        let out = gram[(first + i) * f + first..<(first + i + 1) * f]
        for j in 0..<width { out[j] += Double(product[i * width + j]) }
      }
    }
  }
  for i in 0..<f {
    for j in 0..<i { gram[i * f + j] = gram[j * f + i] }
  }
  return gram.values
}

/// Computes the same by plain loops in double precision.
package func gramMatrixReference(of x: Matrix, around mean: [Float]) -> [Double] {
  var gram = [Double](repeating: 0, count: x.columns * x.columns)
  for row in 0..<x.rows {
    for i in 0..<x.columns {
      for j in 0..<x.columns {
        gram[i * x.columns + j] +=
          (Double(x[row, i]) - Double(mean[i])) * (Double(x[row, j]) - Double(mean[j]))
      }
    }
  }
  return gram
}
