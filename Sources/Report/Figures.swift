/// Cells as points in the plane: a column of pictures for each panel, a row for each colouring.
///
/// Zooming one picture zooms all of its column.
public struct ScatterFigure: Equatable, Sendable {
  /// One way to lay the cells out.
  public struct Panel: Equatable, Sendable {
    /// What it shows, such as `before`.
    public var title: String

    /// Where each cell is; `(n)`, finite.
    public var points: [SIMD2<Float>]

    /// Makes a panel.
    public init(_ title: String, points: [SIMD2<Float>]) {
      self.title = title
      self.points = points
    }
  }

  /// What is shown, in a sentence.
  public var caption: String

  /// The layouts, all of the same cells.
  public var panels: [Panel]

  /// The colourings of the cells.
  public var colourings: [Colouring]

  /// The cells' names, for tooltips; empty where there are none.
  public var names: [String]

  /// Makes a figure.
  public init(
    caption: String, panels: [Panel], colourings: [Colouring], names: [String] = []
  ) {
    self.caption = caption
    self.panels = panels
    self.colourings = colourings
    self.names = names
  }
}

/// A level for each cell, which its colour tells.
public struct Colouring: Equatable, Sendable {
  /// What the levels are of, such as `source` or `cell_type`; a name has the same colours
  /// everywhere in a report.
  public var name: String

  /// The levels, of which there may be thousands.
  public var levels: [String]

  /// The level of each cell, as a number into the levels, or -1 where it has none; `(n)`.
  public var codes: [Int32]

  /// Whether each level keeps a colour of its own however many there are, as sources do; else
  /// the smaller of many share a grey.
  public var isDistinct: Bool

  /// Makes a colouring.
  public init(_ name: String, levels: [String], codes: [Int32], isDistinct: Bool = false) {
    self.name = name
    self.levels = levels
    self.codes = codes
    self.isDistinct = isDistinct
  }
}

/// Lines over common steps, such as losses over the training.
public struct LineFigure: Equatable, Sendable {
  /// One line.
  public struct Series: Equatable, Sendable {
    /// What it shows.
    public var name: String

    /// Its values at the figure's steps; a value that is not finite leaves a gap.
    public var values: [Double]

    /// Makes a line.
    public init(_ name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// What is shown, in a sentence.
  public var caption: String

  /// What the horizontal axis counts.
  public var stepsTitle: String

  /// Where on the horizontal axis the values lie, ascending.
  public var steps: [Double]

  /// What the vertical axis measures.
  public var valuesTitle: String

  /// The lines.
  public var series: [Series]

  /// Makes a figure.
  public init(
    caption: String, stepsTitle: String, steps: [Double], valuesTitle: String, series: [Series]
  ) {
    self.caption = caption
    self.stepsTitle = stepsTitle
    self.steps = steps
    self.valuesTitle = valuesTitle
    self.series = series
  }
}

/// A value for each pair of a row and a column.
public struct HeatmapFigure: Equatable, Sendable {
  /// What is shown, in a sentence.
  public var caption: String

  /// The names of the rows.
  public var rows: [String]

  /// The names of the columns.
  public var columns: [String]

  /// The values, row by row, not finite where there is none; `(rows, columns)`.
  public var values: [Double]

  /// The values that the palest and the darkest colour stand for.
  public var range: ClosedRange<Double>

  /// Makes a figure.
  public init(
    caption: String, rows: [String], columns: [String], values: [Double],
    range: ClosedRange<Double> = 0...1
  ) {
    self.caption = caption
    self.rows = rows
    self.columns = columns
    self.values = values
    self.range = range
  }
}
