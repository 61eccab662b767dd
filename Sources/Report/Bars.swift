/// A figure of stacked bars: one bar per group of cells, whose segments are the shares of its parts.
package struct BarsFigure: Equatable, Sendable {
  /// A bar, with the number of cells of each part.
  package struct Row: Equatable, Sendable {
    /// The name of the group.
    package var name: String

    /// The number of its cells in each part, by the part's index; absent for 0.
    package var counts: [Int: Int]

    /// The number of its cells in no part.
    package var missing: Int

    /// Makes a bar.
    package init(_ name: String, counts: [Int: Int], missing: Int = 0) {
      self.name = name
      self.counts = counts
      self.missing = missing
    }

    /// The number of cells of the group.
    package var total: Int { counts.values.reduce(missing, +) }
  }

  /// The parts that all bars consist of.
  package struct Parts: Equatable, Sendable {
    /// The name of the parts, such as `batch`; its colours are those of the colouring of this name.
    package var name: String

    /// The levels.
    package var levels: [String]

    /// The number of cells of each level; `(levels)`.
    package var totals: [Int]

    /// A flag as in ``Colouring/isDistinct``.
    package var isDistinct: Bool
  }

  /// The caption, one sentence.
  package var caption: String

  /// The bars, in order.
  package var rows: [Row]

  /// The parts.
  package var parts: Parts

  /// The maximum number of bars on a page; those with the most cells are shown.
  ///
  /// The default is 60.
  package var limit = 60

  /// Makes a figure.
  package init(
    caption: String, rows: [Row], parts name: String, levels: [String], isDistinct: Bool = false
  ) {
    self.caption = caption
    self.rows = rows
    var totals = [Int](repeating: 0, count: levels.count)
    for (part, count) in rows.flatMap(\.counts) where totals.indices.contains(part) {
      totals[part] += count
    }
    parts = Parts(name: name, levels: levels, totals: totals, isDistinct: isDistinct)
  }
}
