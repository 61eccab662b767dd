/// A reader of the numbers in a line of text.
struct MarketLineReader {
  /// The position in the bytes; a line feed must follow before the end.
  var position: Int

  @inline(__always)
  private mutating func skipSpaces(_ bytes: Span<UInt8>) {
    while bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
      position += 1
    }
  }

  /// Reads the next word as a whole number of at most 18 digits; `nil` if it is not one.
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

  /// Reads the next number, whole or not.
  @inline(__always)
  mutating func value(_ bytes: Span<UInt8>) -> Double? {
    skipSpaces(bytes)
    let start = position
    if let whole = number(bytes), whole < 1 << 53 { return Double(whole) }
    position = start
    return anyValue(bytes)
  }

  /// Reads a number with a sign, a fraction or an exponent, or a non-finite one.
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

  /// Moves to the next line if this line has no further content.
  @inline(__always)
  mutating func endOfLine(_ bytes: Span<UInt8>) -> Bool {
    while bytes[position] != UInt8(ascii: "\n") {
      guard isEndOfWord(bytes) else { return false }
      position += 1
    }
    position += 1
    return true
  }

  /// Returns whether the rest of the line is empty or a comment.
  func isEmptyOrComment(_ bytes: Span<UInt8>) -> Bool {
    var end = position
    while bytes[end] == UInt8(ascii: "\r") { end += 1 }
    return bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "%")
  }

  /// Moves to the next line.
  mutating func skipLine(_ bytes: Span<UInt8>) {
    while bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
  }
}
