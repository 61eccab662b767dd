/// A table, whose numbers may have bars.
package struct ReportTable: Equatable, Sendable {
  /// A column of a table.
  package struct Column: Equatable, Sendable {
    /// The heading.
    package var title: String

    /// The values of an empty and a full bar; `nil` for no bars.
    package var bars: ClosedRange<Double>?

    /// The number of decimals.
    package var decimals: Int

    /// Makes a column; by default for whole numbers without bars.
    package init(_ title: String, bars: ClosedRange<Double>? = nil, decimals: Int = 0) {
      self.title = title
      self.bars = bars
      self.decimals = decimals
    }
  }

  /// A value in a table.
  package enum Value: Equatable, Sendable {
    /// Text, left-aligned.
    case text(String)

    /// A number, right-aligned, with a bar if the column has bars.
    case number(Double)

    /// The name of a level, with its colour in the colouring of that name; see ``Colouring``.
    case level(String, colouring: String)

    /// A missing value.
    case missing
  }

  /// The caption above the table, one sentence.
  package var caption: String

  /// The columns.
  package var columns: [Column]

  /// The rows, each with one value per column.
  package var rows: [[Value]]

  /// Makes a table.
  package init(caption: String, columns: [Column], rows: [[Value]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
