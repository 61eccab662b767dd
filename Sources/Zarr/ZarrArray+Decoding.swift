internal import StoredArrays

extension ZarrArray: ChunkSource {
  /// The number of bytes of a chunk's numbers before they are encoded.
  private var numberBytes: Int { metadata.chunkCount * metadata.type.bytes }

  /// The largest plausible number of encoded bytes, as compression hardly ever enlarges data.
  private var limit: Int { 2 * numberBytes + 4096 }

  /// Returns the numbers of a chunk, row by row, in the order of bytes of this machine.
  ///
  /// - Throws: ``ZarrError`` if it is damaged.
  package func decoded(_ chunk: Int) throws(ZarrError) -> [UInt8] {
    guard let stored = try stored(chunk, limit: limit) else { return filled() }
    var bytes: [UInt8]
    do throws(CodecFailure) {
      try checkPlausible(stored.count)
      bytes = try metadata.codecs.decode(stored, size: numberBytes, upTo: 2 * limit)
      guard bytes.count == numberBytes else {
        throw .damaged("it has \(bytes.count) bytes, not \(numberBytes)")
      }
    } catch { throw damage(file(ofChunk: chunk), error) }
    let width = metadata.type.bytes
    if metadata.type.isBigEndian, width > 1 { bytes = reversed(bytes, width: width) }
    if metadata.isTransposed { bytes = transposed(bytes, width: width) }
    return metadata.type.element == .float(bytes: 2) ? widened(bytes) : bytes
  }

  /// Returns whether a chunk is decoded into its place: by one codec at most, besides a checksum.
  package func decodesInPlace(_ chunk: Int) -> Bool {
    metadata.codecs.count <= (metadata.codecs.last == .crc32c ? 2 : 1) && !metadata.isTransposed
      && !(metadata.type.isBigEndian && metadata.type.bytes > 1)
      && metadata.type.element != .float(bytes: 2)
  }

  /// Decodes a chunk into its place.
  ///
  /// - Throws: ``ZarrError`` if it is damaged.
  package func decode(
    _ chunk: Int, into output: UnsafeMutableRawBufferPointer
  ) throws(ZarrError) {
    guard let stored = try stored(chunk, limit: limit) else {
      unsafe output.copyBytes(from: filled())
      return
    }
    var failure: CodecFailure?
    unsafe stored.withUnsafeBytes { input in
      do throws(CodecFailure) {
        try checkPlausible(input.count)
        try unsafe metadata.codecs.decode(input, into: output)
      } catch { failure = error }
    }
    if metadata.sharding != nil { spare.keep(stored) }
    if let failure { throw damage(file(ofChunk: chunk), failure) }
  }

  private func checkPlausible(_ stored: Int) throws(CodecFailure) {
    guard numberBytes - (1 << 24) <= stored * [Codec].largestRatio else {
      throw .damaged("its \(stored) bytes cannot be \(numberBytes)")
    }
  }

  /// Returns a chunk that holds only the fill value.
  private func filled() -> [UInt8] {
    guard case .number(let element) = metadata.fill, !metadata.fill.isZero else {
      let width = metadata.type.number?.bytes ?? 0
      return [UInt8](repeating: 0, count: metadata.chunkCount * width)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(metadata.chunkCount * element.count)
    for _ in 0..<metadata.chunkCount { bytes += element }
    return bytes
  }

  /// Returns the elements of a chunk whose first dimension varies fastest, row by row.
  private func transposed(_ bytes: [UInt8], width: Int) -> [UInt8] {
    let (rows, columns) = (metadata.chunk[0], metadata.chunk[1])
    var result = [UInt8](repeating: 0, count: bytes.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let (from, to) = ((column * rows + row) * width, (row * columns + column) * width)
        for byte in 0..<width { result[to + byte] = bytes[from + byte] }
      }
    }
    return result
  }
}

/// Reverses the bytes of each element.
private func reversed(_ bytes: [UInt8], width: Int) -> [UInt8] {
  var bytes = bytes
  for start in stride(from: 0, to: bytes.count, by: width) {
    bytes[start..<start + width].reverse()
  }
  return bytes
}

/// Returns numbers of half precision in single precision.
private func widened(_ bytes: [UInt8]) -> [UInt8] {
  let numbers = stride(from: 0, to: bytes.count, by: 2).map { place in
    single(ofHalf: UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8)
  }
  return unsafe numbers.withUnsafeBytes { unsafe Array($0) }
}
