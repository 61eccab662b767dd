internal import CHDF5
internal import StoredArrays

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
    guard size <= 2 * geometry.chunkBytes + 4096 else {
      throw damage("its stated size is \(size) bytes, for \(geometry.chunkBytes) bytes of data")
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
      var output = [UInt8](uninitialized: geometry.chunkBytes)
      switch filter {
      case .gzip:
        let reason = unsafe output.withUnsafeMutableBytes { output in
          unsafe bytes.withUnsafeBytes { unsafe inflater.inflate($0, into: output) }
        }
        if let reason { throw damage(reason) }
      case .shuffle(let width):
        guard bytes.count == geometry.chunkBytes else { throw damage(sizeReason(bytes.count)) }
        unsafe output.withUnsafeMutableBytes { output in
          unsafe bytes.withUnsafeBytes { unsafe unshuffle($0, width: width, into: output) }
        }
      }
      bytes = output
    }
    guard bytes.count == geometry.chunkBytes else { throw damage(sizeReason(bytes.count)) }
    return bytes
  }

  /// A flag that is true if inflating alone decodes a chunk.
  var isOnlyInflated: Bool {
    guard filters.count == 1, case .gzip = filters[0] else { return false }
    return true
  }

  /// Decodes a chunk for which ``isOnlyInflated`` is true into its place, on any thread.
  ///
  /// - Throws: ``HDF5Error/damagedChunk(name:path:chunk:rows:reason:)``.
  func inflate(
    _ stored: StoredChunk?, _ chunk: Int, _ location: Location, using inflater: Inflater,
    into output: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    guard let stored, stored.skippedFilters == 0 else {
      unsafe output.copyBytes(from: try decode(stored, chunk, location, using: inflater))
      return
    }
    let reason = unsafe stored.bytes.withUnsafeBytes { unsafe inflater.inflate($0, into: output) }
    if let reason { throw damage(of: chunk, in: location)(reason) }
  }

  private func sizeReason(_ found: Int) -> String {
    "it has \(found) bytes, not \(geometry.chunkBytes)"
  }

  /// Returns a chunk that holds only the fill value.
  private func filled() -> [UInt8] {
    guard fill.contains(where: { $0 != 0 }) else {
      return [UInt8](repeating: 0, count: geometry.chunkBytes)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(geometry.chunkBytes)
    for _ in 0..<geometry.chunkRows * geometry.chunkColumns { bytes += fill }
    return bytes
  }

  /// Makes the error for a chunk from the reason of the failure.
  private func damage(of chunk: Int, in location: Location) -> (String) -> HDF5Error {
    let rows = geometry.rows(ofChunkRow: chunk / geometry.chunksAcross)
    return { reason in
      .damagedChunk(
        name: location.name, path: location.path, chunk: chunk, rows: rows,
        reason: systemReason(in: reason) ?? reason)
    }
  }
}
