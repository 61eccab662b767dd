import Foundation

/// The colours of levels, the same on a light and on a dark page.
///
/// All contrast with both pages. Colour-blind readers can distinguish the first eight. Up to 64,
/// each next colour is the grid colour that looks farthest from all before it. Further colours fill
/// the whole space evenly. All are distinct, and a level keeps its colour when levels are added.
struct Palette {
  /// The background of the colours.
  enum Page: CaseIterable {
    case light, dark

    /// The colour of the page.
    var background: RGB { self == .light ? RGB(0xFFFFFF) : RGB(0x14171C) }
  }

  /// The minimum contrast of a colour with each page, as the Web Content Accessibility Guidelines
  /// 2.2 require for graphics.
  static let leastContrast = 3.0

  /// The colour that the smaller of many levels share.
  static let shared = RGB(0x808080)

  /// The colour of cells without a level.
  static let missing = RGB(0x9CA3AB)

  /// The colours; all distinct.
  let colours: [RGB]

  /// Makes `count` colours.
  init(_ count: Int) {
    var colours = Array(firstColours.prefix(count))
    if colours.count < count { appendSpread(to: &colours, upTo: count) }
    self.colours = colours
  }
}

private let firstColours = withFarthest(firstEight, 64)

/// Blue, orange, green, violet, red, periwinkle, dark green and cyan.
///
/// They were optimized by local search among the colours with sufficient contrast on both pages.
/// The criterion is the largest distance between the nearest two, for normal and colour-blind
/// vision.
private let firstEight = [
  RGB(0x2A64AB), RGB(0xFF5C14), RGB(0x07A973), RGB(0x6237FF),
  RGB(0xC71500), RGB(0x7A87FF), RGB(0x1F6F62), RGB(0x298EAC),
]

private func hasContrast(_ colour: RGB) -> Bool {
  Palette.Page.allCases.allSatisfy {
    colour.contrast(with: $0.background) >= Palette.leastContrast
  } && colour != Palette.shared && colour != Palette.missing
}

/// The lightnesses at which colours can have the minimum contrast on both pages.
private let lightnesses = 0.50...0.70

/// Adds grid colours one at a time, each the farthest from all colours before it.
private func withFarthest(_ first: [RGB], _ count: Int) -> [RGB] {
  let range = lightnesses
  var candidates: [Candidate] = []
  for (l, c, h) in (0..<(9 * 9 * 48)).map({ ($0 / 432, $0 / 48 % 9, $0 % 48) }) {
    let lightness = range.lowerBound + (range.upperBound - range.lowerBound) * Double(l) / 8
    let lab = OKLab(lightness: lightness, chroma: 0.04 + 0.03 * Double(c), hue: Double(h) / 48)
    guard let colour = RGB(linear: lab.linear), hasContrast(colour) else { continue }
    candidates.append(Candidate(colour))
  }
  func approach(_ taken: RGB) {
    let taken = Candidate(taken)
    for i in candidates.indices { candidates[i].approach(taken) }
  }
  var colours = first
  for colour in colours + [Palette.shared, Palette.missing] { approach(colour) }
  while colours.count < count,
    let next = candidates.max(by: { $0.distance < $1.distance }), next.distance > 0
  {
    colours.append(next.colour)
    approach(next.colour)
  }
  return colours
}

/// A colour of the grid, and its distance from the nearest colour taken.
private struct Candidate {
  let colour: RGB
  let usual: OKLab
  let protanopia: OKLab
  let deuteranopia: OKLab
  var distance = Double.infinity

  init(_ colour: RGB) {
    self.colour = colour
    let light = colour.linear
    usual = Vision.usual.seen(light)
    protanopia = Vision.protanopia.seen(light)
    deuteranopia = Vision.deuteranopia.seen(light)
  }

  /// Updates the distance after another colour was taken.
  ///
  /// For colour-blind vision many colours are inevitably similar. The weight separates them where
  /// it costs normal vision little.
  mutating func approach(_ taken: Candidate) {
    let rarer = min(
      protanopia.distance(to: taken.protanopia), deuteranopia.distance(to: taken.deuteranopia))
    distance = min(distance, usual.distance(to: taken.usual), 6 * rarer)
  }
}

/// Adds colours evenly spread over lightness, chroma and hue, each distinct from all before it.
private func appendSpread(to colours: inout [RGB], upTo count: Int) {
  var taken = Set(colours)
  let range = lightnesses
  // Multiples of powers of the root of x⁴ = x + 1 fill a cube evenly.
  let steps = (1...3).map { pow(1.220_744_084_605_76, -Double($0)) }
  for i in 0..<(16 * count) where colours.count < count {
    let place = steps.map { (0.5 + Double(i) * $0).truncatingRemainder(dividingBy: 1) }
    let lightness = range.lowerBound + (range.upperBound - range.lowerBound) * place[0]
    let lab = OKLab(lightness: lightness, chroma: 0.06 + 0.14 * place[1], hue: place[2])
    guard let colour = RGB(linear: lab.linear), hasContrast(colour),
      taken.insert(colour).inserted
    else { continue }
    colours.append(colour)
  }
  // When no visibly different colour is left, use numbers: an odd step visits all 2²⁴ colours.
  var hex = 0
  for _ in 0..<(1 << 24) where colours.count < count {
    hex = (hex + 0x9E3779) & 0xFFFFFF
    let colour = RGB(hex)
    if taken.insert(colour).inserted { colours.append(colour) }
  }
}
