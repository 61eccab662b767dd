package import StoredArrays
internal import Synchronization

/// An array of a zarr store, for reading in pieces.
///
/// A *row* is one step of the first dimension: one element of a list, one row of a matrix. Values are
/// in row-major order. Chunks that were never written hold the fill value.
package final class ZarrArray: Sendable {
  /// The array's path in its store.
  package var name: String { location.name }

  /// The store's path.
  package var path: String { location.path }

  /// The array's shape, type and chunks.
  package let info: DatasetInfo

  let metadata: ArrayMetadata
  let location: Location
  private let place: String
  private let bytes: any ByteStore

  /// The arrays of encoded chunks of shards that were decoded.
  let spare = SpareArrays<UInt8>(most: 64)

  /// The indexes of shards that were read.
  private let indexes = Mutex<[Int: ShardIndex]>([:])

  /// The chunk that was decoded last by ``read(_:as:)``.
  private let latest = Mutex<(chunk: Int, bytes: [UInt8])?>(nil)

  /// The number of entries of indexes that are kept.
  private static let mostEntries = 1 << 22

  init(_ metadata: ArrayMetadata, at place: String, in bytes: any ByteStore, _ location: Location) {
    self.metadata = metadata
    self.place = place
    self.bytes = bytes
    self.location = location
    info = metadata.info
  }

  /// Reads all elements as numbers.
  ///
  /// - Throws: ``ZarrError`` if the elements are not numbers or exceed the memory.
  package func read<Number: StoredNumber>(as type: Number.Type) throws(ZarrError) -> [Number] {
    try read(0..<info.rowCount, as: type)
  }

  /// Reads some rows as numbers.
  ///
  /// - Parameters:
  ///   - rows: The rows, within `0..<info.rowCount`.
  ///   - type: The type that the elements are converted to.
  /// - Returns: The values in row-major order; `rows.count * info.rowSize`.
  /// - Throws: ``ZarrError`` if the rows do not exist or are not numbers.
  package func read<Number: StoredNumber>(
    _ rows: Range<Int>, as type: Number.Type
  ) throws(ZarrError) -> [Number] {
    let (geometry, conversion) = try numbers(as: type)
    guard try count(ofRows: rows, bytesPerElement: MemoryLayout<Number>.size) > 0 else { return [] }
    return try ChunkedNumbers<Number, ZarrError>(
      geometry, conversion, sharing: SharedChunks(most: 0)
    )
    .read(rows, from: LatestChunk(array: self))
  }

  /// Reads Booleans, or numbers, of which all but zero are true.
  ///
  /// - Returns: The values in row-major order.
  /// - Throws: ``ZarrError`` if they have another type.
  package func booleans() throws(ZarrError) -> [Bool] { try read(as: Int8.self).map { $0 != 0 } }

  /// Checks that the chunks hold enough bytes for the elements, before memory is allocated for them.
  ///
  /// Up to 16 million elements may be unwritten.
  ///
  /// - Throws: ``ZarrError/notStored(name:path:count:bytes:)``.
  package func requireStored() throws(ZarrError) { try requireStored(info.count) }

  private func requireStored(_ count: Int) throws(ZarrError) {
    let unwritten = 1 << 24
    guard count > unwritten else { return }
    let found = (try? bytes.contents(of: place)) ?? (files: 0, bytes: 0)
    let inFile = metadata.sharding?.shard.reduce(1, *) ?? metadata.chunkCount
    let inFiles = found.files.multipliedReportingOverflow(by: inFile)
    let inBytes = found.bytes.multipliedReportingOverflow(by: [Codec].largestRatio)
    guard inFiles.overflow || count - unwritten <= inFiles.partialValue,
      inBytes.overflow || count - unwritten <= inBytes.partialValue
    else {
      throw .notStored(name: name, path: path, count: count, bytes: found.bytes)
    }
  }

  /// Returns the number of elements in rows to be read, after checking that they exist and fit into
  /// memory.
  func count(ofRows rows: Range<Int>, bytesPerElement: Int) throws(ZarrError) -> Int {
    guard rows.lowerBound >= 0, rows.upperBound <= info.rowCount else {
      throw .outOfRange(name: name, path: path, range: rows, count: info.rowCount)
    }
    let count = rows.count * info.rowSize
    let bytes = count.multipliedReportingOverflow(by: bytesPerElement)
    guard !bytes.overflow, bytes.partialValue <= physicalMemory else {
      throw .tooLarge(
        name: name, path: path, shape: [rows.count] + info.shape.dropFirst(),
        bytesPerElement: bytesPerElement)
    }
    try requireStored(count)
    return count
  }

  /// Returns the division of the numbers into chunks, and their conversion.
  ///
  /// - Throws: ``ZarrError`` if they are not numbers, or have more than two dimensions.
  func numbers<Number: StoredNumber>(
    as type: Number.Type
  ) throws(ZarrError) -> (ChunkGeometry, NumberConversion) {
    guard let number = metadata.type.number else {
      throw .wrongElements(name: name, path: path, expected: "numbers", found: info.element)
    }
    guard info.shape.count <= 2 else {
      throw location.unsupported("numbers in \(info.shape.count) dimensions")
    }
    let isScalar = info.shape.isEmpty
    return (
      ChunkGeometry(
        shape: isScalar ? [1] : info.shape, chunk: isScalar ? [1] : metadata.chunk, element: number),
      NumberConversion(converting: number, to: NativeNumber(of: type))
    )
  }

  // MARK: Chunks

  /// Returns the encoded bytes of a chunk.
  ///
  /// - Parameters:
  ///   - chunk: Its number, in row-major order.
  ///   - limit: The maximum number of its bytes.
  /// - Returns: The bytes; `nil` if it was never written.
  /// - Throws: ``ZarrError``.
  func stored(_ chunk: Int, limit: Int) throws(ZarrError) -> [UInt8]? {
    let numbers = numbers(ofChunk: chunk)
    guard let sharding = metadata.sharding else {
      let file = join(place, metadata.keys.key(numbers))
      return try failing(at: file) { () throws(StoreFailure) in
        try bytes.read(file, limit: limit)
      }
    }
    let inside = zip(sharding.shard, metadata.chunk).map { $0 / $1 }
    let shard = zip(numbers, inside).map { $0 / $1 }
    let file = join(place, metadata.keys.key(shard))
    let position = zip(numbers, inside).reduce(0) { $0 * $1.1 + $1.0 % $1.1 }
    guard let index = try index(ofShard: shard, file, sharding, chunks: inside.reduce(1, *)),
      let part = index[position]
    else { return nil }
    return try failing(at: file) { () throws(StoreFailure) in
      try bytes.read(file, spare: spare) { size throws(StoreFailure) in
        guard part.upperBound <= size, part.count <= limit else {
          throw .unreadable("its index has \(part.count) bytes at \(part.lowerBound)")
        }
        return part
      }
    }
  }

  private func index(
    ofShard numbers: [Int], _ file: String, _ sharding: ArrayMetadata.Sharding, chunks: Int
  ) throws(ZarrError) -> ShardIndex? {
    let across = zip(info.shape, sharding.shard).map { ($0 + $1 - 1) / $1 }
    let shard = zip(numbers, across).reduce(0) { $0 * $1.1 + $1.0 }
    if let known = indexes.withLock({ $0[shard] }) { return known }
    let count = ShardIndex.bytes(sharding, chunks: chunks)
    var fileSize = 0
    let bytes = try failing(at: file) { () throws(StoreFailure) in
      try self.bytes.read(file, spare: nil) { size throws(StoreFailure) in
        fileSize = size
        guard count <= size else {
          throw .unreadable("it has \(size) bytes, fewer than its index of \(chunks) chunks")
        }
        return sharding.isIndexFirst ? 0..<count : size - count..<size
      }
    }
    guard let bytes else { return nil }
    let index: ShardIndex
    do throws(CodecFailure) {
      index = try ShardIndex(bytes, chunks: chunks, sharding, fileSize: fileSize)
    } catch { throw damage(file, error) }
    indexes.withLock { known in
      if known.count * chunks > Self.mostEntries { known = [:] }
      known[shard] = index
    }
    return index
  }

  private func numbers(ofChunk chunk: Int) -> [Int] {
    var (rest, numbers) = (chunk, [Int](repeating: 0, count: info.shape.count))
    for dimension in numbers.indices.reversed() {
      let (length, size) = (info.shape[dimension], metadata.chunk[dimension])
      let count = max(1, length / size + (length % size > 0 ? 1 : 0))
      numbers[dimension] = rest % count
      rest /= count
    }
    return numbers
  }

  /// Makes the error of a chunk that cannot be decoded.
  func damage(_ file: String, _ failure: CodecFailure) -> ZarrError {
    switch failure {
    case .damaged(let reason):
      .damagedChunk(
        name: name, path: path, chunk: String(file.dropFirst(place.isEmpty ? 0 : place.count + 1)),
        reason: reason)
    case .missing(let library): .missingLibrary(name: name, path: path, library: library)
    }
  }

  /// Returns the key of the file that holds a chunk.
  func file(ofChunk chunk: Int) -> String {
    let numbers = numbers(ofChunk: chunk)
    let file = metadata.sharding.map { sharding in
      zip(numbers, zip(sharding.shard, metadata.chunk)).map { $0 / ($1.0 / $1.1) }
    }
    return join(place, metadata.keys.key(file ?? numbers))
  }

  private func failing<Value>(
    at file: String, _ body: () throws(StoreFailure) -> Value
  ) throws(ZarrError) -> Value {
    do throws(StoreFailure) { return try body() } catch {
      switch error {
      case .link: throw .link(name: file, path: path)
      case .unreadable(let reason): throw damage(file, .damaged(reason))
      }
    }
  }

  /// Decodes a chunk, unless it is the one that was decoded last.
  fileprivate func decodedLast(_ chunk: Int) throws(ZarrError) -> [UInt8] {
    if let known = latest.withLock({ $0 }), known.chunk == chunk { return known.bytes }
    let bytes = try decoded(chunk)
    latest.withLock { $0 = (chunk, bytes) }
    return bytes
  }
}

/// The chunks of an array, of which the last one is kept for the next read.
private struct LatestChunk: ChunkSource {
  let array: ZarrArray

  func decoded(_ chunk: Int) throws(ZarrError) -> [UInt8] { try array.decodedLast(chunk) }

  func decodesInPlace(_ chunk: Int) -> Bool { false }

  func decode(_ chunk: Int, into output: UnsafeMutableRawBufferPointer) throws(ZarrError) {
    unsafe output.copyBytes(from: try decoded(chunk))
  }
}
