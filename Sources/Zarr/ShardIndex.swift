/// The places of the chunks in a file of several.
struct ShardIndex: Sendable {
  /// The bytes of an entry: an offset and a size, each of 64 bits.
  static let entryBytes = 16

  /// The place of each chunk in the file; `nil` for a chunk that was never written.
  private let places: [Range<Int>?]

  /// Returns the bytes that an index takes.
  static func bytes(_ sharding: ArrayMetadata.Sharding, chunks: Int) -> Int {
    let checksums = sharding.indexCodecs.count * CRC32C.bytes
    return chunks * entryBytes + checksums
  }

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - encoded: Its bytes.
  ///   - chunks: The number of chunks of the file.
  ///   - sharding: How the index is encoded.
  ///   - fileSize: The bytes of the file, within which the chunks have to be.
  /// - Throws: ``CodecFailure``.
  init(
    _ encoded: [UInt8], chunks: Int, _ sharding: ArrayMetadata.Sharding, fileSize: Int
  ) throws(CodecFailure) {
    let bytes = try sharding.indexCodecs.decode(encoded, size: chunks * Self.entryBytes, upTo: 0)
    guard bytes.count == chunks * Self.entryBytes else {
      throw .damaged("its index has \(bytes.count) bytes for \(chunks) chunks")
    }
    func number(_ place: Int) -> UInt64 {
      let number = bytes[place..<place + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return sharding.isIndexBigEndian ? number.byteSwapped : number
    }
    var places: [Range<Int>?] = []
    places.reserveCapacity(chunks)
    for chunk in 0..<chunks {
      let (offset, size) = (number(chunk * 16), number(chunk * 16 + 8))
      if offset == .max, size == .max {
        places.append(nil)
        continue
      }
      guard size <= UInt64(fileSize), offset <= UInt64(fileSize) - size else {
        throw .damaged(
          "its index has \(size) bytes from \(offset) on, but the file has \(fileSize)")
      }
      places.append(Int(offset)..<Int(offset + size))
    }
    self.places = places
  }

  /// The number of chunks.
  var count: Int { places.count }

  /// Returns the place of a chunk in the file; `nil` if it was never written.
  subscript(chunk: Int) -> Range<Int>? { places[chunk] }
}
