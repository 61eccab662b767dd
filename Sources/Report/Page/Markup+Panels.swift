extension Markup {
  /// The maximum number of small panels of one figure; those of the largest levels are shown.
  static let mostPanels = 24

  /// Adds a small panel for each level of the highlighted colouring.
  mutating func highlights(of figure: ScatterFigure, _ colours: LevelColours) {
    guard let name = figure.highlighted,
      let number = figure.colourings.firstIndex(where: { $0.name == name })
    else { return }
    let colouring = figure.colourings[number]
    var counts = [Int](repeating: 0, count: colouring.levels.count)
    for code in colouring.codes where counts.indices.contains(Int(code)) {
      counts[Int(code)] += 1
    }
    let present = counts.indices.filter { counts[$0] > 0 }
    guard present.count > 1 else { return }
    let shown = present.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(Self.mostPanels)
      .sorted()
    raw("\n")
    element("div", ["class": "highlights", "data-colouring": "\(number)"]) { page in
      page.element("h3") { page in
        page.text("Each ")
        page.name(name)
        page.text(" alone")
      }
      page.element("p", ["class": "note"]) { page in
        page.text("Each plot colours the cells of one level; all other cells are grey.")
        if shown.count < present.count {
          page.text(
            " The \(grouped(shown.count)) of \(grouped(present.count)) levels with the most cells "
              + "are shown.")
        }
      }
      page.element("div", ["class": "choices live", "role": "group", "aria-label": "Layout"]) {
        page in
        for (i, panel) in figure.panels.enumerated() where figure.panels.count > 1 {
          page.choice(i, panel.title, isChosen: i == figure.panels.count - 1)
        }
        page.saving("all panels")
      }
      page.element("div", ["class": "small pictures"]) { page in
        for level in shown {
          page.panel(
            level, colouring.levels[level], counts[level],
            style: colours.style(colours[name].places[colouring.levels[level]]))
        }
      }
    }
  }

  /// Adds the buttons that save a picture.
  mutating func saving(_ title: String) {
    for kind in ["PNG", "SVG"] {
      element(
        "button",
        ["type": "button", "data-save": kind, "aria-label": "Save as \(kind): \(title)"],
        text: kind)
    }
  }

  private mutating func panel(_ level: Int, _ name: String, _ cells: Int, style: String) {
    raw("\n")
    element("div", ["class": "one", "data-level": "\(level + 1)"]) { page in
      page.element("div", ["class": "panel"]) { page in
        page.element("span") { page in
          page.element("i", ["class": "swatch", "style": style], text: "")
          page.name(name)
        }
        page.element("span", ["class": "count"], text: grouped(cells))
      }
      page.element("div", ["class": "frame"]) { page in
        page.element(
          "canvas",
          [
            "role": "img", "aria-label": "\(counted(cells, "cell")) of \(clipped(name)) among all",
          ], text: "")
      }
    }
  }
}
