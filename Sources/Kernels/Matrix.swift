/// A row-major matrix with cells as rows and features as columns.
///
/// Storage is a plain array; use `matrix.values.span` for fast loops.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int

  /// The number of columns.
  public let columns: Int

  /// The numbers, row-major; `rows * columns`.
  public var values: [Float]

  /// Makes a matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
  }

  /// Makes a matrix from the given numbers.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - values: The numbers, row-major; `rows * columns`.
  public init(rows: Int, columns: Int, values: [Float]) {
    precondition(rows >= 0 && columns >= 0, "no matrix is \(rows) by \(columns)")
    precondition(
      values.count == rows * columns,
      "\(values.count) numbers do not fill \(rows) by \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The number in row `row` and column `column`.
  public subscript(row: Int, column: Int) -> Float {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Returns the indices of row `row` in ``values``.
  public func range(ofRow row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }
}
