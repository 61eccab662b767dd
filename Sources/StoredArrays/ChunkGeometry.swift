/// The division of a list or a matrix of numbers into chunks of equal size.
///
/// A list counts as a matrix of one column, so that chunks of both are numbered in row-major order.
package struct ChunkGeometry: Sendable {
  /// The number of rows and columns of the array.
  package let (rows, columns): (Int, Int)

  /// The number of rows and columns of a chunk.
  ///
  /// Chunks at the edge have this size too.
  package let (chunkRows, chunkColumns): (Int, Int)

  /// The type of the elements.
  package let element: NativeNumber

  /// Makes a division of one or two dimensions.
  ///
  /// - Parameters:
  ///   - shape: The lengths of the array, at least one.
  ///   - chunk: The lengths of a chunk, as many, each above zero.
  ///   - element: The type of the elements.
  package init(shape: [Int], chunk: [Int], element: NativeNumber) {
    precondition((1...2).contains(shape.count) && shape.count == chunk.count, "\(shape), \(chunk)")
    (rows, columns) = (shape[0], shape.count == 2 ? shape[1] : 1)
    (chunkRows, chunkColumns) = (chunk[0], chunk.count == 2 ? chunk[1] : 1)
    self.element = element
  }

  /// The bytes of a decoded chunk.
  package var chunkBytes: Int { chunkRows * chunkColumns * element.bytes }

  /// The number of chunks in one row of chunks.
  package var chunksAcross: Int { (columns + chunkColumns - 1) / chunkColumns }

  /// Returns the array's rows that a row of chunks covers.
  package func rows(ofChunkRow chunkRow: Int) -> Range<Int> {
    chunkRow * chunkRows..<Swift.min((chunkRow + 1) * chunkRows, rows)
  }

  /// Returns whether the bytes of a chunk have the layout of its rows in the array.
  package func isContiguous(_ chunk: Int) -> Bool {
    chunkColumns == columns && rows(ofChunkRow: chunk).count == chunkRows
  }

  /// Copies some rows of a chunk to their place in the result.
  ///
  /// - Parameters:
  ///   - rows: The rows, as row numbers of the array.
  ///   - bytes: The chunk.
  ///   - chunk: Its number.
  ///   - output: The buffer for the result, whole rows of the array.
  ///   - firstRow: The first row of the result.
  ///   - size: The bytes of one number in the result.
  ///   - conversion: The conversion to the numbers of the result.
  func copy(
    _ rows: Range<Int>, of bytes: [UInt8], fromChunk chunk: Int,
    to output: UnsafeMutableRawBufferPointer, startingAt firstRow: Int, bytesOfResult size: Int,
    _ conversion: NumberConversion
  ) {
    let firstColumn = chunk % chunksAcross * chunkColumns
    let width = Swift.min(chunkColumns, columns - firstColumn)
    // Full rows are contiguous in both the chunk and the result.
    let isWide = width == columns && width == chunkColumns
    let (runs, length) = isWide ? (1, rows.count * width) : (rows.count, width)
    let firstInChunk = rows.lowerBound - chunk / chunksAcross * chunkRows
    unsafe bytes.withUnsafeBytes { bytes in
      for run in 0..<runs {
        let from = (firstInChunk + run) * chunkColumns * element.bytes
        let to = ((rows.lowerBound - firstRow + run) * columns + firstColumn) * size
        unsafe conversion.convert(
          UnsafeRawBufferPointer(rebasing: bytes[from..<from + length * element.bytes]),
          into: UnsafeMutableRawBufferPointer(rebasing: output[to..<to + length * size]))
      }
    }
  }

  /// Copies some columns of a chunk to their place in the result.
  ///
  /// - Parameters:
  ///   - wanted: The columns, as column numbers of the array.
  ///   - bytes: The chunk.
  ///   - chunk: Its number.
  ///   - output: The buffer for the result, all rows of the columns `columns`.
  ///   - columns: The columns of the result.
  ///   - size: The bytes of one number in the result.
  ///   - conversion: The conversion to the numbers of the result.
  func copyColumns(
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
