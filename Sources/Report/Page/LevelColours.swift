/// The colours of the levels of all colourings, the same everywhere in a report.
struct LevelColours {
  /// The number of levels with different colours if the others share one.
  static let most = 30

  /// The colours of the levels with one name.
  struct Levels {
    /// The index of each level in the palettes; levels that share the grey are absent.
    var places: [String: Int] = [:]

    /// The number of cells of each level.
    var counts: [String: Int] = [:]

    /// A flag that is true if all levels have different colours.
    var isDistinct = false

    fileprivate var order: [String] = []
  }

  private var levels: [String: Levels] = [:]
  private let light: Palette
  private let dark: Palette

  /// Assigns colours to the levels of all colourings in a report.
  init(_ report: Report) {
    var most = 8
    for case .scatter(let figure) in report.sections.flatMap(\.blocks) {
      for colouring in figure.colourings {
        levels[colouring.name, default: Levels()].add(colouring)
      }
    }
    for case .lines(let figure) in report.sections.flatMap(\.blocks) {
      most = max(most, figure.series.count)
    }
    for name in levels.keys {
      levels[name]?.place()
      most = max(most, levels[name]?.places.count ?? 0)
    }
    light = Palette(most, on: .light)
    dark = Palette(most, on: .dark)
  }

  /// The levels of a name, empty if no colouring has it.
  subscript(name: String) -> Levels { levels[name] ?? Levels() }

  /// Returns the colour at an index of the palettes, or the grey of the other levels.
  func colour(_ place: Int?, on page: Palette.Page) -> RGB {
    guard let place else { return Palette.shared }
    return (page == .light ? light : dark).colours[place]
  }

  /// Returns the style that gives an element of the class `hue` its colours.
  func style(_ place: Int?) -> String {
    style(colour(place, on: .light), colour(place, on: .dark))
  }

  /// The style that gives an element of the class `hue` the colour of cells without a level.
  var missingStyle: String { style(Palette.missing, Palette.missing) }

  private func style(_ light: RGB, _ dark: RGB) -> String { "--c:\(light.css);--d:\(dark.css)" }
}

extension LevelColours.Levels {
  fileprivate mutating func add(_ colouring: Colouring) {
    isDistinct = isDistinct || colouring.isDistinct
    for level in colouring.levels where counts[level] == nil {
      counts[level] = 0
      order.append(level)
    }
    for code in colouring.codes where colouring.levels.indices.contains(Int(code)) {
      counts[colouring.levels[Int(code)], default: 0] += 1
    }
  }

  fileprivate mutating func place() {
    var own = order
    if !isDistinct, own.count > LevelColours.most {
      own.sort { (counts[$0] ?? 0, $1) > (counts[$1] ?? 0, $0) }
      own.removeSubrange(LevelColours.most...)
    }
    for (place, level) in own.enumerated() { places[level] = place }
  }
}
