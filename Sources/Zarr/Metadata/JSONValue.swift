/// A value of JSON, whose numbers and members are kept as they are written.
package enum JSONValue: Equatable, Sendable {
  /// A member of an object.
  package struct Member: Equatable, Sendable {
    /// The member's name.
    package var name: String

    /// The member's value.
    package var value: JSONValue
  }

  case null
  case boolean(Bool)

  /// A number by its digits; also `NaN` and `Infinity`, which Python writes.
  case number(String)

  case string(String)
  case array([JSONValue])

  /// An object, its members in the order of the text.
  case object([Member])
}

extension JSONValue {
  /// The value of a member of an object, the last of several; `nil` if there is none.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The text if it is a string.
  package var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The elements if it is an array.
  package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  /// The value if it is a Boolean.
  package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// The number if it is whole and fits.
  package var integer: Int? {
    guard case .number(let digits) = self else { return nil }
    return Int(digits) ?? double.flatMap { Int(exactly: $0) }
  }

  /// The number.
  package var double: Double? {
    guard case .number(let digits) = self else { return nil }
    switch digits {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: return Double(digits)
    }
  }

  /// The whole numbers of an array; `nil` if it has others.
  package var integers: [Int]? {
    guard let array else { return nil }
    let numbers = array.compactMap(\.integer)
    return numbers.count == array.count ? numbers : nil
  }
}
