/// What a report says, section by section.
///
/// A report knows nothing of cells or models: whoever has something to show makes it of these
/// parts. The same report is the same bytes, so nothing in it tells the time.
public struct Report: Equatable, Sendable {
  /// What the page is called.
  public var title: String

  /// One or two sentences under the title: what was done, on what.
  public var lead: String

  /// The sections, in order.
  public var sections: [ReportSection]

  /// Makes a report.
  public init(title: String, lead: String, sections: [ReportSection] = []) {
    self.title = title
    self.lead = lead
    self.sections = sections
  }
}

/// A heading and what stands under it.
public struct ReportSection: Equatable, Sendable {
  /// The heading.
  public var title: String

  /// What stands under it, in order.
  public var blocks: [ReportBlock]

  /// Makes a section.
  public init(_ title: String, _ blocks: [ReportBlock]) {
    self.title = title
    self.blocks = blocks
  }
}

/// One thing in a section.
public enum ReportBlock: Equatable, Sendable {
  /// A paragraph of plain text.
  case text(String)

  /// Text to paste elsewhere, such as a methods paragraph: with a button that copies it.
  case quotation(String)

  /// Works that are cited, each one entry of a list.
  case citations([Citation])

  /// Names and their values, such as options.
  case facts([Fact])

  /// What the reader should know before trusting the result; an empty list says that there is
  /// nothing of the kind.
  case warnings([String])

  /// Rows and columns.
  case table(ReportTable)

  /// Every cell as a point: panels side by side, coloured in one or more ways.
  case scatter(ScatterFigure)

  /// Values over steps.
  case lines(LineFigure)

  /// A value for each pair of names.
  case heatmap(HeatmapFigure)
}

/// A name and its value.
public struct Fact: Equatable, Sendable {
  /// The name.
  public var name: String

  /// Its value.
  public var value: String

  /// Makes a fact.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A work, and where it is.
public struct Citation: Equatable, Sendable {
  /// Authors, title, journal, year.
  public var text: String

  /// Where it is; the page links to it, and never loads it.
  public var url: String

  /// Makes a citation.
  public init(_ text: String, url: String) {
    self.text = text
    self.url = url
  }
}
