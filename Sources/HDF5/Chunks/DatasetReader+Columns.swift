extension DatasetReader {
  /// Reads some columns of all rows of a matrix, on any thread.
  ///
  /// - Parameter columns: The columns, within the second dimension; request each once per pass.
  ///   Chunks are decoded whole, so more columns can be decoded than are read.
  /// - Returns: The values in row-major order; `(rows, columns.count)`.
  /// - Throws: ``HDF5Error`` if the columns do not exist or are damaged.
  package func readColumns(_ columns: Range<Int>) throws(HDF5Error) -> [Number] {
    guard info.shape.count == 2, columns.lowerBound >= 0, columns.upperBound <= info.shape[1]
    else {
      throw .outOfRange(
        name: name, path: path, range: columns, count: info.shape.dropFirst().first ?? 0)
    }
    let rows = info.shape[0]
    try checkMemory(
      forShape: [rows, columns.count], bytesPerElement: MemoryLayout<Number>.size,
      dataset.location)
    guard rows > 0, !columns.isEmpty else { return [] }
    guard let layout, let conversion else { return try dataset.readColumns(columns) }

    var values = [Number](uninitialized: rows * columns.count)
    let across =
      columns.lowerBound / layout.chunkColumns...(columns.upperBound - 1) / layout.chunkColumns
    for chunkRow in 0..<(rows + layout.chunkRows - 1) / layout.chunkRows {
      for chunkColumn in across {
        let chunk = chunkRow * layout.chunksAcross + chunkColumn
        let first = chunkColumn * layout.chunkColumns
        let present = first..<Swift.min(first + layout.chunkColumns, layout.columns)
        let wanted = present.clamped(to: columns)
        let bytes = try decoded(chunk, layout, present, wanted)
        unsafe values.withUnsafeMutableBytes { output in
          unsafe layout.copyColumns(
            wanted, of: bytes, fromChunk: chunk, to: output, of: columns,
            bytesOfResult: MemoryLayout<Number>.size, conversion)
        }
      }
    }
    return values
  }

  /// Returns a decoded chunk, and keeps it for later calls if the caller does not need all of its
  /// columns.
  private func decoded(
    _ chunk: Int, _ layout: ChunkLayout, _ present: Range<Int>, _ wanted: Range<Int>
  ) throws(HDF5Error) -> [UInt8] {
    func decode() throws(HDF5Error) -> [UInt8] {
      try layout.decode(
        layout.fetch(chunk, of: dataset), chunk, dataset.location, using: inflater)
    }
    guard wanted != present else { return try decode() }
    let shared = try shared.chunk(
      chunk, taking: wanted.count, of: present.count, waits: true, decode: decode)
    guard let shared else { return try decode() }
    return shared
  }
}

extension ChunkLayout {
  /// Copies some columns of a chunk to their place in the result.
  fileprivate func copyColumns(
    _ wanted: Range<Int>, of bytes: [UInt8], fromChunk chunk: Int,
    to output: UnsafeMutableRawBufferPointer, of columns: Range<Int>, bytesOfResult size: Int,
    _ conversion: NumberConversion
  ) {
    let rows = rows(ofChunkRow: chunk / chunksAcross)
    let offset = wanted.lowerBound - chunk % chunksAcross * chunkColumns
    unsafe bytes.withUnsafeBytes { bytes in
      for row in rows {
        let from = ((row - rows.lowerBound) * chunkColumns + offset) * element.bytes
        let to = (row * columns.count + wanted.lowerBound - columns.lowerBound) * size
        unsafe conversion.convert(
          UnsafeRawBufferPointer(rebasing: bytes[from..<from + wanted.count * element.bytes]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[to..<to + wanted.count * size]))
      }
    }
  }
}
