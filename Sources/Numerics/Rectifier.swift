internal import CKernels

/// Applies ReLU and dropout without a norm: `out = input + gate ReLU(a)`.
package func rectify(_ a: FloatView, input: FloatView?, gate: FloatView, into out: FloatView) {
  precondition(gate.count == a.count && out.count == a.count)
  precondition((input?.count ?? a.count) == a.count)
  unsafe kernels.pointee.rectify(a.count, a.base, input?.base, gate.base, out.base)
}

/// Applies a trained norm at inference: `out = input + ReLU(a * scale + shift)`.
///
/// - Parameters:
///   - cells: The range of cells; `row` covers all cells, the other arrays only these.
///   - units: The number of units.
///   - a: The cells' pre-activations; `(cells, units)`.
///   - scale: The scales; `(rows, units)`.
///   - shift: The shifts; `(rows, units)`.
///   - row: The row of scale and shift for each cell; `nil` for the first.
///   - input: The input of the residual connection; `(cells, units)`, or `nil`.
///   - out: The result; `(cells, units)`.
package func applyNorm(
  cells: Range<Int>, units: Int, a: FloatView, scale: FloatView, shift: FloatView,
  row: [Int32]?, input: FloatView?, into out: FloatView
) {
  let n = cells.count
  precondition(a.count >= n * units && out.count >= n * units && scale.count == shift.count)
  precondition((input?.count ?? .max) >= n * units && (row?.count ?? .max) >= cells.upperBound)
  guard let row else {
    unsafe kernels.pointee.normalize(
      n, units, a.base, scale.base, shift.base, nil, input?.base, out.base)
    return
  }
  unsafe row.withUnsafeBufferPointer { row in
    guard let row = row.baseAddress else { return }
    unsafe kernels.pointee.normalize(
      n, units, a.base, scale.base, shift.base, row + cells.lowerBound, input?.base, out.base)
  }
}

/// Computes the same for all cells by plain loops.
package func applyNormReference(
  _ a: Matrix, scale: Matrix, shift: Matrix, row: [Int32]?, input: Matrix?
) -> Matrix {
  var out = a
  for i in 0..<a.rows {
    let own = row.map { Int($0[i]) } ?? 0
    for j in 0..<a.columns {
      out[i, j] = max(0, a[i, j] * scale[own, j] + shift[own, j]) + (input?[i, j] ?? 0)
    }
  }
  return out
}
