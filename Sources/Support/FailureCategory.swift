/// The category of a failure, which determines what can be done about it.
package enum FailureCategory: Sendable {
  /// Usage error: an option has a wrong value, or options contradict each other.
  case usage

  /// Invalid input.
  case data

  /// An input is missing or unreadable.
  case noInput

  /// Internal error.
  case software

  /// The output cannot be created at its path.
  case cannotCreate

  /// Reading or writing failed.
  case inputOutput
}

/// An error of this library, with what can be done about it.
package protocol CategorizedError: Error {
  /// The category of the failure.
  var category: FailureCategory { get }
}

/// Returns the category of an error of this library, or `nil` for any other error.
package func failureCategory(of error: any Error) -> FailureCategory? {
  (error as? any CategorizedError)?.category
}
