package import StoredArrays

/// A reader for one pass over an array of numbers, by several threads at a time.
///
/// The requesting threads read, decode and convert the chunks; they wait for each other only for a
/// chunk that serves several reads, which is decoded once.
///
///     let reader = try ZarrReader(store.array("X/data"), as: Float.self)
///     let values = try reader.read(0..<1000)
package final class ZarrReader<Number: StoredNumber>: Sendable {
  private let array: ZarrArray
  private let numbers: ChunkedNumbers<Number, ZarrError>

  /// The array's shape, type and chunks.
  package var info: DatasetInfo { array.info }

  /// The array's path in its store.
  package var name: String { array.name }

  /// Takes over an array.
  ///
  /// - Parameters:
  ///   - array: The array.
  ///   - type: The type that the elements are converted to.
  ///   - chunkBytes: The bytes of decoded chunks that are kept, but at least one chunk. The default
  ///     is 256 MiB.
  /// - Throws: ``ZarrError`` if they are not numbers.
  package init(
    _ array: ZarrArray, as type: Number.Type, keeping chunkBytes: Int = 1 << 28
  ) throws(ZarrError) {
    let (geometry, conversion) = try array.numbers(as: type)
    self.array = array
    numbers = ChunkedNumbers(
      geometry, conversion,
      sharing: SharedChunks(most: max(1, chunkBytes / max(1, geometry.chunkBytes))))
  }

  /// Reads some rows, on any thread.
  ///
  /// - Parameters:
  ///   - rows: The rows, within `0..<info.rowCount`; request each row once per pass.
  ///   - spare: The arrays of which one may be used for the result. The default is `nil`, for a new
  ///     array.
  /// - Returns: The values in row-major order; `rows.count * info.rowSize`.
  /// - Throws: ``ZarrError`` if the rows do not exist or are damaged.
  package func read(
    _ rows: Range<Int>, spare: SpareArrays<Number>? = nil
  ) throws(ZarrError) -> [Number] {
    guard rows.lowerBound >= 0, rows.upperBound <= info.rowCount else {
      throw .outOfRange(name: name, path: array.path, range: rows, count: info.rowCount)
    }
    guard !rows.isEmpty, info.rowSize > 0 else { return [] }
    return try numbers.read(rows, from: array, spare: spare)
  }

  /// Reads some columns of all rows of a matrix, on any thread.
  ///
  /// - Parameter columns: The columns, within the second dimension; request each once per pass.
  /// - Returns: The values in row-major order; `(rows, columns.count)`.
  /// - Throws: ``ZarrError`` if the columns do not exist or are damaged.
  package func readColumns(_ columns: Range<Int>) throws(ZarrError) -> [Number] {
    guard info.shape.count == 2, columns.lowerBound >= 0, columns.upperBound <= info.shape[1]
    else {
      throw .outOfRange(
        name: name, path: array.path, range: columns, count: info.shape.dropFirst().first ?? 0)
    }
    guard info.shape[0] > 0, !columns.isEmpty else { return [] }
    return try numbers.readColumns(columns, from: array)
  }
}
