/// A row-major matrix with cells as rows and features as columns.
///
/// Storage is a plain array; use `matrix.values.span` for fast loops.
package struct Matrix: Sendable, Equatable {
  /// The number of rows.
  package let rows: Int

  /// The number of columns.
  package let columns: Int

  /// The numbers, row-major; `rows * columns`.
  package var values: [Float]

  /// Makes a matrix of zeros.
  package init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// Makes a matrix from the given numbers.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - values: The numbers, row-major; `rows * columns`.
  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows >= 0 && columns >= 0, "no matrix is \(rows) by \(columns)")
    precondition(
      values.count == rows * columns,
      "\(values.count) numbers do not fill \(rows) by \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The number in row `row` and column `column`.
  package subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Returns the indices of row `row` in ``values``.
  package func range(ofRow row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }
}
