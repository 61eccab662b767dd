extension Matrix {
  /// Returns the given rows in the given order.
  package func gathering(_ rows: [Int32]) -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns)
    for row in rows { values += self.values[range(ofRow: Int(row))] }
    return Matrix(rows: rows.count, columns: columns, values: values)
  }
}
