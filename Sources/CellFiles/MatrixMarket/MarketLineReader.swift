/// Walks along the numbers of a line of text.
struct MarketLineReader {
  /// Where it stands among the bytes; a line feed comes before their end.
  var position: Int

  @inline(__always)
  private mutating func skipSpaces(_ bytes: Span<UInt8>) {
    while bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
      position += 1
    }
  }

  /// The next whole number of at most 18 digits, if there is one, and nothing else in its word.
  @inline(__always)
  mutating func number(_ bytes: Span<UInt8>) -> UInt64? {
    skipSpaces(bytes)
    let start = position
    var number: UInt64 = 0
    while true {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      number = number &* 10 &+ UInt64(digit)
      position += 1
    }
    let digits = position - start
    return digits > 0 && digits <= 18 && isEndOfWord(bytes) ? number : nil
  }

  /// The next number, whole or not.
  @inline(__always)
  mutating func value(_ bytes: Span<UInt8>) -> Double? {
    skipSpaces(bytes)
    let start = position
    if let whole = number(bytes), whole < 1 << 53 { return Double(whole) }
    position = start
    return anyValue(bytes)
  }

  /// A number with a sign, a fraction or an exponent, or one that is not finite.
  private mutating func anyValue(_ bytes: Span<UInt8>) -> Double? {
    var word: [UInt8] = []
    while !isEndOfWord(bytes) {
      word.append(bytes[position])
      position += 1
    }
    return Double(String(decoding: word, as: UTF8.self))
  }

  @inline(__always)
  private func isEndOfWord(_ bytes: Span<UInt8>) -> Bool {
    let byte = bytes[position]
    return byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
      || byte == UInt8(ascii: "\r")
  }

  /// Goes to the next line, if there is nothing more in this one.
  @inline(__always)
  mutating func endOfLine(_ bytes: Span<UInt8>) -> Bool {
    while bytes[position] != UInt8(ascii: "\n") {
      guard isEndOfWord(bytes) else { return false }
      position += 1
    }
    position += 1
    return true
  }

  /// Whether the line has nothing from here on, or is a comment.
  func isEmptyOrComment(_ bytes: Span<UInt8>) -> Bool {
    var end = position
    while bytes[end] == UInt8(ascii: "\r") { end += 1 }
    return bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "%")
  }

  /// Goes to the next line.
  mutating func skipLine(_ bytes: Span<UInt8>) {
    while bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
  }
}
