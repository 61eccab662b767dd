internal import HDF5

/// Compressed rows in memory: the start of each row, and its genes and values.
typealias CompressedRows<Value> = (starts: [Int], genes: [Int32], values: [Value])

/// Returns the number of rows in a slab of a dense matrix.
///
/// - Parameters:
///   - columns: The number of values in a row.
///   - chunk: The number of rows in a chunk, if there are chunks.
///   - limit: The maximum number of values in a slab.
///   - wholeChunks: `true` to keep chunks whole if they are not much larger than the limit, since a
///     split chunk would be decoded again for each slab.
/// - Returns: The number of rows, at least one; whole chunks if these are small enough.
func slabRows(columns: Int, chunk: Int?, limit: Int, wholeChunks: Bool) -> Int {
  let size = max(1, limit / max(1, columns))
  guard let chunk else { return size }
  if chunk <= size { return size / chunk * chunk }
  return wholeChunks && chunk * columns <= 32 * limit ? chunk : size
}

/// Reads slabs of rows on several threads, and passes them on in pieces.
///
/// - Parameters:
///   - slabs: The rows of each slab.
///   - columns: The new column of each stored column, −1 for omitted columns; `nil` to keep all.
///   - options: The options for the size of the pieces and the number of threads.
///   - read: Reads a slab, without zeros.
///   - map: The closure called for each piece, on any thread.
///   - body: The closure that receives the results, on the calling thread.
/// - Throws: Rethrows errors of `read`, `map` and `body`.
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

/// Passes on rows in memory, in pieces.
///
/// - Parameters:
///   - rows: The rows, genes in any order.
///   - firstRow: The number of the first row.
///   - columns: The new column of each stored column, −1 for omitted columns; `nil` to keep all.
///   - options: The options for the size of the pieces and the number of threads.
///   - map: The closure called for each piece, on any thread.
///   - body: The closure that receives the results, on the calling thread.
/// - Throws: Rethrows errors of `map` and `body`.
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
