internal import ArgumentParser
internal import Foundation
internal import Harmonize

/// The number of threads of a command; the result does not depend on it.
struct ThreadArguments: ParsableArguments {
  /// The environment variable that is used if the option is not given.
  static let variable = "SCHARMONIZE_THREADS"

  @Option(
    help: ArgumentHelp(
      "Number of threads; the result does not depend on it. (default: \(variable), or the number "
        + "of processors available to the process)",
      valueName: "count"))
  var threads: Int?

  /// Returns the number, from the option or the environment; `nil` for one per processor.
  ///
  /// - Throws: ``OptionError``.
  func count() throws -> Int? {
    if let threads {
      guard Self.possible.contains(threads) else {
        throw OptionError(option: "threads", value: "\(threads)", expected: Self.expected)
      }
      return threads
    }
    guard let text = ProcessInfo.processInfo.environment[Self.variable], !text.isEmpty else {
      return nil
    }
    guard let number = Int(text), Self.possible.contains(number) else {
      throw UsageError(
        "'\(Self.variable)' cannot be '\(text)'; set it to \(Self.expected), or give '--threads'"
      )
    }
    return number
  }

  private static let possible = 1...1024
  private static let expected = "1 to 1024"
}
