extension Markup {
  /// The maximum number of rows and columns of a heatmap on a page.
  static let mostHeatmapNames = 100

  /// The number of rows or columns above which a heatmap has colours without numbers.
  static let mostNumberedNames = 12

  /// The number of columns above which their names are shown only with the values.
  static let mostNamedColumns = 40

  /// Adds a heatmap as a table with coloured cells.
  mutating func heatmap(_ figure: HeatmapFigure, id: String) {
    let rows = min(figure.rows.count, Self.mostHeatmapNames)
    let columns = min(figure.columns.count, Self.mostHeatmapNames)
    guard rows > 0, columns > 0 else {
      element("p", ["class": "calm"], text: figure.caption + " There are no values to show.")
      return
    }
    let isDense = max(rows, columns) > Self.mostNumberedNames
    var caption = figure.caption
    for (shown, all, what) in [
      (rows, figure.rows.count, "rows"), (columns, figure.columns.count, "columns"),
    ] where shown < all {
      caption += " The first \(shown) of \(grouped(all)) \(what) are shown."
    }
    if isDense { caption += " Point at a square to see its names and value." }
    element("figure", ["class": "heatmap", "id": id]) { page in
      page.element("figcaption", ["id": "\(id)-caption"], text: caption)
      page.element(
        "div", page.scrolling(caption: "\(id)-caption", isTall: false)
      ) { page in
        page.element(
          "table",
          [
            "class": columns > Self.mostNamedColumns
              ? "heat dense crowded"
              : isDense ? "heat dense" : columns > 6 ? "heat narrow" : "heat",
            "style": isDense ? "--columns:\(columns)" : nil,
            "aria-labelledby": "\(id)-caption",
          ]
        ) { page in
          page.heads(figure.columns.prefix(columns))
          page.element("tbody") { page in
            for i in 0..<rows {
              page.raw("\n")
              page.element("tr") { page in
                page.element("th", ["scope": "row"]) { $0.name(figure.rows[i]) }
                for j in 0..<columns { page.square(figure, i * figure.columns.count + j) }
              }
            }
          }
        }
      }
      page.scale(figure.range)
    }
  }

  private mutating func heads(_ names: ArraySlice<String>) {
    element("thead") { page in
      page.element("tr", ["class": names.count > 6 ? "upright" : nil]) { page in
        page.raw("<td></td>")
        for name in names { page.element("th", ["scope": "col"]) { $0.name(name) } }
      }
    }
  }

  private mutating func square(_ figure: HeatmapFigure, _ i: Int) {
    let value = figure.values.indices.contains(i) ? figure.values[i] : .nan
    guard value.isFinite else {
      raw(#"<td class="none">–</td>"#)
      return
    }
    let width = figure.range.upperBound - figure.range.lowerBound
    let share = width > 0 ? min(max((value - figure.range.lowerBound) / width, 0), 1) : 0
    let step = min(Int(share * Double(HeatColours.count)), HeatColours.count - 1)
    raw(#"<td class="h\#(step)">\#(fixed(value, 2))</td>"#)
  }

  private mutating func scale(_ range: ClosedRange<Double>) {
    element("p", ["class": "scale"]) { page in
      page.text(fixed(range.lowerBound, 2) + " ")
      for i in 0..<HeatColours.count {
        page.raw(#"<i class="h\#(i)" aria-hidden="true"></i>"#)
      }
      page.text(" " + fixed(range.upperBound, 2))
    }
  }
}
