internal import Support

extension Markup {
  /// Adds the row of pictures that are coloured by a number of each cell, of which one is selected.
  mutating func gradients(of figure: ScatterFigure, _ data: ScatterData) {
    let scaled = figure.gradients.compactMap { gradient in
      GradientScale(gradient).map { (gradient, $0) }
    }
    guard let first = scaled.first else { return }
    raw("\n")
    element("div", ["class": "gradients"]) { page in
      page.element("h3") { page in
        page.text("Coloured by ")
        page.name(first.0.name)
      }
      page.element("div", ["class": "choices live", "role": "group", "aria-label": "Colour by"]) {
        page in
        for (i, (gradient, _)) in scaled.enumerated() {
          page.choice(i, gradient.name, isChosen: i == 0)
        }
      }
      page.data("colours", GradientScale.colours.flatMap(\.bytes))
      page.element("div", ["class": "row"]) { page in
        page.element("div", ["class": "pictures"]) { page in
          for panel in figure.panels { page.picture(panel, first.0.name, data.count) }
        }
        page.element("div", ["class": "legend ramps"]) { page in
          for (i, (gradient, scale)) in scaled.enumerated() {
            page.ramp(gradient, scale, data, isShown: i == 0)
          }
        }
      }
    }
  }

  /// Adds a button that selects one of several.
  mutating func choice(_ number: Int, _ name: String, isChosen: Bool) {
    element(
      "button",
      [
        "type": "button", "data-choice": "\(number)", "aria-pressed": isChosen ? "true" : "false",
      ]
    ) { $0.name(name) }
  }

  private mutating func ramp(
    _ gradient: Gradient, _ scale: GradientScale, _ data: ScatterData, isShown: Bool
  ) {
    element(
      "div",
      [
        "class": "ramp", "data-low": printed("%.6g", scale.low),
        "data-high": printed("%.6g", scale.high),
        "data-scale": scale.isLogarithmic ? "log" : "linear", "hidden": isShown ? nil : "hidden",
      ]
    ) { page in
      page.data("shades", data.shades(gradient, scale))
      page.element("p", ["class": "of"]) { $0.name(gradient.name) }
      page.element("p", ["class": "colours-of", "aria-hidden": "true"]) { page in
        for i in stride(from: 0, to: GradientScale.count, by: 8) {
          page.element("i", ["style": "background:\(GradientScale.colours[i].css)"], text: "")
        }
      }
      page.element("p", ["class": "ticks"]) { page in
        for share in [0, 0.5, 1] {
          page.element("span", text: fixed(scale.value(at: share), scale.high < 10 ? 2 : 0))
        }
      }
      page.element(
        "p", ["class": "note"],
        text: (scale.isLogarithmic ? "Logarithmic scale." : "Linear scale.")
          + " 0.5% of the cells are below it and 0.5% above, in the colours of its ends.")
    }
  }
}
