/// A table, whose numbers may be drawn as bars.
public struct ReportTable: Equatable, Sendable {
  /// What is in a column.
  public struct Column: Equatable, Sendable {
    /// The heading.
    public var title: String

    /// The values that an empty bar and a full one stand for; `nil` where there are no bars.
    public var bars: ClosedRange<Double>?

    /// The number of digits after the point.
    public var decimals: Int

    /// Makes a column, by default without bars and of whole numbers.
    public init(_ title: String, bars: ClosedRange<Double>? = nil, decimals: Int = 0) {
      self.title = title
      self.bars = bars
      self.decimals = decimals
    }
  }

  /// What is in a cell of the table.
  public enum Value: Equatable, Sendable {
    /// Text, set left.
    case text(String)

    /// A number, set right, and a bar where the column has bars.
    case number(Double)

    /// The name of a level, with its colour in the colouring of that name; see ``Colouring``.
    case level(String, colouring: String)

    /// Nothing, where a value could not be had.
    case missing
  }

  /// What the table shows, in a sentence; it stands above it.
  public var caption: String

  /// The columns.
  public var columns: [Column]

  /// The rows, each with as many values as there are columns.
  public var rows: [[Value]]

  /// Makes a table.
  public init(caption: String, columns: [Column], rows: [[Value]]) {
    self.caption = caption
    self.columns = columns
    self.rows = rows
  }
}
