internal import HDF5

/// A place for the matrix of a file whose counts are not needed, and whose matrix may be absent.
struct UnreadMatrix: RowBlockSource {
  let path: String
  let name = "X"

  var storage: MatrixStorage {
    MatrixStorage(
      layout: .csr, element: .float(bytes: 4), storedCount: 0, chunk: nil, filters: [],
      storedBytes: 0)
  }

  func valuesPerCell() throws -> [Int]? { nil }

  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    throw CoordinateError.countsNotRead(path: path)
  }
}
