/// A decoder of related strings, such as the labels of a column.
///
/// Strings are UTF-8; one that is not is decoded as Windows-1252, the encoding of R and
/// spreadsheets in Western Europe. Strings of different bytes never become the same text. If this
/// would happen, as with "é" in both encodings, all are decoded as Windows-1252.
package struct TextDecoder: Sendable {
  private var decoded: [String] = []

  /// The positions of the strings that are not UTF-8.
  private var foreign: [Int] = []

  /// Makes an empty decoder.
  package init() {}

  /// A flag that is true if every string so far is UTF-8.
  package var isUTF8: Bool { foreign.isEmpty }

  /// Adds a string by its bytes.
  package mutating func append(_ bytes: some Collection<UInt8>) {
    if let string = String(validating: bytes, as: UTF8.self) {
      decoded.append(string)
    } else {
      foreign.append(decoded.count)
      decoded.append(Self.windows1252(bytes))
    }
  }

  /// Reserves capacity for more strings.
  package mutating func reserve(_ count: Int) { decoded.reserveCapacity(decoded.count + count) }

  /// Returns the strings in the order they were added.
  ///
  /// - Parameter asOneText: `true` to decode all strings as Windows-1252 if one is not UTF-8, as
  ///   for the lines of a file. The default is `false`.
  /// - Returns: The decoded strings, one for each added.
  package func strings(asOneText: Bool = false) -> [String] {
    guard !foreign.isEmpty else { return decoded }
    let texts = Set(foreign.map { decoded[$0] })
    var isForeign = [Bool](repeating: false, count: decoded.count)
    for position in foreign { isForeign[position] = true }
    let isAmbiguous = decoded.indices.contains { !isForeign[$0] && texts.contains(decoded[$0]) }
    guard asOneText || isAmbiguous else { return decoded }
    return zip(decoded, isForeign).map { text, isForeign in
      isForeign ? text : Self.windows1252(text.utf8)
    }
  }

  /// Decodes Windows-1252, in which each byte is one character.
  package static func windows1252(_ bytes: some Collection<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = 0x80..<0xA0 ~= byte ? upper[Int(byte) - 0x80] : UInt32(byte)
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// The characters of the bytes from 0x80 to 0x9F; the five unassigned bytes stay unchanged.
  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]
}
