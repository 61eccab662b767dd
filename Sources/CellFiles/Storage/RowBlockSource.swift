internal import HDF5

/// A matrix in a file that is read in blocks of cells.
protocol RowBlockSource: Sendable {
  /// The path of the file.
  var path: String { get }

  /// The name of the matrix in messages, such as `layers/counts`.
  var name: String { get }

  /// The storage of the matrix, seen as `(cells, genes)`.
  var storage: MatrixStorage { get }

  /// Returns the number of values of each cell; `nil` if it is unknown without reading the values.
  ///
  /// - Throws: ``CellFileError`` and `HDF5Error` if the matrix is damaged.
  func valuesPerCell() throws -> [Int]?

  /// Calls `body` with the result of `map` for every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - columns: The new column of each stored column, −1 for omitted columns; `nil` to keep all.
  ///   - options: The options for the size of the blocks and the number of threads.
  ///   - map: The closure called for each block, on any thread.
  ///   - body: The closure that receives the results, on the calling thread.
  /// - Throws: ``CellFileError`` and `HDF5Error` if the matrix is damaged; rethrows errors of `map`
  ///   and `body`.
  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void) throws
}

extension StoredMatrix: RowBlockSource {
  func valuesPerCell() throws -> [Int]? {
    guard storage.layout == .csr else { return nil }
    let starts = try Pointers(of: self, in: Container(readingAt: path)).allStarts()
    return zip(starts, starts.dropFirst()).map { $1 - $0 }
  }
}
