internal import HDF5

/// Rows put together: where each starts, and its genes and values.
typealias CompressedRows<Value> = (starts: [Int], genes: [Int32], values: [Value])

/// How many rows a slab of a dense matrix has.
///
/// - Parameters:
///   - columns: The values of a row.
///   - chunk: The rows of a chunk, if there are chunks.
///   - limit: The most values of a slab.
///   - wholeChunks: Whether chunks that are not much larger are taken whole, since one that is cut
///     would be decoded again for each slab.
/// - Returns: The number of rows, at least one; of whole chunks where these are smaller.
func slabRows(columns: Int, chunk: Int?, limit: Int, wholeChunks: Bool) -> Int {
  let size = max(1, limit / max(1, columns))
  guard let chunk else { return size }
  if chunk <= size { return size / chunk * chunk }
  return wholeChunks && chunk * columns <= 32 * limit ? chunk : size
}

/// Reads slabs of rows on several threads, and hands them on in pieces.
///
/// - Parameters:
///   - slabs: The rows of each.
///   - columns: The new column of each stored column, −1 for those left out; `nil` to keep all.
///   - options: How large the pieces are, and how many threads read.
///   - read: Reads a slab, without zeros.
///   - map: Is called for each piece, on any thread.
///   - body: What is done with the result, on the calling thread.
/// - Throws: What `read`, `map` and `body` throw.
func forEachPiece<Value: StoredNumber, Result: Sendable>(
  ofSlabs slabs: [Range<Int>], _ columns: [Int32]?, _ options: ReadingOptions,
  read: @Sendable (Range<Int>) throws -> CompressedRows<Value>,
  _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
) throws {
  try inOrder(
    count: slabs.count, threads: options.threadCount,
    make: { number in
      let slab = slabs[number]
      var (starts, genes, values) = try read(slab)
      if columns != nil {
        canonicalize(starts: &starts, genes: &genes, values: &values, columns: columns)
      }
      return try pieces(of: starts, upTo: options.blockValues).map { piece in
        try map(block(of: piece, firstRow: slab.lowerBound, starts: starts, genes, values))
      }
    }, use: { try $0.forEach(body) })
}

/// Hands on, in pieces, rows that were put together in memory.
///
/// - Parameters:
///   - rows: The rows, genes in any order.
///   - firstRow: The row that they start with.
///   - columns: The new column of each stored column, −1 for those left out; `nil` to keep all.
///   - options: How large the pieces are, and on how many threads they are made.
///   - map: Is called for each piece, on any thread.
///   - body: What is done with the result, on the calling thread.
/// - Throws: What `map` and `body` throw.
func forEachPiece<Value: StoredNumber, Result: Sendable>(
  ofBand rows: CompressedRows<Value>, firstRow: Int, _ columns: [Int32]?,
  _ options: ReadingOptions, _ map: @Sendable (RowBlock<Value>) throws -> Result,
  _ body: (Result) throws -> Void
) throws {
  let pieces = pieces(of: rows.starts, upTo: options.blockValues)
  try inOrder(
    count: pieces.count, threads: options.threadCount,
    make: { number in
      var block = block(
        of: pieces[number], firstRow: firstRow, starts: rows.starts, rows.genes, rows.values)
      canonicalize(
        starts: &block.starts, genes: &block.genes, values: &block.values, columns: columns)
      return try map(block)
    }, use: body)
}
