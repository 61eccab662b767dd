internal import HDF5

/// A data frame of numbers that is read as a matrix, with one dataset per column.
struct FrameMatrix: RowBlockSource {
  let path: String
  let name: String
  let storage: MatrixStorage

  private let columnNames: [String]
  private let rows: Int

  /// Takes the columns of a frame, which are numbers.
  ///
  /// - Throws: ``CellFileError`` if a column has another number of rows; `HDF5Error`.
  init(_ frame: Table, cells: Int, in file: borrowing Container) throws {
    (path, name, columnNames, rows) = (file.path, frame.name, frame.columns, cells)
    var elements: [ElementType] = []
    for column in frame.columns {
      let info = try file.info(of: "\(frame.name)/\(column)")
      guard info.rowCount == cells else {
        throw CellFileError.lengthMismatch(
          path: path, object: "\(frame.name)/\(column)", found: info.rowCount, expected: cells)
      }
      elements.append(info.element)
    }
    // One column of fractions makes the matrix one of fractions.
    let fractions = elements.first { if case .float = $0 { true } else { false } }
    storage = MatrixStorage(
      layout: .dense, element: fractions ?? elements[0],
      storedCount: cells * frame.columns.count, chunk: nil, filters: [], storedBytes: nil)
  }

  func valuesPerCell() throws -> [Int]? { nil }

  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let width = columnNames.count
    let size = slabRows(
      columns: width, chunk: nil, limit: options.blockValues, wholeChunks: false)
    try forEachPiece(
      ofSlabs: windows(of: rows, size: size), columns, options,
      read: { slab in
        let file = try Container(readingAt: path)
        var values = [Value](repeating: 0, count: slab.count * width)
        for (column, columnName) in columnNames.enumerated() {
          let numbers = try file.dataset("\(name)/\(columnName)").read(slab, as: Value.self)
          for (row, number) in numbers.enumerated() { values[row * width + column] = number }
        }
        return compressed(values, columns: width)
      }, map, body)
  }
}
