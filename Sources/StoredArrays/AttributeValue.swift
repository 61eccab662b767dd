/// The value of an attribute.
package enum AttributeValue: Equatable, Sendable {
  /// One string.
  case string(String)

  /// A list of strings.
  case strings([String])

  /// One whole number.
  case integer(Int64)

  /// A list of whole numbers.
  case integers([Int64])

  /// One floating-point number.
  case float(Double)

  /// A list of floating-point numbers.
  case floats([Double])

  /// One Boolean.
  case boolean(Bool)

  /// A list of Booleans.
  case booleans([Bool])

  /// The path of the object that a reference points to; empty if that object no longer exists.
  case reference(String)

  /// A value with a known type and no elements.
  case empty

  /// A value of another type.
  case other(ElementType)
}

extension AttributeValue {
  /// The value if it is one string, else `nil`.
  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The value as a list of strings.
  ///
  /// One string becomes a list of one; an empty list may have any type.
  package var strings: [String]? {
    switch self {
    case .string(let value): [value]
    case .strings(let values): values
    case .integers([]), .floats([]), .booleans([]), .empty: []
    default: nil
    }
  }

  /// The value as a list of whole numbers.
  ///
  /// One number becomes a list of one.
  package var integers: [Int64]? {
    switch self {
    case .integer(let value): [value]
    case .integers(let values): values
    default: nil
    }
  }

  /// The value if it is one Boolean, or one number read as a Boolean.
  package var boolean: Bool? {
    switch self {
    case .boolean(let value): value
    case .integer(let value): value != 0
    default: nil
    }
  }
}
