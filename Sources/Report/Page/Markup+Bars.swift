extension Markup {
  /// The maximum number of segments of a bar with their own colours.
  static let mostSegments = 40

  /// Adds stacked bars as elements of the page, and a table of their numbers.
  mutating func bars(_ figure: BarsFigure, id: String, _ colours: LevelColours) {
    let present = figure.rows.indices.filter { figure.rows[$0].total > 0 }
    guard !present.isEmpty else {
      element("p", ["class": "calm"], text: figure.caption + " There are no cells to count.")
      return
    }
    let rows = present.sorted {
      (figure.rows[$1].total, $0) < (figure.rows[$0].total, $1)
    }.prefix(figure.limit).sorted().map { figure.rows[$0] }
    let places = colours[figure.parts.name].places
    let levels = figure.parts.levels
    let parts = levels.indices.filter { places[levels[$0]] != nil && figure.parts.totals[$0] > 0 }
      .sorted { (figure.parts.totals[$1], $0) < (figure.parts.totals[$0], $1) }
      .prefix(Self.mostSegments).sorted()
    let segments =
      parts.map { part in
        Segment(name: levels[part], style: colours.style(places[levels[part]])) {
          $0.counts[part] ?? 0
        }
      } + Segment.rest(of: figure, without: Set(parts), colours)
    var caption = figure.caption
    if rows.count < present.count {
      caption +=
        " The \(rows.count) bars with the most cells of \(grouped(present.count)) are shown."
    }
    element("figure", ["class": "bars", "id": id]) { page in
      page.element("figcaption", text: caption)
      page.element("div", ["class": "stacks"]) { page in
        for row in rows { page.stack(row, segments) }
      }
      page.element("ul", ["class": "keys"]) { page in
        for segment in segments {
          page.element("li") { page in
            page.element("i", ["class": "swatch", "style": segment.style], text: "")
            page.name(segment.name)
          }
        }
      }
      page.element("details") { page in
        page.element("summary", text: "Table of values")
        page.table(
          ReportTable(
            caption: "The same numbers of cells.",
            columns: [.init(""), .init("all")] + segments.map { .init(clipped($0.name)) },
            rows: rows.map { row in
              [.text(row.name), .number(Double(row.total))]
                + segments.map { .number(Double($0.cells(row))) }
            }), id: "\(id)-numbers", colours)
      }
    }
  }

  private mutating func stack(_ row: BarsFigure.Row, _ segments: [Segment]) {
    raw("\n")
    element("div", ["class": "stack"]) { page in
      page.element("span", ["class": "of", "title": clipped(row.name)]) { $0.name(row.name) }
      // The table of values has the numbers for readers who cannot see the bar.
      page.element("span", ["class": "segments", "aria-hidden": "true"]) { page in
        for segment in segments {
          let cells = segment.cells(row)
          guard cells > 0 else { continue }
          let share = 100 * Double(cells) / Double(row.total)
          page.element(
            "i",
            [
              "style": "\(segment.style);width:\(compact(share, 3))%",
              "title": "\(clipped(segment.name)): \(fixed(share, 1))%, \(counted(cells, "cell"))",
            ], text: "")
        }
      }
      page.element("span", ["class": "count"], text: grouped(row.total))
    }
  }
}

/// The segments of one part, or of all parts without a colour, in all bars.
private struct Segment {
  let name: String
  let style: String
  let cells: (BarsFigure.Row) -> Int

  /// Returns the segments of the parts without their own, and of the cells in no part, if any.
  static func rest(
    of figure: BarsFigure, without own: Set<Int>, _ colours: LevelColours
  ) -> [Segment] {
    let others = figure.parts.levels.indices.filter {
      !own.contains($0) && figure.parts.totals[$0] > 0
    }
    var segments: [Segment] = []
    if !others.isEmpty {
      segments.append(
        Segment(name: "\(grouped(others.count)) others", style: colours.style(nil)) { row in
          row.counts.reduce(0) { own.contains($1.key) ? $0 : $0 + $1.value }
        })
    }
    if figure.rows.contains(where: { $0.missing > 0 }) {
      segments.append(Segment(name: "no value", style: colours.missingStyle, cells: \.missing))
    }
    return segments
  }
}
