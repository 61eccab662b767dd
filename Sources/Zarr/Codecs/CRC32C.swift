/// The checksum of Castagnoli, as it follows the contents.
enum CRC32C {
  /// The bytes of a checksum.
  static let bytes = 4

  /// The remainder of each byte, after none to seven zero bytes; `(8, 256)`.
  private static let tables: [UInt32] = {
    let first = (0..<UInt32(256)).map { byte in
      (0..<8).reduce(byte) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0x82F6_3B78 }
    }
    var tables = [first]
    for _ in 1..<8 {
      let before = tables[tables.count - 1]
      tables.append(before.map { $0 >> 8 ^ first[Int($0 & 0xFF)] })
    }
    return tables.flatMap(\.self)
  }()

  /// Computes the checksum of some bytes.
  static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
    let tables = tables.span
    var value = ~UInt32(0)
    var place = 0
    while place + 8 <= bytes.count {
      let word =
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        ^ UInt64(value)
      value = 0
      // The indices are below 8 · 256.
      for byte in 0..<8 {
        let index = (7 - byte) * 256 + Int(truncatingIfNeeded: word >> UInt64(8 * byte) & 0xFF)
        value ^= unsafe tables[unchecked: index]
      }
      place += 8
    }
    while place < bytes.count {
      value = unsafe value >> 8 ^ tables[Int((value ^ UInt32(bytes[place])) & 0xFF)]
      place += 1
    }
    return ~value
  }

  /// Checks the checksum after the contents.
  ///
  /// - Throws: ``CodecFailure/damaged(_:)``.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(CodecFailure) {
    guard bytes.count >= Self.bytes else { throw .damaged("it is too short") }
    let end = bytes.count - Self.bytes
    let stated = unsafe UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self))
    guard unsafe checksum(of: UnsafeRawBufferPointer(rebasing: bytes[..<end])) == stated else {
      throw .damaged("its checksum is wrong")
    }
  }
}
