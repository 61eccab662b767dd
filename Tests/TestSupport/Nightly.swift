internal import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
  /// A condition for what takes minutes or needs other programs, and `.ci/nightly` runs.
  ///
  /// The environment variable `SCHARMONIZE_NIGHTLY=1` asks for it.
  ///
  /// - Parameters:
  ///   - reason: Why it is not run for every change.
  ///   - isWanted: Another reason to run it. The default is `false`.
  /// - Returns: The condition.
  package static func nightly(_ reason: Comment, orIf isWanted: Bool = false) -> Self {
    .enabled(if: isNightly || isWanted, "\(reason.rawValue); SCHARMONIZE_NIGHTLY=1 runs it")
  }
}

/// Whether the environment asks for the tests that `.ci/nightly` runs.
package let isNightly = ProcessInfo.processInfo.environment["SCHARMONIZE_NIGHTLY"] == "1"
