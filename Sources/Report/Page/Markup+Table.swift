extension Markup {
  /// The maximum number of rows of a table on a page.
  static let mostRows = 200

  /// Adds a table, limited to its first rows if it is very long.
  mutating func table(_ table: ReportTable, id: String, _ colours: LevelColours) {
    let shown = table.rows.prefix(Self.mostRows)
    let areNumbers = table.columns.indices.map { i in
      shown.contains { i < $0.count && $0[i].isNumber }
    }
    var caption = table.caption
    if shown.count < table.rows.count {
      caption +=
        " The first \(grouped(shown.count)) of \(grouped(table.rows.count)) rows are shown."
    }
    // Outside of the box that scrolls, so that a narrow screen shows all of it.
    element("p", ["class": "caption", "id": "\(id)-caption"], text: caption)
    element("div", scrolling(caption: "\(id)-caption", isTall: shown.count > 24)) { page in
      page.element("table", ["class": "plain", "aria-labelledby": "\(id)-caption"]) { page in
        page.element("thead") { page in
          page.element("tr") { page in
            for (column, isNumber) in zip(table.columns, areNumbers) {
              page.element(
                "th", ["scope": "col", "class": isNumber ? "number" : nil], text: column.title)
            }
          }
        }
        page.element("tbody") { page in
          for row in shown {
            page.raw("\n")
            page.element("tr") { page in
              for (i, (value, column)) in zip(row, table.columns).enumerated() {
                let isHeading = i == 0 && !areNumbers[i]
                page.element(
                  isHeading ? "th" : "td",
                  ["scope": isHeading ? "row" : nil, "class": areNumbers[i] ? "number" : nil]
                ) { $0.value(value, column, colours) }
              }
            }
          }
        }
      }
    }
    if table.rows.isEmpty { element("p", ["class": "calm"], text: "The table has no rows.") }
  }

  /// Returns the attributes of a box that scrolls if its content is too wide or too tall.
  func scrolling(caption: String, isTall: Bool) -> KeyValuePairs<String, String?> {
    [
      "class": isTall ? "scroll tall" : "scroll", "tabindex": "0", "role": "region",
      "aria-labelledby": caption,
    ]
  }

  private mutating func value(
    _ value: ReportTable.Value, _ column: ReportTable.Column, _ colours: LevelColours
  ) {
    switch value {
    case .text(let text): name(text)
    case .number(let number):
      if let bars = column.bars, number.isFinite {
        let width = bars.upperBound - bars.lowerBound
        let share = width > 0 ? min(max((number - bars.lowerBound) / width, 0), 1) : 0
        raw(
          #"<span class="bar" aria-hidden="true"><i style="width:\#(compact(100 * share))%"></i></span>"#
        )
      }
      text(fixed(number, column.decimals))
    case .level(let level, let colouring):
      let levels = colours[colouring]
      if levels.counts[level] != nil {
        element(
          "i", ["class": "swatch", "style": colours.style(levels.places[level])], text: "")
      }
      name(level)
    case .missing:
      element("span", ["class": "none"]) { page in
        page.raw(#"<span aria-hidden="true">–</span><span class="unseen">no value</span>"#)
      }
    }
  }
}

extension ReportTable.Value {
  fileprivate var isNumber: Bool {
    if case .number = self { true } else { false }
  }
}
