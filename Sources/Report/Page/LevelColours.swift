/// The colours of the levels of all colourings, the same everywhere in a report.
struct LevelColours {
  /// The number of levels with different colours if the others share one.
  static let most = 30

  /// The colours of the levels with one name.
  struct Levels {
    /// The index of each level in the palette; levels that share the grey are absent.
    var places: [String: Int] = [:]

    /// The number of cells of each level.
    var counts: [String: Int] = [:]

    /// A flag that is true if all levels have different colours.
    var isDistinct = false

    fileprivate var order: [String] = []
  }

  private var levels: [String: Levels] = [:]
  private let palette: Palette

  /// Assigns colours to the levels of all colourings in a report.
  init(_ report: Report) {
    var most = 8
    for block in report.sections.flatMap(\.blocks) {
      switch block {
      case .scatter(let figure):
        for colouring in figure.colourings {
          levels[colouring.name, default: Levels()].add(colouring)
        }
      case .bars(let figure):
        levels[figure.parts.name, default: Levels()].add(figure.parts)
      case .lines(let figure): most = max(most, figure.series.count)
      default: break
      }
    }
    for name in levels.keys {
      levels[name]?.place()
      most = max(most, levels[name]?.places.count ?? 0)
    }
    palette = Palette(most)
  }

  /// The levels of a name, empty if no colouring has it.
  subscript(name: String) -> Levels { levels[name] ?? Levels() }

  /// Returns the colour at an index of the palette, or the grey of the other levels.
  func colour(_ place: Int?) -> RGB { place.map { palette.colours[$0] } ?? Palette.shared }

  /// Returns the style that gives an element its colour.
  func style(_ place: Int?) -> String { colour(place).style }

  /// The style that gives an element the colour of cells without a level.
  var missingStyle: String { Palette.missing.style }
}

extension RGB {
  /// The style that gives an element this colour; `--hue` is used by the style sheet.
  var style: String { "--hue:\(css)" }
}

extension LevelColours.Levels {
  fileprivate mutating func add(_ colouring: Colouring) {
    isDistinct = isDistinct || colouring.isDistinct
    add(colouring.levels)
    for code in colouring.codes where colouring.levels.indices.contains(Int(code)) {
      counts[colouring.levels[Int(code)], default: 0] += 1
    }
  }

  fileprivate mutating func add(_ parts: BarsFigure.Parts) {
    isDistinct = isDistinct || parts.isDistinct
    // A colouring of the same name has counted its cells.
    let isNew = counts.isEmpty
    add(parts.levels)
    guard isNew else { return }
    for (level, count) in zip(parts.levels, parts.totals) { counts[level, default: 0] += count }
  }

  private mutating func add(_ levels: [String]) {
    for level in levels where counts[level] == nil {
      counts[level] = 0
      order.append(level)
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
