/// A table of numbers with one row per cell, such as an embedding.
package struct DenseTable: Sendable, Equatable {
  /// The number of cells, `n`.
  package let rows: Int

  /// The number of dimensions, `d`.
  package let columns: Int

  /// The numbers in row-major order; `(n, d)`.
  package var values: [Float]

  /// Makes a table from the given numbers.
  ///
  /// - Parameters:
  ///   - rows: The number of cells, `n`.
  ///   - columns: The number of dimensions, `d`.
  ///   - values: The numbers in row-major order; `(n, d)`.
  package init(rows: Int, columns: Int, values: [Float]) {
    precondition(
      values.count == rows * columns,
      "\(values.count) values for a table of \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }
}
