package import Numerics

/// A way to damage the bytes of a file.
package enum ByteMutation: String, CaseIterable, Sendable {
  /// Bits of the first hundred bytes, where an HDF5 file says how it is to be read.
  case superblock

  /// Bytes behind a signature of HDF5's: nodes of trees, heaps of names, tables of symbols.
  case structure

  /// Whole numbers anywhere that become the least, the greatest, or nearly so.
  case number

  /// Bits anywhere.
  case bits

  /// The file's end is gone.
  case truncation

  /// The file goes on as another one does.
  case splice

  /// A piece of the file takes the place of another.
  case move

  /// A piece of the file is nothing but zeros, or ones.
  case blank

  /// Numbers of a text that become absurd ones.
  case word

  /// Lines that are gone, or come twice.
  case line

  /// Those for binary files.
  package static let ofHDF5: [ByteMutation] = [
    .superblock, .structure, .structure, .structure, .number, .number, .number, .bits, .bits,
    .truncation, .splice, .move, .blank,
  ]

  /// Those for text.
  package static let ofText: [ByteMutation] = [
    .bits, .truncation, .splice, .move, .blank, .word, .word, .word, .line, .line,
  ]

  /// Damages some bytes; of none there is nothing to damage.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of a file.
  ///   - other: Those of another one.
  ///   - random: Chooses the places.
  package func apply(
    to bytes: inout [UInt8], with other: [UInt8], using random: inout SplitMix64
  ) {
    guard !bytes.isEmpty else { return }
    switch self {
    case .superblock: flip(in: 0..<min(bytes.count, 100), &bytes, &random)
    case .structure:
      let starts = Self.signatures(in: bytes)
      let start = starts.randomElement(using: &random) ?? 0
      let place = start..<min(start + 120, bytes.count)
      if Bool.random(using: &random) {
        flip(in: place, &bytes, &random)
      } else {
        put(number: &random, in: place, &bytes)
      }
    case .number:
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        put(number: &random, in: bytes.indices, &bytes)
      }
    case .bits: flip(in: bytes.indices, &bytes, &random)
    case .truncation: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case .splice:
      guard !other.isEmpty else { return }
      let place = Int.random(in: 0..<bytes.count, using: &random)
      // Mostly at the same place, so that what is meant to be there is of the same kind.
      let start =
        Int.random(in: 0..<4, using: &random) > 0
        ? min(place, other.count - 1) : Int.random(in: 0..<other.count, using: &random)
      let length = Bool.random(using: &random) ? 512 : other.count
      let piece = other[start..<min(start + length, other.count)]
      bytes.replaceSubrange(place..<min(place + piece.count, bytes.count), with: piece)
    case .move:
      let length = min(bytes.count, 1 << Int.random(in: 2...9, using: &random))
      let from = Int.random(in: 0...bytes.count - length, using: &random)
      let to = Int.random(in: 0...bytes.count - length, using: &random)
      bytes.replaceSubrange(to..<to + length, with: Array(bytes[from..<from + length]))
    case .blank:
      let length = min(bytes.count, 1 << Int.random(in: 1...9, using: &random))
      let start = Int.random(in: 0...bytes.count - length, using: &random)
      let byte: UInt8 = Bool.random(using: &random) ? 0 : 0xFF
      for position in start..<start + length { bytes[position] = byte }
    case .word: changeWord(&bytes, &random)
    case .line: changeLine(&bytes, &random)
    }
  }

  private func flip(
    in range: Range<Int>, _ bytes: inout [UInt8], _ random: inout SplitMix64
  ) {
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let position = Int.random(in: range, using: &random)
      if Bool.random(using: &random) {
        bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      } else {
        bytes[position] = UInt8.random(in: 0...255, using: &random)
      }
    }
  }

  private func put(
    number random: inout SplitMix64, in range: Range<Int>, _ bytes: inout [UInt8]
  ) {
    let width = [1, 2, 4, 8].randomElement(using: &random) ?? 8
    guard range.count >= width else { return }
    let limits: [UInt64] = [
      0, 1, 2, .max, .max - 1, .max >> 1, (.max >> 1) + 1, 1 << 40, UInt64(bytes.count),
      0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_7FFF_7FFF_7FFF,
    ]
    let number = limits.randomElement(using: &random) ?? 0
    let start = Int.random(in: range.lowerBound...range.upperBound - width, using: &random)
    for k in 0..<width { bytes[start + k] = UInt8(truncatingIfNeeded: number >> UInt64(8 * k)) }
  }

  private func changeWord(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let isDigit = { (byte: UInt8) in (48..<58).contains(byte) }
    let starts = bytes.indices.filter {
      isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1]))
    }
    // Mostly one of the first, which are the sizes.
    let few = Bool.random(using: &random) ? starts.prefix(8) : starts[...]
    guard let start = few.randomElement(using: &random) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    let words = [
      "", "0", "-1", "1", "2147483647", "4294967296", "1000000000000", "9223372036854775807",
      "18446744073709551616", "1e9", "1e309", "-1e309", "nan", "0x10", "1.5", ",", "\t", "\n",
      "\0", "\r", "\u{FEFF}", "\"", "%", String(repeating: "9", count: 3000),
    ]
    let word = words.randomElement(using: &random) ?? ""
    bytes.replaceSubrange(start..<end, with: word.utf8)
  }

  private func changeLine(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let line = Int.random(in: 0..<lines.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: lines.remove(at: line)
    case 1: lines.insert(lines[line], at: line)
    case 2: lines.swapAt(line, Int.random(in: 0..<lines.count, using: &random))
    default: lines[line] = Array(lines[line].reversed())
    }
    bytes = Array(lines.joined(separator: [10]))
  }

  /// Where structures of an HDF5 file start.
  private static func signatures(in bytes: [UInt8]) -> [Int] {
    let names: Set<[UInt8]> = Set(
      [
        "TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF",
        "BTIN", "SMTB", "FADB", "FAHD", "EAHD",
      ].map { Array($0.utf8) })
    guard bytes.count >= 4 else { return [] }
    return (0...bytes.count - 4).filter { start in
      // Most bytes begin none of them.
      (65...84).contains(bytes[start]) && names.contains(Array(bytes[start..<start + 4]))
    }
  }
}
