/// A request that contradicts itself, or that needs another kind of input or output.
public struct UsageError: Error, Equatable, Sendable {
  /// One sentence: what cannot be done, and what to do.
  public var message: String

  /// Takes the sentence.
  package init(_ message: String) {
    self.message = message
  }
}

extension UsageError: CustomStringConvertible {
  /// The sentence.
  public var description: String { message }
}

extension UsageError: CategorizedError {
  /// The category of the failure.
  public var category: FailureCategory {
    .usage
  }
}
