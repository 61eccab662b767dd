internal import HDF5

/// A matrix in a file that gives its cells block by block.
protocol RowBlockSource: Sendable {
  /// The path of the file that holds it.
  var path: String { get }

  /// What messages call the matrix, such as `layers/counts`.
  var name: String { get }

  /// How it lies in the file, seen as `(cells, genes)`.
  var storage: MatrixStorage { get }

  /// How many values each cell has; `nil` where that is not known without reading them.
  ///
  /// - Throws: ``CellFileError`` and `HDF5Error`, where the matrix is damaged.
  func valuesPerCell() throws -> [Int]?

  /// Calls `body` with what `map` makes of every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - columns: The new column of each stored column, −1 for those left out; `nil` to keep all.
  ///   - options: How large the pieces are, and how many threads read.
  ///   - map: Is called for each block, on any thread.
  ///   - body: What is done with the result, on the calling thread.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where the matrix is damaged; what `map` and
  ///   `body` throw.
  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void) throws
}

extension StoredMatrix: RowBlockSource {
  func valuesPerCell() throws -> [Int]? {
    guard storage.layout == .csr else { return nil }
    let starts = try Pointers(of: self, in: File(readingAt: path)).allStarts()
    return zip(starts, starts.dropFirst()).map { $1 - $0 }
  }
}
