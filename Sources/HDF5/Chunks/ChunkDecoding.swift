internal import CHDF5

/// The bytes of a chunk as stored in the file.
struct StoredChunk: Sendable {
  var bytes: [UInt8]

  /// A mask with one bit per filter; a set bit marks a filter that the chunk skipped.
  var skippedFilters: UInt32
}

extension ChunkLayout {
  /// Fetches a chunk while holding the library's lock.
  ///
  /// - Returns: The chunk, or `nil` if it was never written.
  /// - Throws: ``HDF5Error/damagedChunk(name:path:chunk:rows:reason:)`` if the chunk is empty or
  ///   too large.
  func fetch(
    _ chunk: Int, of dataset: borrowing Dataset
  ) throws(HDF5Error) -> StoredChunk? {
    let (id, offset) = (dataset.handle.id, offset(ofChunk: chunk))
    let damage = damage(of: chunk, in: dataset.location)
    var size: hsize_t = 0
    let (_, message) = attempt { unsafe H5Dget_chunk_storage_size(id, offset, &size) }
    // Some versions of HDF5 report a chunk that was never written as an error if the dataset has
    // filters.
    if let message, !message.contains("chunk storage is not allocated") { throw damage(message) }
    guard size > 0 else { return nil }
    // Compression hardly ever enlarges data, so this limit keeps a damaged size from asking for too
    // much memory.
    guard size <= 2 * chunkBytes + 4096 else {
      throw damage("its stated size is \(size) bytes, for \(chunkBytes) bytes of data")
    }
    var mask: UInt32 = 0
    var bytes = [UInt8](uninitialized: Int(size))
    try check(orThrow: damage) {
      unsafe H5Dread_chunk(id, h5p_default(), offset, &mask, &bytes)
    }
    return StoredChunk(bytes: bytes, skippedFilters: mask)
  }

  /// Reverses the filters of a chunk, on any thread.
  ///
  /// - Returns: The bytes of the elements, row by row.
  /// - Throws: ``HDF5Error/damagedChunk(name:path:chunk:rows:reason:)``.
  func decode(
    _ stored: consuming StoredChunk?, _ chunk: Int, _ location: Location, using inflater: Inflater
  ) throws(HDF5Error) -> [UInt8] {
    guard let stored else { return filled() }
    let damage = damage(of: chunk, in: location)
    var bytes = stored.bytes
    for (position, filter) in filters.enumerated().reversed() {
      guard stored.skippedFilters & 1 << UInt32(position) == 0 else { continue }
      var output = [UInt8](uninitialized: chunkBytes)
      switch filter {
      case .gzip:
        let reason = unsafe output.withUnsafeMutableBytes { output in
          unsafe bytes.withUnsafeBytes { unsafe inflater.inflate($0, into: output) }
        }
        if let reason { throw damage(reason) }
      case .shuffle(let width):
        guard bytes.count == chunkBytes else { throw damage(sizeReason(bytes.count)) }
        unsafe output.withUnsafeMutableBytes { output in
          unsafe bytes.withUnsafeBytes { unsafe unshuffle($0, width: width, into: output) }
        }
      }
      bytes = output
    }
    guard bytes.count == chunkBytes else { throw damage(sizeReason(bytes.count)) }
    return bytes
  }

  /// Returns whether the inflated bytes of a chunk already have the layout of its rows in the
  /// dataset.
  func isInflatedInPlace(_ chunk: Int) -> Bool {
    guard filters.count == 1, case .gzip = filters[0], chunkColumns == columns else { return false }
    return rows(ofChunkRow: chunk).count == chunkRows
  }

  /// Inflates a chunk for which ``isInflatedInPlace(_:)`` is true, on any thread.
  ///
  /// - Throws: ``HDF5Error/damagedChunk(name:path:chunk:rows:reason:)``.
  func inflate<Number>(
    _ stored: StoredChunk?, _ chunk: Int, _ location: Location, using inflater: Inflater,
    into numbers: inout [Number], bytes range: Range<Int>
  ) throws(HDF5Error) {
    var reason: String?
    if let stored, stored.skippedFilters == 0 {
      unsafe numbers.withUnsafeMutableBytes { output in
        reason = unsafe stored.bytes.withUnsafeBytes {
          unsafe inflater.inflate(
            $0, into: UnsafeMutableRawBufferPointer(rebasing: output[range]))
        }
      }
    } else {
      let bytes = try decode(stored, chunk, location, using: inflater)
      unsafe numbers.withUnsafeMutableBytes { output in
        unsafe output[range].copyBytes(from: bytes)
      }
    }
    if let reason { throw damage(of: chunk, in: location)(reason) }
  }

  private func sizeReason(_ found: Int) -> String { "it has \(found) bytes, not \(chunkBytes)" }

  /// Returns a chunk that holds only the fill value.
  private func filled() -> [UInt8] {
    guard fill.contains(where: { $0 != 0 }) else {
      return [UInt8](repeating: 0, count: chunkBytes)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunkBytes)
    for _ in 0..<chunkRows * chunkColumns { bytes += fill }
    return bytes
  }

  /// Makes the error for a chunk from the reason of the failure.
  private func damage(of chunk: Int, in location: Location) -> (String) -> HDF5Error {
    let rows = rows(ofChunkRow: chunk / chunksAcross)
    return { reason in
      .damagedChunk(
        name: location.name, path: location.path, chunk: chunk, rows: rows,
        reason: systemReason(in: reason) ?? reason)
    }
  }
}
