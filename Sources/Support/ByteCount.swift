/// A number of bytes in the notation `512M`, `1.5G`.
///
/// The letters are powers of 1,024.
package struct ByteCount: Equatable, Sendable {
  /// The number of bytes.
  package var bytes: Int

  /// Makes a value from a number of bytes.
  package init(_ bytes: Int) {
    self.bytes = bytes
  }

  private static let units = ["K", "M", "G", "T"]

  /// Parses `512M`, also as `512MB`, `512MiB` and `512m`; a bare number is bytes.
  ///
  /// - Parameter text: The text. Other text, negative numbers and numbers too large for an `Int`
  ///   give `nil`.
  package init?(_ text: String) {
    var text = text.uppercased()
    if text.hasSuffix("IB") {
      text.removeLast(2)
    } else if text.hasSuffix("B") {
      text.removeLast()
    }
    var unit = 1.0
    if let last = text.last, let power = Self.units.firstIndex(of: String(last)) {
      text.removeLast()
      for _ in 0...power { unit *= 1024 }
    }
    guard let first = text.first, first.isNumber, let number = Double(text),
      let bytes = Int(exactly: (number * unit).rounded())
    else { return nil }
    self.bytes = bytes
  }
}

extension ByteCount: CustomStringConvertible {
  /// The number in the largest unit with a value of at least one, rounded up to one decimal.
  package var description: String {
    var (value, unit) = (Double(bytes), "")
    for next in Self.units where value >= 1024 { (value, unit) = (value / 1024, next) }
    let tenths = (value * 10).rounded(.up) / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))\(unit)" : "\(tenths)\(unit)"
  }
}
