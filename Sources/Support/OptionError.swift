/// An option with a value that it cannot have.
package struct OptionError: Error, Equatable, Sendable {
  /// The name of the option's field.
  package var option: String

  /// The value that it was set to.
  package var value: String

  /// The values that it may have.
  package var expected: String

  /// Describes a value that an option cannot have.
  package init(option: String, value: String, expected: String) {
    self.option = option
    self.value = value
    self.expected = expected
  }
}

extension OptionError: CustomStringConvertible {
  /// One sentence: the option, its value, and what to give.
  package var description: String { "`\(option)` cannot be \(value); give \(expected)" }
}

extension OptionError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    .usage
  }
}
