/// A table of numbers with one row per cell, such as an embedding.
///
/// Its numbers are in an array, or are fetched in blocks of rows from where they are.
package struct DenseTable: Sendable {
  /// The number of cells, `n`.
  package let rows: Int

  /// The number of dimensions, `d`.
  package let columns: Int

  private let source: Source

  private enum Source: Sendable {
    case array([Float])
    case blocks(@Sendable (Range<Int>) -> [Float])
  }

  /// The number of rows of a block.
  private static let blockRows = 65_536

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
    source = .array(values)
  }

  /// Makes a table whose numbers are fetched when they are needed.
  ///
  /// - Parameters:
  ///   - rows: The number of cells, `n`.
  ///   - columns: The number of dimensions, `d`.
  ///   - block: Returns the numbers of some rows in row-major order; always the same ones.
  package init(rows: Int, columns: Int, block: @escaping @Sendable (Range<Int>) -> [Float]) {
    self.rows = rows
    self.columns = columns
    source = .blocks(block)
  }

  /// The numbers in row-major order; `(n, d)`.
  package var values: [Float] { values(ofRows: 0..<rows) }

  /// Calls `body` with consecutive rows and their numbers, until all rows have been visited.
  package func forEachBlock<Failure: Error>(
    _ body: (_ rows: Range<Int>, _ values: [Float]) throws(Failure) -> Void
  ) throws(Failure) {
    if case .array(let values) = source { return try body(0..<rows, values) }
    for first in stride(from: 0, to: rows, by: Self.blockRows) {
      let block = first..<Swift.min(first + Self.blockRows, rows)
      try body(block, values(ofRows: block))
    }
  }

  /// Returns the numbers of some rows in row-major order.
  package func values(ofRows rows: Range<Int>) -> [Float] {
    switch source {
    case .array(let values):
      rows.count == self.rows
        ? values : Array(values[rows.lowerBound * columns..<rows.upperBound * columns])
    case .blocks(let block): block(rows)
    }
  }
}

extension DenseTable: Equatable {
  /// Returns whether two tables have the same shape and the same numbers.
  package static func == (left: DenseTable, right: DenseTable) -> Bool {
    left.rows == right.rows && left.columns == right.columns && left.values == right.values
  }
}
