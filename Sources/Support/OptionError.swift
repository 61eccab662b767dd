/// An option with a value that it cannot have.
public struct OptionError: Error, Equatable, Sendable {
  /// The name of the option's field.
  public var option: String

  /// The value that it was set to.
  public var value: String

  /// The values that it may have.
  public var expected: String

  /// Describes a value that an option cannot have.
  package init(option: String, value: String, expected: String) {
    self.option = option
    self.value = value
    self.expected = expected
  }
}

extension OptionError: CustomStringConvertible {
  /// One sentence: the option, its value, and what to give.
  public var description: String { "`\(option)` cannot be \(value); give \(expected)" }
}

extension OptionError: CategorizedError {
  /// The category of the failure.
  public var category: FailureCategory {
    .usage
  }
}
