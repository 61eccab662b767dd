internal import HDF5

extension StoredMatrix {
  /// Reads compressed columns and converts them to rows, in bands of rows.
  ///
  /// A matrix of at most `options.bandValues` stored values is read once: memory holds its row
  /// numbers, so that each value is put in its place when read. A larger matrix is read once for
  /// each band, and its row numbers are read once more for counting. The threads read; the calling
  /// thread places the values.
  func forEachBlockOfColumns<Value: StoredNumber, Result: Sendable>(
    in file: borrowing Container, _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let columnStarts = try Pointers(of: self, in: file).allStarts()
    let windows = windows(of: storage.storedCount, size: max(1, options.blockValues))
    let threads = options.threadCount

    var rowsHeld: [[Int32]]? = storage.storedCount <= options.bandValues ? [] : nil
    var counts = [Int](repeating: 0, count: rows)
    let counted = try indices(in: file, keeping: options.chunkBytes)
    try inOrder(
      count: windows.count, threads: threads,
      make: { window in
        let cells = try counted.read(windows[window])
        try check(cells, from: windows[window].lowerBound, limit: rows, in: counted)
        return cells
      },
      use: { cells in
        for cell in cells { counts[Int(cell)] += 1 }
        rowsHeld?.append(cells)
      })
    let rowStarts = counts.reduce(into: [0]) { starts, count in
      starts.append(starts[starts.count - 1] + count)
    }

    let held = rowsHeld
    for band in pieces(of: rowStarts, upTo: options.bandValues) {
      let offset = rowStarts[band.lowerBound]
      let starts = rowStarts[band.lowerBound...band.upperBound].map { $0 - offset }
      var next = starts
      var genes = [Int32](repeating: 0, count: starts[band.count])
      var values: [Value] = zeros(genes.count)
      let data = try NumberReader(
        file.dataset(valuesName), as: Value.self, keeping: options.chunkBytes)
      let indices = try indices(in: file, keeping: options.chunkBytes)
      try inOrder(
        count: windows.count, threads: threads,
        make: { number in
          let window = windows[number]
          return (window, try held?[number] ?? indices.read(window), try data.read(window))
        },
        use: { window, cells, piece in
          scatter(
            piece, ofRows: cells, at: window, columnStarts, band: band, next: &next,
            genes: &genes, values: &values)
        })
      try forEachPiece(
        ofBand: (starts, genes, values), firstRow: band.lowerBound, columns, options, map, body)
    }
  }
}

/// Places values in column order into the rows of a band.
///
/// - Parameters:
///   - piece: The values.
///   - rows: The row of each value.
///   - window: The position of the piece among all values.
///   - columnStarts: The start of each column among all values.
///   - band: The rows of the band.
///   - next: The position of the next value of each row of the band.
///   - genes: The columns of the band's values.
///   - values: The band's values.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt32)
@specialized(where Value == UInt16)
@specialized(where Value == UInt8)
private func scatter<Value: StoredNumber>(
  _ piece: [Value], ofRows rows: [Int32], at window: Range<Int>, _ columnStarts: [Int],
  band: Range<Int>, next: inout [Int], genes: inout [Int32], values: inout [Value]
) {
  var next = next.mutableSpan
  var genes = genes.mutableSpan
  var values = values.mutableSpan
  var column = columnStarts.partitioningIndex { $0 > window.lowerBound } - 1
  for k in piece.indices {
    // Skip empty columns, which start where the next column does.
    while columnStarts[column + 1] <= window.lowerBound + k { column += 1 }
    let row = Int(rows[k])
    guard band.contains(row) else { continue }
    let place = next[row - band.lowerBound]
    next[row - band.lowerBound] = place + 1
    genes[place] = Int32(truncatingIfNeeded: column)
    values[place] = piece[k]
  }
}

extension [Int] {
  /// Returns the first position that satisfies `isInUpperPart`, in a list partitioned by it.
  fileprivate func partitioningIndex(where isInUpperPart: (Int) -> Bool) -> Int {
    var (lower, upper) = (0, count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if isInUpperPart(self[middle]) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
