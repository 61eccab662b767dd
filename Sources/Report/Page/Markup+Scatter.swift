extension Markup {
  /// The maximum number of levels in a legend; a filter finds the others.
  static let mostKeys = 60

  /// The number of levels above which a legend has a filter.
  static let mostUnfilteredKeys = 30

  /// Adds pictures of cells: their data, a canvas for each panel and colouring, and legends.
  mutating func scatter(_ figure: ScatterFigure, id: String, _ colours: LevelColours) {
    let data = ScatterData(figure)
    guard data.count > 0, !figure.panels.isEmpty, !figure.colourings.isEmpty else {
      element("p", ["class": "calm"], text: figure.caption + " There are no cells to draw.")
      return
    }
    let names = data.names(figure)
    element("figure", ["class": "scatter", "id": id, "data-count": "\(data.count)"]) { page in
      page.element("figcaption") { page in
        page.text("\(figure.caption) \(counted(data.count, "cell")).")
        for panel in figure.panels {
          let unplaced = data.unplaced(panel)
          guard unplaced > 0 else { continue }
          page.text(
            " Not drawn in “\(panel.title)”: \(counted(unplaced, "cell")) without coordinates.")
        }
        if names == nil, !figure.names.isEmpty {
          page.text(" Cell names are omitted because of their size.")
        }
      }
      page.element(
        "p", ["class": "how live"],
        text: """
          Drag to move and pinch to zoom. The wheel zooms a plot after a click, or with Ctrl. \
          Keys: + and −, arrows, 0 for the whole plot. Point at a name to see only its cells; \
          click the name to keep the selection.
          """)
      page.element(
        "p", ["class": "calm unscripted"],
        text: """
          The plots of cells need this page’s script, and scripts are disabled here. The rest of the \
          page works without it.
          """)
      for panel in figure.panels { page.data("points", data.places(panel)) }
      if let names { page.data("names", names) }
      for colouring in figure.colourings {
        page.raw("\n")
        page.row(colouring, of: figure, data, colours)
      }
    }
  }

  private mutating func row(
    _ colouring: Colouring, of figure: ScatterFigure, _ data: ScatterData, _ colours: LevelColours
  ) {
    let levels = colours[colouring.name]
    let places = colouring.levels.map { levels.places[$0] }
    let codes = data.codes(colouring)
    element("div", ["class": "colouring", "data-bytes": "\(codes.width)"]) { page in
      page.element("h3") { page in
        page.text("Coloured by ")
        page.name(colouring.name)
      }
      page.data("codes", codes.bytes)
      page.data("levels", joinedLines(colouring.levels))
      for ground in Palette.Page.allCases {
        page.data(
          ground == .light ? "on-light" : "on-dark",
          places.flatMap { place in
            let colour = colours.colour(place, on: ground)
            return [colour.red, colour.green, colour.blue]
          })
      }
      page.data("own", places.map { $0 == nil ? 0 : 1 })
      page.element("div", ["class": "row"]) { page in
        page.element("div", ["class": "pictures"]) { page in
          for panel in figure.panels { page.picture(panel, colouring, data.count) }
        }
        page.legend(colouring, levels, colours)
      }
    }
  }

  private mutating func picture(
    _ panel: ScatterFigure.Panel, _ colouring: Colouring, _ count: Int
  ) {
    element("div", ["class": "picture"]) { page in
      page.element("div", ["class": "panel"]) { page in
        page.element("span", text: panel.title)
        page.element("span", ["class": "zoom live"]) { page in
          for (step, sign, name) in [
            ("in", "+", "Zoom in"), ("out", "−", "Zoom out"), ("reset", "Whole", "Whole plot"),
          ] {
            page.element(
              "button",
              ["type": "button", "data-zoom": step, "aria-label": "\(name): \(panel.title)"],
              text: sign)
          }
        }
      }
      page.element("div", ["class": "frame"]) { page in
        page.element(
          "canvas",
          [
            "tabindex": "0", "role": "img",
            "aria-label": "\(panel.title): \(counted(count, "cell")) as points, coloured by "
              + clipped(colouring.name),
          ], text: "")
        page.element("i", ["class": "ring", "hidden": "hidden"], text: "")
      }
    }
  }

  private mutating func legend(
    _ colouring: Colouring, _ levels: LevelColours.Levels, _ colours: LevelColours
  ) {
    var counts = [Int](repeating: 0, count: colouring.levels.count)
    var missing = 0
    for code in colouring.codes {
      if counts.indices.contains(Int(code)) { counts[Int(code)] += 1 } else { missing += 1 }
    }
    let all = colouring.levels.indices
    let isLong = all.count > Self.mostUnfilteredKeys
    // A short legend keeps its order; a long one lists the largest levels first.
    let order = isLong ? all.sorted { (counts[$0], $1) > (counts[$1], $0) } : Array(all)
    let others = all.filter { levels.places[colouring.levels[$0]] == nil }
    let shown = order.filter { levels.places[colouring.levels[$0]] != nil }.prefix(Self.mostKeys)
    element(
      "div",
      ["class": "legend", "role": "group", "aria-label": "Legend: \(clipped(colouring.name))"]
    ) { page in
      if isLong {
        page.element("label", ["class": "filter live"]) { page in
          page.text("Search \(counted(all.count, "name"))")
          page.void("input", ["type": "search", "autocomplete": "off", "spellcheck": "false"])
        }
      }
      page.element("ul") { page in
        for i in shown {
          page.key(
            "\(i + 1)", style: colours.style(levels.places[colouring.levels[i]]), counts[i]
          ) { $0.name(colouring.levels[i]) }
        }
        if !others.isEmpty {
          let cells = others.reduce(0) { $0 + counts[$1] }
          page.key("others", style: colours.style(nil), cells) {
            $0.text("\(grouped(others.count)) others, in the same grey")
          }
        }
        if missing > 0 {
          page.key("0", style: colours.missingStyle, missing) { $0.text("no value") }
        }
      }
      let unlisted = all.count - shown.count - others.count
      if unlisted > 0 {
        page.element(
          "p", ["class": "note"],
          text: """
            The largest \(grouped(shown.count)) are listed. The other \(grouped(unlisted)) also have \
            their own colours and can be found with the search.
            """)
      }
      if isLong { page.element("p", ["class": "note found", "hidden": "hidden"], text: "") }
    }
  }

  private mutating func key(
    _ level: String, style: String, _ cells: Int, _ name: (inout Markup) -> Void
  ) {
    raw("\n")
    element("li") { page in
      page.element("button", ["type": "button", "data-level": level, "aria-pressed": "false"]) {
        page in
        page.element("i", ["class": "hue swatch", "style": style], text: "")
        page.element("span", ["class": "name"], name)
        page.element("span", ["class": "count"], text: grouped(cells))
      }
    }
  }
}
