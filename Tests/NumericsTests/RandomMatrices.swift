import Numerics

extension Matrix {
  static func random(
    rows: Int, columns: Int, from low: Float = -1, to high: Float = 1,
    using random: inout Xoshiro256
  ) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in random.uniformFloat(from: low, to: high) })
  }

  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  var view: FloatView { values.view }
}

extension [Float] {
  /// A view of a copy.
  var view: FloatView {
    let view = FloatView.zeros(count)
    view.copy(from: self)
    return view
  }

  /// The largest distance of two numbers in the same place.
  func distance(to other: [Float]) -> Float {
    precondition(count == other.count, "\(count) and \(other.count) numbers")
    return zip(self, other).map { abs($0 - $1) }.max() ?? 0
  }
}

extension SparseRows {
  static func random(
    rows: Int, columns: Int, density: Float, using random: inout Xoshiro256,
    value: (inout Xoshiro256) -> Float
  ) -> SparseRows {
    var starts: [Int32] = [0]
    var genes: [UInt16] = []
    var values: [Float] = []
    for _ in 0..<rows {
      for column in 0..<columns where random.uniformFloat() < density {
        genes.append(UInt16(column))
        values.append(value(&random))
      }
      starts.append(Int32(genes.count))
    }
    return SparseRows(starts: starts, columns: genes, values: values, width: columns)
  }
}
