public import Foundation

/// The category of a failure, which determines what can be done about it.
public enum FailureCategory: Sendable {
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
public protocol CategorizedError: LocalizedError, CustomStringConvertible {
  /// The category of the failure.
  var category: FailureCategory { get }
}

extension CategorizedError {
  /// The sentence of the error, as `localizedDescription` gives it.
  public var errorDescription: String? { description }

  // The sentence says the reason and what to do; the defaults of Foundation are only visible to
  // files that import it.

  /// Is `nil`: the description has the reason.
  public var failureReason: String? { nil }

  /// Is `nil`: the description says what to do.
  public var recoverySuggestion: String? { nil }

  /// Is `nil`: there is no help book.
  public var helpAnchor: String? { nil }
}

/// Returns the category of an error of this library, or `nil` for any other error.
public func failureCategory(of error: any Error) -> FailureCategory? {
  (error as? any CategorizedError)?.category
}
