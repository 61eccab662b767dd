/// What an attribute holds.
public enum AttributeValue: Equatable, Sendable {
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

  /// One truth value.
  case boolean(Bool)

  /// A list of truth values.
  case booleans([Bool])

  /// A reference to the object of this path; empty where that is gone.
  case reference(String)

  /// A value of a known type, but no elements at all.
  case empty

  /// A value of another type.
  case other(ElementType)
}

extension AttributeValue {
  /// The value where it is one string.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The value as a list of strings: also one string, and an empty list of any type.
  public var strings: [String]? {
    switch self {
    case .string(let value): [value]
    case .strings(let values): values
    case .integers([]), .floats([]), .booleans([]), .empty: []
    default: nil
    }
  }

  /// The value as a list of whole numbers; also one number.
  public var integers: [Int64]? {
    switch self {
    case .integer(let value): [value]
    case .integers(let values): values
    default: nil
    }
  }

  /// The value where it is one truth value, or a number in its place.
  public var boolean: Bool? {
    switch self {
    case .boolean(let value): value
    case .integer(let value): value != 0
    default: nil
    }
  }
}
