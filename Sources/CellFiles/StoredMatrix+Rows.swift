internal import HDF5

extension StoredMatrix {
  /// Calls `body` with every block of rows, in order.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - columns: The new column of each stored column, −1 for those left out; `nil` to keep all.
  ///   - options: How large the pieces are.
  ///   - body: What is done with a block.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where the matrix is damaged; what `body` throws.
  func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    let file = try File(readingAt: path)
    switch storage.layout {
    case .csr: try forEachBlockOfRows(in: file, columns, options.blockValues, body)
    case .csc: try forEachBlockOfColumns(in: file, columns, options, body)
    case .dense: try forEachBlockOfAll(in: file, columns, options.blockValues, body)
    }
  }

  /// Reads compressed rows: slabs of `data` and `indices`.
  private func forEachBlockOfRows<Value: StoredNumber>(
    in file: borrowing File, _ columns: [Int32]?, _ limit: Int,
    _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    let data = try file.dataset(valuesName)
    let indices = try file.dataset("\(name)/indices")
    let pointers = try Pointers(of: self, in: file)
    for window in windows(of: rows) {
      let starts = try pointers.starts(of: window)
      for piece in pieces(of: starts, upTo: limit) {
        let range = starts[piece.lowerBound]..<starts[piece.upperBound]
        var genes = try indices.read(range, as: Int32.self)
        try check(genes, from: range.lowerBound, limit: self.columns, in: indices)
        var values = try data.read(range, as: Value.self)
        var ends = starts[piece.lowerBound...piece.upperBound].map { $0 - range.lowerBound }
        canonicalize(starts: &ends, genes: &genes, values: &values, columns: columns)
        try body(
          RowBlock(
            firstRow: window.lowerBound + piece.lowerBound, starts: ends, genes: genes,
            values: values))
      }
    }
  }

  /// Reads all values, zeros too: slabs of whole rows, and of whole chunks where these are not
  /// much larger than the limit.
  private func forEachBlockOfAll<Value: StoredNumber>(
    in file: borrowing File, _ columns: [Int32]?, _ limit: Int,
    _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    let data = try file.dataset(valuesName)
    var slab = max(1, limit / max(1, self.columns))
    if let chunk = storage.chunk?.first, chunk * self.columns <= 8 * limit {
      slab = max(chunk, slab / chunk * chunk)
    }
    for window in windows(of: rows, size: slab) {
      let slab = try data.read(window, as: Value.self)
      var (starts, genes, values) = compressed(slab, columns: self.columns)
      if columns != nil {
        canonicalize(starts: &starts, genes: &genes, values: &values, columns: columns)
      }
      for piece in pieces(of: starts, upTo: limit) {
        try body(
          block(of: piece, firstRow: window.lowerBound, starts: starts, genes, values))
      }
    }
  }
}

/// Cuts rows into pieces of at most `limit` values, each of at least one row.
///
/// - Parameters:
///   - starts: Where each row starts; `(rows + 1)`.
///   - limit: The most values of a piece.
/// - Returns: Which rows each piece has.
func pieces(of starts: [Int], upTo limit: Int) -> [Range<Int>] {
  var pieces: [Range<Int>] = []
  var first = 0
  while first < starts.count - 1 {
    var end = first + 1
    while end < starts.count - 1, starts[end + 1] - starts[first] <= limit { end += 1 }
    pieces.append(first..<end)
    first = end
  }
  return pieces
}

/// Takes some rows out of many.
func block<Value: StoredNumber>(
  of rows: Range<Int>, firstRow: Int, starts: [Int], _ genes: [Int32], _ values: [Value]
) -> RowBlock<Value> {
  let range = starts[rows.lowerBound]..<starts[rows.upperBound]
  if range == genes.indices {
    return RowBlock(
      firstRow: firstRow + rows.lowerBound,
      starts: Array(starts[rows.lowerBound...rows.upperBound]), genes: genes, values: values)
  }
  return RowBlock(
    firstRow: firstRow + rows.lowerBound,
    starts: starts[rows.lowerBound...rows.upperBound].map { $0 - range.lowerBound },
    genes: Array(genes[range]), values: Array(values[range]))
}

/// Leaves the zeros out of whole rows.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt32)
@specialized(where Value == UInt16)
@specialized(where Value == UInt8)
private func compressed<Value: StoredNumber>(
  _ slab: [Value], columns: Int
) -> (starts: [Int], genes: [Int32], values: [Value]) {
  var starts = [0]
  var genes: [Int32] = []
  var values: [Value] = []
  for start in stride(from: 0, to: slab.count, by: columns) {
    let row = slab.span.extracting(start..<start + columns)
    for column in row.indices where row[column] != 0 {
      genes.append(Int32(truncatingIfNeeded: column))
      values.append(row[column])
    }
    starts.append(genes.count)
  }
  return (starts, genes, values)
}
