internal import HDF5

extension StoredMatrix {
  /// Reads a dense matrix of genes × cells: slabs of columns, of whole chunks where these are not
  /// much larger than the limit, so that each chunk is decoded once.
  func forEachBlockOfAllByGene<Value: StoredNumber, Result: Sendable>(
    in file: borrowing File, _ columns: [Int32]?, _ options: ReadingOptions,
    _ map: @Sendable (RowBlock<Value>) throws -> Result, _ body: (Result) throws -> Void
  ) throws {
    let data = try DatasetReader(file.dataset(valuesName), as: Value.self)
    let limit = options.blockValues
    var size = max(1, limit / max(1, self.columns))
    if let chunk = storage.chunk?.last {
      if chunk <= size {
        size = size / chunk * chunk
      } else if chunk * self.columns <= 32 * limit {
        size = chunk
      }
    }
    let slabs = windows(of: rows, size: size)
    try inOrder(
      count: slabs.count, threads: options.threadCount,
      make: { number in
        let slab = slabs[number]
        var (starts, genes, values) = compressedByColumn(
          try data.readColumns(slab), rows: self.columns, columns: slab.count)
        if columns != nil {
          canonicalize(starts: &starts, genes: &genes, values: &values, columns: columns)
        }
        return try pieces(of: starts, upTo: limit).map { piece in
          try map(block(of: piece, firstRow: slab.lowerBound, starts: starts, genes, values))
        }
      }, use: { try $0.forEach(body) })
  }
}

/// Turns a slab of genes × cells into the cells' rows, and leaves the zeros out.
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
