extension Markup {
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
        page.text(figure.caption)
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
          click the name to keep the selection. PNG and SVG save a plot as it is shown, with its \
          legend.
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
      page.gradients(of: figure, data)
      page.highlights(of: figure, colours)
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
        // Batches mix, so their names at their densest places say little unless asked for.
        page.element(
          "button",
          [
            "type": "button", "class": "written live",
            "aria-pressed": colouring.isDistinct ? "false" : "true",
          ], text: "Names in the plots")
      }
      page.data("codes", codes.bytes)
      page.data("levels", joinedLines(colouring.levels))
      page.data("colours", places.flatMap { colours.colour($0).bytes })
      page.data("own", places.map { $0 == nil ? 0 : 1 })
      page.element("div", ["class": "row"]) { page in
        page.element("div", ["class": "pictures"]) { page in
          for panel in figure.panels { page.picture(panel, colouring.name, data.count) }
        }
        page.legend(colouring, levels, colours)
      }
    }
  }

  /// Adds a picture of a panel with its buttons, coloured by levels or a number.
  mutating func picture(_ panel: ScatterFigure.Panel, _ colouring: String, _ count: Int) {
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
          page.saving(panel.title)
        }
      }
      page.element("div", ["class": "frame"]) { page in
        page.element(
          "canvas",
          [
            "tabindex": "0", "role": "img",
            "aria-label": "\(panel.title): \(counted(count, "cell")) as points, coloured by "
              + clipped(colouring),
          ], text: "")
        page.element("i", ["class": "ring", "hidden": "hidden"], text: "")
      }
    }
  }
}
