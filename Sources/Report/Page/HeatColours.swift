/// The colours of a heatmap's values, which differ in lightness from the page.
///
/// The order is therefore visible with colour blindness and in print.
enum HeatColours {
  /// The number of steps.
  static let count = 16

  /// Returns the colour of a step, and of the number on it.
  static func step(_ step: Int, on page: Palette.Page) -> (ground: RGB, ink: RGB) {
    let t = Double(step) / Double(count - 1)
    let lab =
      page == .light
      ? OKLab(lightness: 0.97 - 0.62 * t, chroma: 0.015 + 0.115 * t * (1.6 - 0.8 * t), hue: 0.66)
      : OKLab(lightness: 0.25 + 0.63 * t, chroma: 0.02 + 0.10 * t * (1.6 - 1.0 * t), hue: 0.62)
    let ground = RGB(fitting: lab)
    let inks = [RGB(0x101317), RGB(0xFFFFFF)]
    return (ground, inks[inks[0].contrast(with: ground) >= inks[1].contrast(with: ground) ? 0 : 1])
  }

  /// Returns the style rules that give the classes `h0`, `h1`, … their colours.
  static func rules(on page: Palette.Page, within selector: String) -> String {
    (0..<count).map { i in
      let (ground, ink) = step(i, on: page)
      return "\(selector) .h\(i){background:\(ground.css);color:\(ink.css)}"
    }.joined(separator: "\n")
  }
}
