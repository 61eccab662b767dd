/// The contents of a report, section by section.
///
/// This module knows nothing of cells or models; callers build a report from these parts. The same
/// report gives the same bytes, so it contains no time.
public struct Report: Equatable, Sendable {
  /// The title of the page.
  public var title: String

  /// One or two sentences under the title that say what was done with which data.
  package var lead: String

  /// The sections, in order.
  package var sections: [ReportSection]

  /// Makes a report.
  package init(title: String, lead: String, sections: [ReportSection] = []) {
    self.title = title
    self.lead = lead
    self.sections = sections
  }
}

/// A heading with its contents.
package struct ReportSection: Equatable, Sendable {
  /// The heading.
  package var title: String

  /// The contents, in order.
  package var blocks: [ReportBlock]

  /// Makes a section.
  package init(_ title: String, _ blocks: [ReportBlock]) {
    self.title = title
    self.blocks = blocks
  }
}

/// One block of a section.
package enum ReportBlock: Equatable, Sendable {
  /// A paragraph of plain text.
  case text(String)

  /// Text to paste elsewhere, such as a methods paragraph, with a copy button.
  case quotation(String)

  /// A list of cited works.
  case citations([Citation])

  /// Names and values, such as options.
  case facts([Fact])

  /// Warnings to read before trusting the result; an empty list says that there are none.
  case warnings([String])

  /// A table.
  case table(ReportTable)

  /// A scatter plot of all cells, with panels side by side and one or more colourings.
  case scatter(ScatterFigure)

  /// Lines of values over steps.
  case lines(LineFigure)

  /// A heatmap of values for pairs of names; adjacent ones are shown side by side.
  case heatmap(HeatmapFigure)

  /// Stacked bars.
  case bars(BarsFigure)
}

/// A name and its value.
package struct Fact: Equatable, Sendable {
  /// The name.
  package var name: String

  /// The value.
  package var value: String

  /// Makes a fact.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A cited work with its address.
package struct Citation: Equatable, Sendable {
  /// Authors, title, journal, year.
  package var text: String

  /// The address; the page links to it, but never loads it.
  package var url: String

  /// Makes a citation.
  package init(_ text: String, url: String) {
    self.text = text
    self.url = url
  }
}
