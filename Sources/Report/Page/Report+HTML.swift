extension Report {
  /// Returns the report as one HTML page, which needs no other file and no network.
  ///
  /// Text, tables, bars, curves and heatmaps need no scripts; the page's script draws the pictures of
  /// cells. The page is also well-formed XML. Names with any bytes appear only as text. The same
  /// report gives the same page.
  ///
  /// A report of 100,000 cells in two panels, with two colourings, two numbers of each cell and
  /// names of 20 letters, is about 5 MB.
  package func html() -> String {
    let colours = LevelColours(self)
    var page = Markup()
    page.raw("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { $0.head(of: self) }
      page.raw("\n")
      page.element("body") { $0.body(of: self, colours) }
    }
    page.raw("\n")
    return page.string
  }
}

extension Markup {
  fileprivate mutating func head(of report: Report) {
    void("meta", ["charset": "utf-8"])
    void(
      "meta",
      [
        "http-equiv": "Content-Security-Policy",
        "content": """
        default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
        img-src data:; base-uri 'none'; form-action 'none'
        """,
      ])
    void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    void("meta", ["name": "color-scheme", "content": "light dark"])
    void("meta", ["name": "generator", "content": "scharmonize"])
    element("title", text: clipped(report.title))
    raw("\n")
    code("style", Style.sheet)
  }

  fileprivate mutating func body(of report: Report, _ colours: LevelColours) {
    element("a", ["class": "skip", "href": "#report"], text: "Skip to the report")
    raw("\n")
    element("header") { page in
      page.element("h1", text: clipped(report.title))
      page.element("p", ["class": "lead"], text: report.lead)
      page.element("button", ["type": "button", "id": "theme", "hidden": "hidden"], text: "Dark")
    }
    raw("\n")
    if report.sections.count > 1 {
      element("nav", ["aria-label": "Sections"]) { page in
        page.element("ol") { page in
          for (i, section) in report.sections.enumerated() {
            page.element("li") {
              $0.element("a", ["href": "#section-\(i + 1)"], text: clipped(section.title))
            }
          }
        }
      }
      raw("\n")
    }
    element("main", ["id": "report", "tabindex": "-1"]) { page in
      var figures = 0
      for (i, section) in report.sections.enumerated() {
        let heading = "section-\(i + 1)"
        page.raw("\n")
        page.element("section", ["aria-labelledby": heading]) { page in
          page.element("h2", ["id": heading], text: clipped(section.title))
          // Adjacent heatmaps are one group, which the style sheet shows side by side.
          for group in section.blockGroups {
            page.raw("\n")
            let add = { (page: inout Markup) in
              for block in group {
                figures += 1
                page.block(block, id: "figure-\(figures)", colours)
              }
            }
            if group.count > 1 {
              page.element("div", ["class": "beside"], add)
            } else {
              add(&page)
            }
          }
        }
      }
    }
    raw("\n")
    element("div", ["id": "tip", "role": "tooltip", "hidden": "hidden"], text: "")
    element("div", ["id": "said", "role": "status", "class": "unseen"], text: "")
    raw("\n")
    for script in Script.all { code("script", script) }
  }
}

extension ReportSection {
  /// The blocks one by one, but adjacent heatmaps together.
  fileprivate var blockGroups: [[ReportBlock]] {
    var groups: [[ReportBlock]] = []
    for block in blocks {
      if case .heatmap = block, case .heatmap? = groups.last?.first {
        groups[groups.count - 1].append(block)
      } else {
        groups.append([block])
      }
    }
    return groups
  }
}
