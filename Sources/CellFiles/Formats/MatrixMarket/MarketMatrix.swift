internal import HDF5

/// A Matrix Market matrix of cells and genes.
///
/// Opening reads the file once. This validates every line, counts the entries of each cell and
/// checks whether the entries are sorted by cell. If so, as in Cell Ranger's files, blocks are read
/// in sequence with little memory. Otherwise cells are collected in bands of as many cells as
/// ``ReadingOptions/bandValues`` allows.
struct MarketMatrix: RowBlockSource {
  let path: String
  let name: String
  let storage: MatrixStorage

  /// The number of cells and genes.
  let cells: Int
  let genes: Int

  /// A flag that is true if the rows of the text are cells, not genes.
  let rowsAreCells: Bool

  /// The start of each cell's entries, in the order of the cells; `(cells + 1)`.
  let starts: [Int]

  /// A flag that is true if the entries are sorted by cell.
  let isOrdered: Bool

  /// The number of entries processed at a time.
  static let entriesAtOnce = 1 << 16

  /// Reads a matrix once and validates it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - name: The name of the matrix in messages.
  ///   - rowsAreCells: `true` if the rows of the text are cells, not genes.
  ///   - bytes: The size of the file.
  /// - Throws: ``CellFileError`` if the file is damaged.
  init(readingAt path: String, name: String, rowsAreCells: Bool, bytes: Int) throws {
    let entries = try MarketEntries(readingAt: path)
    let header = entries.header
    (cells, genes) = rowsAreCells ? (header.rows, header.columns) : (header.columns, header.rows)
    var counts = [Int](repeating: 0, count: cells)
    var (isOrdered, isWhole, largest, last) = (true, true, 0.0, Int32(0))
    var list = MarketEntryList()
    while try entries.read(into: &list, atMost: Self.entriesAtOnce) {
      for cell in rowsAreCells ? list.rows : list.columns {
        isOrdered = isOrdered && cell >= last
        last = cell
        counts[Int(cell)] += 1
      }
      for value in list.values {
        isWhole = isWhole && value == value.rounded(.towardZero)
        largest = max(largest, value.magnitude)
      }
      list.removeAll()
    }
    starts = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    self.isOrdered = isOrdered
    self.rowsAreCells = rowsAreCells
    self.path = path
    self.name = name
    let element: ElementType =
      isWhole && largest < 9e15
      ? .integer(bytes: largest < Double(Int32.max) ? 4 : 8, signed: true) : .float(bytes: 4)
    storage = MatrixStorage(
      layout: .mtx, element: element, storedCount: header.entries, chunk: nil, filters: [],
      storedBytes: bytes)
  }

  func valuesPerCell() -> [Int]? { zip(starts, starts.dropFirst()).map { $1 - $0 } }

  func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, columns: [Int32]?, options: ReadingOptions,
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    if isOrdered {
      try forEachBlockInOrder(columns, options, map, body)
    } else {
      try forEachGatheredBlock(columns, options, map, body)
    }
  }

  /// Reads a matrix whose entries are sorted by cell.
  ///
  /// One thread at a time reads text in sequence; the conversion runs in parallel.
  private func forEachBlockInOrder<Value: StoredNumber, Result: Sendable>(
    _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let limit = min(options.blockValues, 1 << 18)
    let pieces = pieces(of: starts, upTo: limit)
    let turns = try MarketTurns(MarketEntries(readingAt: path))
    try inOrder(
      count: pieces.count, threads: options.threadCount,
      make: { number in
        let piece = pieces[number]
        let first = starts[piece.lowerBound]
        let list = try turns.read(starts[piece.upperBound] - first, turn: number)
        var genes = rowsAreCells ? list.columns : list.rows
        var values: [Value] = numbers(list.values)
        var ends = starts[piece.lowerBound...piece.upperBound].map { $0 - first }
        canonicalize(starts: &ends, genes: &genes, values: &values, columns: columns)
        return try map(
          RowBlock(firstRow: piece.lowerBound, starts: ends, genes: genes, values: values))
      }, use: body)
  }

  /// Sorts entries by cell, in bands of cells; the text is read once for each band.
  private func forEachGatheredBlock<Value: StoredNumber, Result: Sendable>(
    _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    for band in pieces(of: starts, upTo: options.bandValues) {
      let offset = starts[band.lowerBound]
      let starts = starts[band.lowerBound...band.upperBound].map { $0 - offset }
      var next = starts
      var genes = [Int32](repeating: 0, count: starts[band.count])
      var values: [Value] = zeros(genes.count)
      let entries = try MarketEntries(readingAt: path)
      var list = MarketEntryList()
      while try entries.read(into: &list, atMost: Self.entriesAtOnce) {
        let cells = rowsAreCells ? list.rows : list.columns
        let others = rowsAreCells ? list.columns : list.rows
        let converted: [Value] = numbers(list.values)
        for k in cells.indices where band.contains(Int(cells[k])) {
          let row = Int(cells[k]) - band.lowerBound
          genes[next[row]] = others[k]
          values[next[row]] = converted[k]
          next[row] += 1
        }
        list.removeAll()
      }
      try forEachPiece(
        ofBand: (starts, genes, values), firstRow: band.lowerBound, columns, options, map, body)
    }
  }
}
