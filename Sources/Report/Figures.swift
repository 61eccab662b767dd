/// A figure of cells as points in the plane: one column per panel, one row per colouring.
///
/// Zooming one picture zooms its whole column. A further row is coloured by one of the numbers, and
/// small panels highlight one level each.
package struct ScatterFigure: Equatable, Sendable {
  /// A layout of the cells.
  package struct Panel: Equatable, Sendable {
    /// The title of the panel, such as `before`.
    package var title: String

    /// The position of each cell, finite; `(n)`.
    package var points: [SIMD2<Float>]

    /// Makes a panel.
    package init(_ title: String, points: [SIMD2<Float>]) {
      self.title = title
      self.points = points
    }
  }

  /// The caption, one sentence.
  package var caption: String

  /// The layouts, all of the same cells.
  package var panels: [Panel]

  /// The colourings, one per row.
  package var colourings: [Colouring]

  /// The numbers of the cells for colouring, of which the reader selects one.
  package var gradients: [Gradient]

  /// The name of the colouring with a small panel for each level; `nil` for no such panels.
  package var highlighted: String?

  /// The cells' names, for tooltips; empty if there are none.
  package var names: [String]

  /// Makes a figure.
  package init(
    caption: String, panels: [Panel], colourings: [Colouring], gradients: [Gradient] = [],
    highlighted: String? = nil, names: [String] = []
  ) {
    self.caption = caption
    self.panels = panels
    self.colourings = colourings
    self.gradients = gradients
    self.highlighted = highlighted
    self.names = names
  }
}

/// A colouring of cells by a number, such as the counts of each cell.
package struct Gradient: Equatable, Sendable {
  /// The name of the number, such as `counts`.
  package var name: String

  /// The number of each cell, not finite if missing; `(n)`.
  package var values: [Float]

  /// Makes a colouring.
  package init(_ name: String, values: [Float]) {
    self.name = name
    self.values = values
  }
}

/// A colouring of cells by level.
package struct Colouring: Equatable, Sendable {
  /// The name of the levels, such as `batch` or `cell_type`; a name has the same colours
  /// everywhere in a report.
  package var name: String

  /// The levels; there may be thousands.
  package var levels: [String]

  /// The index of each cell's level, or −1 for none; `(n)`.
  package var codes: [Int32]

  /// A flag that is true if each level has a different colour, as batches do, regardless of their
  /// number.
  ///
  /// If it is `false`, the smaller levels share a grey. The default is `false`.
  package var isDistinct: Bool

  /// Makes a colouring.
  package init(_ name: String, levels: [String], codes: [Int32], isDistinct: Bool = false) {
    self.name = name
    self.levels = levels
    self.codes = codes
    self.isDistinct = isDistinct
  }
}

/// A figure of lines over common steps, such as losses over the training.
package struct LineFigure: Equatable, Sendable {
  /// One line.
  package struct Series: Equatable, Sendable {
    /// The name of the line.
    package var name: String

    /// The values at the figure's steps; a value that is not finite leaves a gap.
    package var values: [Double]

    /// Makes a line.
    package init(_ name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The caption, one sentence.
  package var caption: String

  /// The title of the horizontal axis.
  package var stepsTitle: String

  /// The horizontal positions of the values, ascending.
  package var steps: [Double]

  /// The title of the vertical axis.
  package var valuesTitle: String

  /// The lines.
  package var series: [Series]

  /// Makes a figure.
  package init(
    caption: String, stepsTitle: String, steps: [Double], valuesTitle: String, series: [Series]
  ) {
    self.caption = caption
    self.stepsTitle = stepsTitle
    self.steps = steps
    self.valuesTitle = valuesTitle
    self.series = series
  }
}

/// A heatmap with a value for each pair of a row and a column.
package struct HeatmapFigure: Equatable, Sendable {
  /// The caption, one sentence.
  package var caption: String

  /// The names of the rows.
  package var rows: [String]

  /// The names of the columns.
  package var columns: [String]

  /// The values, row-major, not finite if missing; `(rows, columns)`.
  package var values: [Double]

  /// The values of the lightest and the darkest colour.
  package var range: ClosedRange<Double>

  /// Makes a figure.
  package init(
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
