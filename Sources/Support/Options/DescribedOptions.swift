/// An options struct with a list of its fields.
package protocol DescribedOptions: Sendable {
  /// The options, in the order in which they are checked.
  static var fields: [OptionField<Self>] { get }
}

extension DescribedOptions {
  /// The first value that is out of its range by itself; `nil` where none is.
  package var problem: OptionError? {
    for field in Self.fields {
      if let problem = field.problem(self) { return problem }
    }
    return nil
  }

  /// Checks that each value is in its range by itself.
  ///
  /// - Throws: ``OptionError`` for the first that is not.
  package func checkRanges() throws(OptionError) {
    if let problem { throw problem }
  }

  /// Returns the field of a property.
  package static func field(of path: PartialKeyPath<Self>) -> OptionField<Self>? {
    fields.first { $0.path as PartialKeyPath<Self> == path }
  }

  /// Writes all that a record keeps.
  package func encodeFields(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: OptionKey.self)
    for field in Self.fields where field.uses.contains(.record) {
      try field.encode(self, &container)
    }
  }

  /// Reads what a record has kept; an option that is absent stays as it is.
  package mutating func decodeFields(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: OptionKey.self)
    for field in Self.fields where field.uses.contains(.record) {
      try field.decode(&self, container)
    }
  }
}
