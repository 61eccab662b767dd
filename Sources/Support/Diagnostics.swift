/// The sentences that a run has for its user beside the result.
package struct Diagnostics: Equatable, Sendable, Codable {
  /// The warnings to read before trusting the result, one sentence each.
  package var warnings: [String]

  /// The notices of what was done without being asked for, one sentence each.
  package var notices: [String]

  /// Begins with some sentences; the default is none.
  package init(warnings: [String] = [], notices: [String] = []) {
    self.warnings = warnings
    self.notices = notices
  }
}
