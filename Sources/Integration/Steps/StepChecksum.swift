/// A checksum of 64 bits that finds damage; it is no protection against forgery.
///
/// It reads some gigabytes a second, as steps read files of any size.
struct StepChecksum {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
  private var word: UInt64 = 0
  private var filled = 0
  private var count: UInt64 = 0

  /// Adds bytes; the checksum does not depend on how they are divided among calls.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var place = 0
    while filled > 0, place < bytes.count { unsafe add(bytes[place], &place) }
    while place + 8 <= bytes.count {
      mix(unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian)
      place += 8
    }
    while place < bytes.count { unsafe add(bytes[place], &place) }
  }

  /// The checksum of all bytes so far.
  var value: UInt64 {
    var copy = self
    copy.mix(word)
    copy.mix(count)
    return copy.state ^ copy.state >> 29
  }

  private mutating func add(_ byte: UInt8, _ place: inout Int) {
    word |= UInt64(byte) << UInt64(8 * filled)
    filled += 1
    place += 1
    guard filled == 8 else { return }
    mix(word)
    (word, filled) = (0, 0)
  }

  private mutating func mix(_ next: UInt64) {
    let mixed = (state ^ next) &* 0xFF51_AFD7_ED55_8CCD
    state = mixed << 31 | mixed >> 33
  }
}
