internal import HDF5

extension StoredMatrix {
  /// Reads a dense matrix of genes × cells in slabs of columns.
  ///
  /// A slab consists of whole chunks if these are not much larger than the limit, so that each
  /// chunk is decoded once.
  func forEachBlockOfAllByGene<Value: StoredNumber, Result: Sendable>(
    in file: borrowing Container, _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let data = try NumberReader(
      file.dataset(valuesName), as: Value.self, keeping: options.chunkBytes)
    let size = slabRows(
      columns: self.columns, chunk: storage.chunk?.last, limit: options.blockValues,
      wholeChunks: true)
    try forEachPiece(
      ofSlabs: windows(of: rows, size: size), columns, options,
      read: { slab in
        compressedByColumn(
          try data.readColumns(slab), rows: self.columns, columns: slab.count)
      }, map, body)
  }
}

/// Transposes a slab of genes × cells into rows of cells, without zeros.
@specialized(where Value == Float)
@specialized(where Value == Double)
@specialized(where Value == Int32)
@specialized(where Value == UInt16)
private func compressedByColumn<Value: StoredNumber>(
  _ slab: [Value], rows: Int, columns: Int
) -> (starts: [Int], genes: [Int32], values: [Value]) {
  var next = [Int](repeating: 0, count: columns)
  do {
    var next = next.mutableSpan
    for gene in 0..<rows {
      let row = slab.span.extracting(gene * columns..<(gene + 1) * columns)
      for cell in row.indices where row[cell] != 0 { next[cell] += 1 }
    }
  }
  let starts = next.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  next = Array(starts.dropLast())
  var genes = [Int32](repeating: 0, count: starts[columns])
  var values: [Value] = zeros(genes.count)
  do {
    var next = next.mutableSpan
    var genes = genes.mutableSpan
    var values = values.mutableSpan
    for gene in 0..<rows {
      let row = slab.span.extracting(gene * columns..<(gene + 1) * columns)
      for cell in row.indices where row[cell] != 0 {
        genes[next[cell]] = Int32(truncatingIfNeeded: gene)
        values[next[cell]] = row[cell]
        next[cell] += 1
      }
    }
  }
  return (starts, genes, values)
}
