extension Markup {
  /// The maximum number of levels in a legend; a filter finds the others.
  static let mostKeys = 60

  /// The number of levels above which a legend has a filter.
  static let mostUnfilteredKeys = 30

  /// Adds the legend of a colouring, whose names select cells.
  mutating func legend(
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
      [
        "class": isLong ? "legend long" : "legend", "role": "group",
        "aria-label": "Legend: \(clipped(colouring.name))",
      ]
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
        page.element("i", ["class": "swatch", "style": style], text: "")
        page.element("span", ["class": "name"], name)
        page.element("span", ["class": "count"], text: grouped(cells))
      }
    }
  }
}
