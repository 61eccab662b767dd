/// The sentences that a run has for its user beside the result.
package struct Diagnostics: Sendable {
  /// What the user should know before trusting the result.
  package var warnings: [String]

  /// What was done without being asked for.
  package var notices: [String]

  /// Begins with some sentences; the default is none.
  package init(warnings: [String] = [], notices: [String] = []) {
    self.warnings = warnings
    self.notices = notices
  }
}
