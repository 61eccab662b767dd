internal import HDF5
internal import StoredArrays

extension StoredMatrix {
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
    map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let file = try Container(readingAt: path)
    switch storage.layout {
    case .csr: try forEachBlockOfRows(in: file, columns, options, map, body)
    case .csc: try forEachBlockOfColumns(in: file, columns, options, map, body)
    case .dense: try forEachBlockOfAll(in: file, columns, options, map, body)
    case .denseByGene: try forEachBlockOfAllByGene(in: file, columns, options, map, body)
    case .mtx: preconditionFailure("text is not read by HDF5")
    }
  }

  /// Reads compressed rows in slabs of `data` and `indices`.
  private func forEachBlockOfRows<Value: StoredNumber, Result: Sendable>(
    in file: borrowing Container, _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let data = try NumberReader(
      file.dataset(valuesName), as: Value.self, keeping: options.chunkBytes)
    let indices = try indices(in: file, keeping: options.chunkBytes)
    let starts = try Pointers(of: self, in: file).allStarts()
    // Small enough for the processor's caches, but several chunks long, so that threads need not
    // wait for the same chunk.
    let limit = min(options.blockValues, max(1 << 18, 4 * (storage.chunk?.first ?? 0)))
    let pieces = pieces(of: starts, upTo: limit)
    let spareGenes = SpareArrays<Int32>(most: options.threadCount)
    let spareValues = SpareArrays<Value>(most: options.threadCount)
    try inOrder(
      count: pieces.count, threads: options.threadCount,
      make: { number in
        let piece = pieces[number]
        let range = starts[piece.lowerBound]..<starts[piece.upperBound]
        var genes = try indices.read(range, spare: spareGenes)
        try check(genes, from: range.lowerBound, limit: self.columns, in: indices)
        var values = try data.read(range, spare: spareValues)
        var ends = starts[piece.lowerBound...piece.upperBound].map { $0 - range.lowerBound }
        canonicalize(starts: &ends, genes: &genes, values: &values, columns: columns)
        let block = RowBlock(
          firstRow: piece.lowerBound, starts: ends, genes: genes, values: values)
        let result = try map(block)
        // A result that is the block itself still needs the arrays.
        if Result.self != RowBlock<Value>.self {
          spareGenes.keep(block.genes)
          spareValues.keep(block.values)
        }
        return result
      }, use: body)
  }

  /// Reads a dense matrix in slabs of whole rows.
  ///
  /// Slabs consist of whole chunks if these are below the limit, or if the C library inflates them,
  /// which would inflate a split chunk for each slab.
  private func forEachBlockOfAll<Value: StoredNumber, Result: Sendable>(
    in file: borrowing Container, _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let data = try NumberReader(
      file.dataset(valuesName), as: Value.self, keeping: options.chunkBytes)
    let size = slabRows(
      columns: self.columns, chunk: storage.chunk?.first, limit: options.blockValues,
      wholeChunks: !data.sharesChunks)
    try forEachPiece(
      ofSlabs: windows(of: rows, size: size), columns, options,
      read: { compressed(try data.read($0), columns: self.columns) }, map, body)
  }
}

/// Splits rows into pieces of at most `limit` values and at least one row.
///
/// - Parameters:
///   - starts: The start of each row; `(rows + 1)`.
///   - limit: The maximum number of values in a piece.
/// - Returns: The rows of each piece.
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

/// Returns some of the rows as a block.
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

/// Removes the zeros from dense rows.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt32)
@specialized(where Value == UInt16)
@specialized(where Value == UInt8)
func compressed<Value: StoredNumber>(
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
