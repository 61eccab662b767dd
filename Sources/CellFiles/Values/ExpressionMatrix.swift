package import HDF5

/// Consecutive rows (cells) of an expression matrix in compressed form.
///
/// Row `r` of the block is cell `firstRow + r` of the matrix; its stored values have the indices
/// `starts[r]..<starts[r + 1]`.
package struct RowBlock<Value: StoredNumber>: Sendable {
  /// The matrix's row number of the first row of the block.
  package var firstRow: Int

  /// The start of each row in ``genes`` and ``values``; `(rows + 1)`, beginning with 0.
  package var starts: [Int]

  /// The column of each stored value, ascending within a row.
  package var genes: [Int32]

  /// The stored values.
  package var values: [Value]

  /// Makes a block from the given parts.
  package init(firstRow: Int, starts: [Int], genes: [Int32], values: [Value]) {
    precondition(genes.count == values.count, "\(genes.count) columns, \(values.count) values")
    precondition(starts.last == values.count, "the rows do not end where the values do")
    self.firstRow = firstRow
    self.starts = starts
    self.genes = genes
    self.values = values
  }

  /// The number of rows in the block.
  package var rowCount: Int { starts.count - 1 }
}

/// An expression matrix of shape `(cells, genes)`, read in blocks of rows.
///
/// Conforming types are files of every format and matrices in memory. Readers never hold the whole
/// matrix.
package protocol ExpressionMatrix: Sendable {
  /// The number of rows.
  var cellCount: Int { get }

  /// The number of columns.
  var geneCount: Int { get }

  /// Calls `body` with every block of rows, in order, each row exactly once.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: The closure that receives each block.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `body`.
  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void) throws

  /// Calls `body` with the result of `map` for every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: The closure called once for each block, on any thread.
  ///   - body: The closure that receives the results, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `map` and
  ///   `body`.
  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void) throws
}

extension ExpressionMatrix {
  /// Calls `map` and `body` with every block of rows, in order, on the calling thread.
  package func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void
  ) throws {
    try forEachRowBlock(as: type) { try body(map($0)) }
  }
}
