/// A reader of JSON text, within limits of depth; the length is limited by whoever reads the text.
///
/// Foundation's has no order of members, and turns numbers into floating point.
struct JSONParser {
  /// The reason why a text is not JSON, half a sentence.
  struct Failure: Error {
    let reason: String
  }

  private static let mostLevels = 200

  private let bytes: [UInt8]
  private let skipped: String?
  private var place = 0

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8.
  ///   - skipped: The name of members of the outermost object whose values are checked but not
  ///     kept. The default is `nil`, for none.
  /// - Returns: The value.
  /// - Throws: ``Failure``.
  static func value(
    of bytes: [UInt8], skipping skipped: String? = nil
  ) throws(Failure) -> JSONValue {
    var parser = JSONParser(bytes: bytes, skipped: skipped)
    let value = try parser.value(level: 0, isKept: true)
    parser.skipSpace()
    guard parser.place == bytes.count else { throw parser.failure("the end") }
    return value
  }

  private init(bytes: [UInt8], skipped: String?) {
    self.bytes = bytes
    self.skipped = skipped
  }

  private mutating func value(level: Int, isKept: Bool) throws(Failure) -> JSONValue {
    guard level < Self.mostLevels else {
      throw Failure(reason: "it has more than \(Self.mostLevels) levels")
    }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return .object(try members(level: level, isKept: isKept))
    case UInt8(ascii: "["): return .array(try elements(level: level, isKept: isKept))
    case UInt8(ascii: "\""):
      let text = try string()
      return isKept ? .string(text) : .null
    default: return try word()
    }
  }

  private mutating func members(level: Int, isKept: Bool) throws(Failure) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    place += 1
    skipSpace()
    if take("}") { return members }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a name") }
      let name = try string()
      skipSpace()
      guard take(":") else { throw failure("a colon") }
      let isKept = isKept && !(level == 0 && name == skipped)
      let value = try value(level: level + 1, isKept: isKept)
      if isKept { members.append(JSONValue.Member(name: name, value: value)) }
      skipSpace()
    } while take(",")
    guard take("}") else { throw failure("a comma or a brace") }
    return members
  }

  private mutating func elements(level: Int, isKept: Bool) throws(Failure) -> [JSONValue] {
    var elements: [JSONValue] = []
    place += 1
    skipSpace()
    if take("]") { return elements }
    repeat {
      let value = try value(level: level + 1, isKept: isKept)
      if isKept { elements.append(value) }
      skipSpace()
    } while take(",")
    guard take("]") else { throw failure("a comma or a bracket") }
    return elements
  }

  /// Reads a number, or one of the words.
  private mutating func word() throws(Failure) -> JSONValue {
    let start = place
    while let byte = next,
      byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: ".") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    {
      place += 1
    }
    let text = String(decoding: bytes[start..<place].prefix(400), as: UTF8.self)
    switch text {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    case "NaN", "Infinity", "-Infinity": return .number(text)
    default:
      guard let first = text.utf8.first, first == 0x2D || (0x30...0x39).contains(first),
        place - start < 400, Double(text) != nil, !text.contains("x"), !text.contains("X"),
        !text.contains("n"), !text.contains("p")
      else {
        place = start
        throw failure("a value")
      }
      return .number(text)
    }
  }

  private mutating func string() throws(Failure) -> String {
    let start = place
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          place = start
          throw failure("a text in UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): try escape(to: &text)
      case 0..<0x20: throw failure("a text without control characters")
      default: text.append(byte)
      }
    }
    throw failure("the end of a text")
  }

  private mutating func escape(to text: inout [UInt8]) throws(Failure) {
    guard let byte = next else { throw failure("the end of a text") }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      // Two escapes stand for a character beyond the first 65,536.
      if UTF16.isLeadSurrogate(units[0]), place + 1 < bytes.count,
        bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        units.append(try codeUnit())
      }
      text += String(decoding: units, as: UTF16.self).utf8
    default: throw failure("an escape")
    }
  }

  private mutating func codeUnit() throws(Failure) -> UInt16 {
    guard place + 4 <= bytes.count,
      let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw failure("four digits") }
    place += 4
    return unit
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  private func failure(_ expected: String) -> Failure {
    place == bytes.count
      ? Failure(reason: "its text ends at byte \(place), where \(expected) was expected")
      : Failure(reason: "its text has no \(expected.droppingArticle) at byte \(place)")
  }
}

extension String {
  /// The words without "a", "an" or "the".
  fileprivate var droppingArticle: String {
    for article in ["a ", "an ", "the "] where hasPrefix(article) {
      return String(dropFirst(article.count))
    }
    return self
  }
}
