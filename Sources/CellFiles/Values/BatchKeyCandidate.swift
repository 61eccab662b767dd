/// A column of `obs` that may name the batch of each cell.
package struct BatchKeyCandidate: Sendable, Equatable {
  /// The column's name.
  package var name: String

  /// The number of distinct labels.
  package var levels: Int

  /// Makes a candidate from its parts.
  package init(name: String, levels: Int) {
    self.name = name
    self.levels = levels
  }
}
