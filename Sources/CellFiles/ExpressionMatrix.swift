public import HDF5

/// Consecutive rows (cells) of an expression matrix, compressed.
///
/// Row `r` of the block is cell `firstRow + r` of the matrix; its stored values
/// are those of `starts[r]..<starts[r + 1]`.
public struct RowBlock<Value: StoredNumber>: Sendable {
  /// The matrix's row that the block starts with.
  public var firstRow: Int

  /// Where each row starts in ``genes`` and ``values``; `(rows + 1)`, starts with 0.
  public var starts: [Int]

  /// The column of each stored value, ascending within a row.
  public var genes: [Int32]

  /// The stored values.
  public var values: [Value]

  /// Makes a block of the given parts.
  public init(firstRow: Int, starts: [Int], genes: [Int32], values: [Value]) {
    precondition(genes.count == values.count, "\(genes.count) columns, \(values.count) values")
    precondition(starts.last == values.count, "the rows do not end where the values do")
    self.firstRow = firstRow
    self.starts = starts
    self.genes = genes
    self.values = values
  }

  /// How many rows the block holds.
  public var rowCount: Int { starts.count - 1 }
}

/// An expression matrix of shape `(cells, genes)`, read by blocks of rows.
///
/// Conforming types are files of every layout and matrices in memory; none is
/// ever held whole by those who read it.
public protocol ExpressionMatrix: Sendable {
  /// The number of rows.
  var cellCount: Int { get }

  /// The number of columns.
  var geneCount: Int { get }

  /// Calls `body` with every block of rows, in order, each row exactly once.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: What is done with a block.
  /// - Throws: ``CellFileError`` or `HDF5Error` where reading fails; whatever `body` throws.
  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void) throws

  /// Calls `body` with what `map` makes of every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: Is called for each block once, on any thread.
  ///   - body: What is done with the result, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error` where reading fails; whatever `map` and `body`
  ///   throw.
  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void) throws
}

extension ExpressionMatrix {
  /// Calls `map` and `body` with every block of rows, in order, on the calling thread.
  public func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void
  ) throws {
    try forEachRowBlock(as: type) { try body(map($0)) }
  }
}
