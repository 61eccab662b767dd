/// A decoder of the chunks of an array, for any thread.
package protocol ChunkSource<Failure>: Sendable {
  /// The error of a chunk that cannot be decoded.
  associatedtype Failure: Error

  /// Returns the bytes of a chunk, row by row.
  ///
  /// - Throws: The error of a damaged chunk.
  func decoded(_ chunk: Int) throws(Failure) -> [UInt8]

  /// Returns whether a chunk whose bytes have their final layout is best decoded into their place.
  func decodesInPlace(_ chunk: Int) -> Bool

  /// Decodes such a chunk into its place.
  ///
  /// - Throws: The error of a damaged chunk.
  func decode(_ chunk: Int, into output: UnsafeMutableRawBufferPointer) throws(Failure)
}

/// A reader for one pass over the chunks of numbers, by several threads at a time.
///
/// A chunk that serves several reads is decoded once.
package struct ChunkedNumbers<Number: StoredNumber, Failure: Error>: Sendable {
  /// The division of the array.
  package let geometry: ChunkGeometry

  private let conversion: NumberConversion
  private let shared: SharedChunks<Failure>

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - geometry: The division of the array.
  ///   - conversion: The conversion to `Number`.
  ///   - shared: The chunks that reads share.
  package init(
    _ geometry: ChunkGeometry, _ conversion: NumberConversion, sharing shared: SharedChunks<Failure>
  ) {
    self.geometry = geometry
    self.conversion = conversion
    self.shared = shared
  }

  /// Reads some rows, on any thread.
  ///
  /// - Parameters:
  ///   - rows: The rows, at least one, of at least one column; request each row once per pass.
  ///   - source: Decodes the chunks.
  ///   - spare: The arrays of which one may be used for the result. The default is `nil`, for a new
  ///     array.
  /// - Returns: The values in row-major order.
  /// - Throws: The error of a damaged chunk.
  package func read(
    _ rows: Range<Int>, from source: some ChunkSource<Failure>, spare: SpareArrays<Number>? = nil
  ) throws(Failure) -> [Number] {
    let count = rows.count * geometry.columns
    var values = spare?.array(of: count) ?? [Number](uninitialized: count)
    func take(_ chunk: Int, waits: Bool) throws(Failure) -> Bool {
      let present = geometry.rows(ofChunkRow: chunk / geometry.chunksAcross)
      let wanted = present.clamped(to: rows)
      if wanted == present, !conversion.changes, geometry.isContiguous(chunk),
        source.decodesInPlace(chunk)
      {
        let size = MemoryLayout<Number>.size * geometry.columns
        let place = (present.lowerBound - rows.lowerBound) * size
        var failure: Failure?
        unsafe values.withUnsafeMutableBytes { output in
          let output = unsafe UnsafeMutableRawBufferPointer(
            rebasing: output[place..<place + present.count * size])
          do throws(Failure) { try unsafe source.decode(chunk, into: output) } catch {
            failure = error
          }
        }
        if let failure { throw failure }
        return true
      }
      // No other read needs a chunk that this one reads whole.
      let decoded =
        wanted == present
        ? (bytes: try bytes(of: chunk, from: source), isLast: true)
        : try shared.chunk(chunk, taking: wanted.count, of: present.count, waits: waits) {
          () throws(Failure) in try bytes(of: chunk, from: source)
        }
      guard let (bytes, isLast) = decoded else { return false }
      unsafe values.withUnsafeMutableBytes { output in
        unsafe geometry.copy(
          wanted, of: bytes, fromChunk: chunk, to: output, startingAt: rows.lowerBound,
          bytesOfResult: MemoryLayout<Number>.size, conversion)
      }
      if isLast { shared.spare.keep(bytes) }
      return true
    }
    let first = rows.lowerBound / geometry.chunkRows
    let end = (rows.upperBound - 1) / geometry.chunkRows + 1
    // Chunks that other threads are decoding come last, so that threads do not wait for each other.
    var postponed: [Int] = []
    for chunk in first * geometry.chunksAcross..<end * geometry.chunksAcross {
      if try !take(chunk, waits: false) { postponed.append(chunk) }
    }
    for chunk in postponed { _ = try take(chunk, waits: true) }
    return values
  }

  /// Reads some columns of all rows, on any thread.
  ///
  /// Chunks are decoded whole, so more columns can be decoded than are read.
  ///
  /// - Parameters:
  ///   - columns: The columns, at least one, of at least one row; request each once per pass.
  ///   - source: Decodes the chunks.
  /// - Returns: The values in row-major order; `(rows, columns.count)`.
  /// - Throws: The error of a damaged chunk.
  package func readColumns(
    _ columns: Range<Int>, from source: some ChunkSource<Failure>
  ) throws(Failure) -> [Number] {
    var values = [Number](uninitialized: geometry.rows * columns.count)
    let width = geometry.chunkColumns
    let across = columns.lowerBound / width...(columns.upperBound - 1) / width
    for chunkRow in 0..<(geometry.rows + geometry.chunkRows - 1) / geometry.chunkRows {
      for chunkColumn in across {
        let chunk = chunkRow * geometry.chunksAcross + chunkColumn
        let present = chunkColumn * width..<Swift.min((chunkColumn + 1) * width, geometry.columns)
        let wanted = present.clamped(to: columns)
        var shareable: (bytes: [UInt8], isLast: Bool)?
        if wanted != present {
          shareable = try shared.chunk(
            chunk, taking: wanted.count, of: present.count, waits: true
          ) { () throws(Failure) in try bytes(of: chunk, from: source) }
        }
        let (decoded, isLast) =
          if let shareable { shareable } else { (try bytes(of: chunk, from: source), true) }
        unsafe values.withUnsafeMutableBytes { output in
          unsafe geometry.copyColumns(
            wanted, of: decoded, fromChunk: chunk, to: output, of: columns,
            bytesOfResult: MemoryLayout<Number>.size, conversion)
        }
        if isLast { shared.spare.keep(decoded) }
      }
    }
    return values
  }

  /// Decodes a chunk into an array that served before, if its source can.
  private func bytes(
    of chunk: Int, from source: some ChunkSource<Failure>
  ) throws(Failure) -> [UInt8] {
    guard source.decodesInPlace(chunk) else { return try source.decoded(chunk) }
    var bytes = shared.spare.array(of: geometry.chunkBytes)
    var failure: Failure?
    unsafe bytes.withUnsafeMutableBytes { output in
      do throws(Failure) { try unsafe source.decode(chunk, into: output) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
