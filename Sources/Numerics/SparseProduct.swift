internal import CKernels

/// Cells in compressed rows, for the kernels.
///
/// Row `i` has the entries `starts[i]..<starts[i + 1]`; its columns ascend.
package struct SparseRows: Sendable {
  package let starts: [Int32]
  package let columns: [UInt16]
  package let values: [Float]

  /// Takes the arrays and checks them, since the kernels rely on them.
  ///
  /// - Parameters:
  ///   - starts: The start of each row; `(n + 1)`, beginning with 0, never descending.
  ///   - columns: The column of each entry, ascending within a row.
  ///   - values: The value of each entry.
  ///   - width: The number of columns.
  package init(starts: [Int32], columns: [UInt16], values: [Float], width: Int) {
    precondition(columns.count == values.count, "\(columns.count) columns, \(values.count) values")
    precondition(
      starts.first == 0 && starts.last.map(Int.init) == columns.count,
      "the rows do not hold \(columns.count) entries")
    var last: Int32 = 0
    for start in starts {
      precondition(start >= last, "the starts of sparse rows descend")
      last = start
    }
    let ascend = unsafe kernels.pointee.rows_ascend(starts.count - 1, starts, columns, width)
    precondition(ascend == 1, "the columns of sparse rows must ascend and be below \(width)")
    self.starts = starts
    self.columns = columns
    self.values = values
  }

  package var rows: Int { starts.count - 1 }

  /// Returns the same entries with other values.
  package func with(values: [Float]) -> SparseRows { SparseRows(self, values: values) }

  /// Returns some consecutive rows.
  package func rows(_ range: Range<Int>) -> SparseRows { SparseRows(self, rows: range) }

  private init(_ other: SparseRows, values: [Float]) {
    precondition(values.count == other.columns.count)
    starts = other.starts
    columns = other.columns
    self.values = values
  }

  private init(_ other: SparseRows, rows: Range<Int>) {
    let entries = Int(other.starts[rows.lowerBound])..<Int(other.starts[rows.upperBound])
    starts = other.starts[rows.lowerBound...rows.upperBound].map { $0 - Int32(entries.lowerBound) }
    columns = Array(other.columns[entries])
    values = Array(other.values[entries])
  }
}

/// Sums the values of some rows into `sums`, `(n)`; only the elements `rows` are written.
package func rowSums(_ rows: Range<Int>, of x: SparseRows, into sums: FloatView) {
  precondition(rows.upperBound <= x.rows)
  let sums = sums[rows]
  unsafe x.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    unsafe kernels.pointee.row_sums(rows.count, starts + rows.lowerBound, x.values, sums.base)
  }
}

/// Computes rows of `out = bias + x * weight` for sparse `x`.
///
/// - Parameters:
///   - cells: The rows to compute.
///   - x: The sparse factor; `(n, f)`.
///   - weight: The dense factor; `(f, width)`.
///   - width: The number of columns of the product.
///   - bias: The initial value of every row; `(width)`, or `nil` for zeros.
///   - biasRow: The row of the bias for each cell, if the bias has several rows; `(n)`. The default
///     is `nil`.
///   - shifted: `true` if `out` starts at the first of `cells`. The default is `false`: it starts
///     at row 0.
///   - out: The product; `(n, width)`; only the rows `cells` are written.
package func sparseProduct(
  _ cells: Range<Int>, of x: SparseRows, weight: FloatView, width: Int, bias: FloatView?,
  biasRow: [Int32]? = nil, shifted: Bool = false, into out: FloatView
) {
  let first = shifted ? 0 : cells.lowerBound * width
  let out = out[first..<first + cells.count * width]
  precondition(cells.upperBound <= x.rows && (biasRow?.count ?? .max) >= cells.upperBound)
  precondition(bias.map { $0.count % width == 0 } ?? true)
  unsafe x.starts.withUnsafeBufferPointer { starts in
    guard let starts = starts.baseAddress else { return }
    guard let biasRow else {
      unsafe kernels.pointee.sparse_product(
        cells.count, starts + cells.lowerBound, x.columns, x.values, weight.base, width,
        bias?.base, nil, out.base)
      return
    }
    unsafe biasRow.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      unsafe kernels.pointee.sparse_product(
        cells.count, starts + cells.lowerBound, x.columns, x.values, weight.base, width,
        bias?.base, rows + cells.lowerBound, out.base)
    }
  }
}

/// Computes the same by plain loops.
package func sparseProductReference(_ x: SparseRows, weight: Matrix, bias: [Float]?) -> Matrix {
  var out = Matrix(rows: x.rows, columns: weight.columns)
  for i in 0..<x.rows {
    for j in 0..<weight.columns {
      var sum = Double(bias?[j] ?? 0)
      for e in Int(x.starts[i])..<Int(x.starts[i + 1]) {
        sum += Double(x.values[e]) * Double(weight[Int(x.columns[e]), j])
      }
      out[i, j] = Float(sum)
    }
  }
  return out
}

/// Computes rows of the weight's gradient, `dweight = xᵀ * dout`.
///
/// - Parameters:
///   - genes: The rows to compute.
///   - x: The sparse factor; `(n, f)`.
///   - dout: The product's gradient; `(n, width)`.
///   - width: The number of columns of the product.
///   - adding: `true` to add to the rows. The default is `false`, which replaces them.
///   - dweight: The weight's gradient; `(f, width)`; only the rows `genes` are written.
package func sparseGradient(
  _ genes: Range<Int>, of x: SparseRows, dout: FloatView, width: Int, adding: Bool = false,
  into dweight: FloatView
) {
  precondition(dout.count >= x.rows * width && dweight.count >= genes.upperBound * width)
  unsafe kernels.pointee.sparse_gradient(
    x.rows, x.starts, x.columns, x.values, dout.base, width, genes.lowerBound,
    genes.upperBound, adding ? 1 : 0, dweight.base)
}

/// Sums rows of `x`, `(n, width)`, into the row of `sums` given for each.
package func sumsByRow(_ row: [Int32], of x: FloatView, width: Int, into sums: FloatView) {
  precondition(x.count >= row.count * width && sums.count % width == 0)
  precondition(row.allSatisfy { $0 >= 0 && Int($0) < sums.count / width })
  unsafe kernels.pointee.sums_by_row(row.count, width, row, x.base, sums.count / width, sums.base)
}

/// Computes all rows of the gradient by plain loops.
package func sparseGradientReference(_ x: SparseRows, dout: Matrix, genes: Int) -> Matrix {
  var dweight = Matrix(rows: genes, columns: dout.columns)
  for i in 0..<x.rows {
    for e in Int(x.starts[i])..<Int(x.starts[i + 1]) {
      for j in 0..<dout.columns {
        dweight[Int(x.columns[e]), j] += x.values[e] * dout[i, j]
      }
    }
  }
  return dweight
}
