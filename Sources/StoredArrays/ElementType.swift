/// The type of the elements of a dataset or an attribute.
package enum ElementType: Equatable, Sendable {
  /// Whole numbers.
  case integer(bytes: Int, signed: Bool)

  /// Floating-point numbers.
  case float(bytes: Int)

  /// Strings of variable length.
  case variableString

  /// Strings of fixed length, padded.
  case fixedString(bytes: Int)

  /// Booleans as h5py writes them: an enumeration of `FALSE` and `TRUE`.
  case boolean

  /// Named numbers.
  case enumeration([EnumerationMember])

  /// Records.
  case compound([CompoundMember])

  /// References to objects.
  case reference

  /// Anything else.
  case other(String)

  /// A flag that is true if the elements can be read as numbers.
  package var isNumeric: Bool {
    switch self {
    case .integer, .float, .boolean, .enumeration: true
    default: false
    }
  }

  /// A flag that is true if the elements can be read as strings.
  package var isString: Bool {
    switch self {
    case .variableString, .fixedString: true
    default: false
    }
  }
}

/// One name of an enumeration.
package struct EnumerationMember: Equatable, Sendable {
  /// The name of the value.
  package var name: String

  /// The stored number.
  package var value: Int64

  /// Makes a member from its parts.
  package init(name: String, value: Int64) {
    self.name = name
    self.value = value
  }
}

/// One field of a record.
package struct CompoundMember: Equatable, Sendable {
  /// The field's name.
  package var name: String

  /// The field's type.
  package var type: ElementType

  /// Makes a member from its parts.
  package init(name: String, type: ElementType) {
    self.name = name
    self.type = type
  }
}

extension ElementType: CustomStringConvertible {
  /// The type in words, such as "int32" or "records of (index, n_genes)".
  package var description: String {
    switch self {
    case .integer(let bytes, let signed): "\(signed ? "int" : "uint")\(bytes * 8)"
    case .float(let bytes): "float\(bytes * 8)"
    case .variableString, .fixedString: "strings"
    case .boolean: "booleans"
    case .enumeration(let members):
      "an enumeration of (\(members.map(\.name).joined(separator: ", ")))"
    case .compound(let members): "records of (\(members.map(\.name).joined(separator: ", ")))"
    case .reference: "references"
    case .other(let name): name
    }
  }
}
