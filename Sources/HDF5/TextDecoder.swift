/// Decodes strings that belong together, such as the labels of a column.
///
/// They are UTF-8; one that is not is taken for Windows-1252, as R and spreadsheets write it in
/// Western Europe. No two strings of different bytes become the same text: where that would be so, as
/// with "é" in both encodings, all are taken for Windows-1252.
package struct TextDecoder: Sendable {
  private var decoded: [String] = []

  /// The positions of the strings that are not UTF-8.
  private var foreign: [Int] = []

  /// Makes a decoder without strings.
  package init() {}

  /// Whether every string so far is UTF-8.
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

  /// Makes room for more strings.
  package mutating func reserve(_ count: Int) { decoded.reserveCapacity(decoded.count + count) }

  /// The strings, in the order they were added.
  ///
  /// - Parameter asOneText: Whether one that is not UTF-8 tells that none is, as the lines of a
  ///   file. The default is `false`.
  /// - Returns: As many strings as were added.
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

  /// Decodes bytes of Windows-1252, each of which is one character.
  package static func windows1252(_ bytes: some Collection<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = 0x80..<0xA0 ~= byte ? upper[Int(byte) - 0x80] : UInt32(byte)
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// The characters of the bytes from 0x80 to 0x9F; the five without one stay as they are.
  private static let upper: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039,
    0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
  ]
}
