/// The style of the page.
enum Style {
  /// The style sheet of every page: the colours of both themes, then the file `report.css`.
  ///
  /// A page follows the system's light or dark theme, or the choice of its button; in print it is
  /// light.
  static let sheet = [
    colours(.light, within: ":root"),
    "@media screen and (prefers-color-scheme: dark) {",
    colours(.dark, within: ":root:not([data-theme=light])"),
    "}",
    "@media screen {",
    colours(.dark, within: ":root[data-theme=dark]"),
    "}",
    String(decoding: PackageResources.report_css, as: UTF8.self),
  ].joined(separator: "\n")

  /// Returns the colours of a page's text and lines, by their names in style sheets.
  static func variables(on page: Palette.Page) -> KeyValuePairs<String, RGB> {
    switch page {
    case .light:
      [
        "page": Palette.Page.light.background, "ink": RGB(0x1B1F24), "soft": RGB(0x57606A),
        "line": RGB(0xD5DAE0), "raised": RGB(0xF5F7F9), "edge": RGB(0x7C8590),
        "accent": RGB(0x0B57A8), "alarm": RGB(0x9A4B00), "alarmed": RGB(0xFFF6E9),
        "bar": RGB(0x5B8DB8),
      ]
    case .dark:
      [
        "page": Palette.Page.dark.background, "ink": RGB(0xE4E8ED), "soft": RGB(0xA3ADB8),
        "line": RGB(0x343B45), "raised": RGB(0x1C2128), "edge": RGB(0x76808C),
        "accent": RGB(0x7DB5F2), "alarm": RGB(0xEBAA55), "alarmed": RGB(0x2A2113),
        "bar": RGB(0x5F93C2),
      ]
    }
  }

  private static func colours(_ page: Palette.Page, within selector: String) -> String {
    let names = variables(on: page).map { "--\($0):\($1.css)" }.joined(separator: ";")
    return """
      \(selector){color-scheme:\(page == .light ? "light" : "dark");\(names)}
      \(HeatColours.rules(on: page, within: selector))
      """
  }
}
