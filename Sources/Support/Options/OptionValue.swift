/// A value of an option, whatever its type.
package enum OptionValue: Equatable, Sendable {
  case boolean(Bool)
  case integer(Int)
  case unsigned(UInt64)
  case float(Float)
  case double(Double)
  case text(String)
  case integers([Int])
  case doubles([Double])
  case texts([String])

  /// Takes a value; `nil` for one of any other type, such as an options struct.
  init?(_ value: Any) {
    switch value {
    case let value as Bool: self = .boolean(value)
    case let value as Int: self = .integer(value)
    case let value as UInt64: self = .unsigned(value)
    case let value as Float: self = .float(value)
    case let value as Double: self = .double(value)
    case let value as String: self = .text(value)
    case let value as [Int]: self = .integers(value)
    case let value as [Double]: self = .doubles(value)
    case let value as [String]: self = .texts(value)
    case let value as any RawRepresentable: self = .text("\(value.rawValue)")
    default: return nil
    }
  }

  /// The value as JSON has it, without quotes.
  package var text: String {
    switch self {
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .unsigned(let value): "\(value)"
    case .float(let value): Self.text(value)
    case .double(let value): Self.text(value)
    case .text(let value): value
    case .integers(let values): "[\(values.map { "\($0)" }.joined(separator: ","))]"
    case .doubles(let values): "[\(values.map { Self.text($0) }.joined(separator: ","))]"
    case .texts(let values): "[\(values.joined(separator: ","))]"
    }
  }

  private static func text(_ number: some BinaryFloatingPoint) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// The kind of value that an option takes.
package enum OptionKind: Sendable {
  /// Yes or no.
  case flag

  /// One of a few names.
  case choice

  /// A whole number.
  case integer

  /// A number.
  case number

  /// Anything else.
  case text

  init(of type: Any.Type) {
    self =
      switch type {
      case is Bool.Type: .flag
      case is Int.Type, is UInt64.Type: .integer
      case is any BinaryFloatingPoint.Type: .number
      case is any CaseIterable.Type: .choice
      default: .text
      }
  }
}
