extension Matrix {
  /// Returns the given rows in the given order.
  package func gathering(_ rows: [Int32]) -> Matrix {
    var values: [Float] = []
    values.reserveCapacity(rows.count * columns)
    for row in rows { values += self.values[range(ofRow: Int(row))] }
    return Matrix(rows: rows.count, columns: columns, values: values)
  }

  /// Makes a matrix whose rows are written on several threads.
  ///
  /// The first touch of new memory takes about as long as writing it, so threads share that, too.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - pool: The threads to use; `nil` for the calling thread only.
  ///   - write: Writes a row: it receives its number, and zeros to replace; `(columns)`.
  package init(
    rows: Int, columns: Int, pool: ThreadPool?, write: @Sendable (Int, FloatView) -> Void
  ) {
    let count = rows * columns
    let values = unsafe [Float](unsafeUninitializedCapacity: count) { buffer, written in
      written = count
      guard let base = buffer.baseAddress else { return }
      let all = unsafe FloatView(base: base, count: count)
      let shards = fixedShards(of: rows, size: 64)
      pool.parallel(shards.count) { shard in
        for row in shards[shard] {
          let numbers = all[row * columns..<(row + 1) * columns]
          numbers.fill(0)
          write(row, numbers)
        }
      }
    }
    self.init(rows: rows, columns: columns, values: values)
  }

  /// Returns the given columns of all rows.
  package func columns(_ chosen: [Int], pool: ThreadPool?) -> Matrix {
    let values = values
    let width = columns
    return Matrix(rows: rows, columns: chosen.count, pool: pool) { row, numbers in
      let start = row * width
      for (place, column) in chosen.enumerated() { numbers[place] = values[start + column] }
    }
  }
}
