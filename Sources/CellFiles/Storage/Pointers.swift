internal import HDF5

/// The start of each compressed row or column among the values of a matrix.
struct Pointers: ~Copyable {
  private let dataset: StoredDataset

  /// The number of rows or columns.
  private let count: Int

  /// Opens the `indptr` of a matrix.
  ///
  /// - Throws: ``CellFileError/pointerCount(path:object:found:expected:)``, and `HDF5Error`.
  init(of matrix: StoredMatrix, in file: borrowing Container) throws {
    let dataset = try file.dataset("\(matrix.name)/indptr")
    let count = matrix.storage.layout == .csr ? matrix.rows : matrix.columns
    guard dataset.info.count == count + 1 else {
      throw CellFileError.pointerCount(
        path: matrix.path, object: dataset.name, found: dataset.info.count, expected: count + 1)
    }
    self.dataset = dataset
    self.count = count
  }

  /// Reads the starts of some rows, and the end of the last of them.
  ///
  /// - Parameter range: The rows, or columns.
  /// - Returns: `range.count + 1` positions in ascending order.
  /// - Throws: ``CellFileError`` if they descend, and `HDF5Error`.
  func starts(of range: Range<Int>) throws -> [Int] {
    let starts = try dataset.read(range.lowerBound..<range.upperBound + 1, as: Int.self)
    if range.lowerBound == 0, starts[0] != 0 {
      throw CellFileError.pointerStart(
        path: dataset.path, object: dataset.name, found: starts[0])
    }
    for position in 1..<starts.count where starts[position] < starts[position - 1] {
      throw CellFileError.pointersFall(
        path: dataset.path, object: dataset.name, at: range.lowerBound + position,
        from: starts[position - 1], to: starts[position])
    }
    return starts
  }

  /// Reads the starts of all rows or columns, and the end of the last of them.
  ///
  /// - Returns: The positions in ascending order.
  /// - Throws: ``CellFileError`` if they descend, and `HDF5Error`.
  func allStarts() throws -> [Int] {
    var all = [0]
    all.reserveCapacity(count + 1)
    for window in windows(of: count) { all += try starts(of: window).dropFirst() }
    return all
  }

  /// Checks that pointers never descend and that they end with `values`.
  ///
  /// - Throws: ``CellFileError``, and `HDF5Error`.
  func check(endingWith values: Int) throws {
    var end = 0
    for window in windows(of: count) { end = try starts(of: window).last ?? end }
    guard end == values else {
      throw CellFileError.pointerEnd(
        path: dataset.path, object: dataset.name, found: end, expected: values)
    }
  }
}

/// Splits the numbers up to `count` into ranges of at most `size` numbers.
func windows(of count: Int, size: Int = 1 << 17) -> [Range<Int>] {
  stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}

extension StoredMatrix {
  /// Checks that the parts of a compressed matrix are consistent.
  ///
  /// - Throws: ``CellFileError``, and `HDF5Error`.
  func checkWhole(in file: borrowing Container) throws {
    let indices = try file.info(of: "\(name)/indices")
    guard indices.count == storage.storedCount else {
      throw CellFileError.indexCount(
        path: path, object: "\(name)/indices", indices: indices.count, values: storage.storedCount)
    }
    try file.dataset("\(name)/indices").requireStored()
    try file.dataset(valuesName).requireStored()
    try Pointers(of: self, in: file).check(endingWith: storage.storedCount)
  }

  /// Opens the column indices (or row indices) of the stored values.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - chunkBytes: How many bytes of decoded chunks are kept.
  /// - Returns: The reader of the numbers.
  /// - Throws: `HDF5Error`.
  func indices(
    in file: borrowing Container, keeping chunkBytes: Int
  ) throws -> NumberReader<Int32> {
    try NumberReader(
      file.dataset("\(name)/indices"), as: Int32.self, keeping: chunkBytes)
  }

  /// Checks that indices are valid rows or columns.
  ///
  /// - Parameters:
  ///   - indices: Some of the matrix's indices, clamped to 32 bits.
  ///   - start: The position of the first of them.
  ///   - limit: The number of rows or columns.
  ///   - dataset: The dataset of the indices.
  /// - Throws: ``CellFileError/indexOutOfRange(path:object:position:found:limit:)``.
  func check(
    _ indices: [Int32], from start: Int, limit: Int, in dataset: NumberReader<Int32>
  ) throws {
    // The sign of this number is that of a negative index, or of the distance of an index to a limit
    // that it exceeds. The compiler can vectorize it on every processor.
    let last = Int32(limit) - 1
    var signs: Int32 = 0
    for index in indices { signs |= index | (last &- index) }
    guard signs < 0 else { return }
    let position = indices.firstIndex { !(0..<limit).contains(Int($0)) } ?? 0
    let found = try Container(readingAt: path).read(
      dataset.name, rows: start + position..<start + position + 1, as: Int.self)[0]
    throw CellFileError.indexOutOfRange(
      path: path, object: dataset.name, position: start + position, found: found, limit: limit)
  }
}
