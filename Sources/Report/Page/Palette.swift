import Foundation

/// The colours of levels, on a light or a dark page.
///
/// The first eight keep the hues of Okabe and Ito's set, which colour-blind readers can
/// distinguish, in lightnesses that contrast with the page. Up to 64, each next colour is the grid
/// colour that looks farthest from all before it. Further colours fill the whole space evenly. All
/// are distinct, and a level keeps its colour when levels are added.
struct Palette {
  /// The background of the colours.
  enum Page: CaseIterable {
    case light, dark

    /// The colour of the page.
    var background: RGB { self == .light ? RGB(0xFFFFFF) : RGB(0x14171C) }
  }

  /// The minimum contrast of a colour with its page, as the Web Content Accessibility Guidelines
  /// 2.2 require for graphics.
  static let leastContrast = 3.0

  /// The colour that the smaller of many levels share.
  static let shared = RGB(0x808080)

  /// The colour of cells without a level.
  static let missing = RGB(0x9CA3AB)

  /// The colours; all distinct.
  let colours: [RGB]

  /// Makes `count` colours for a page.
  init(_ count: Int, on page: Page) {
    var colours = Array((page == .light ? firstOnLight : firstOnDark).prefix(count))
    if colours.count < count { appendSpread(to: &colours, upTo: count, on: page) }
    self.colours = colours
  }
}

private let firstOnLight = withFarthest(onLight, 64, on: .light)

private let firstOnDark = withFarthest(onDark, 64, on: .dark)

/// Blue, orange, green, purple, sky, vermilion, yellow and black.
///
/// Lightness, chroma and hue were optimized near Okabe and Ito's colours. The criterion is the
/// largest distance between the nearest two with sufficient contrast, for normal and colour-blind
/// vision.
private let onLight = [
  RGB(0x0055DE), RGB(0x9E5C03), RGB(0x33A193), RGB(0x840182),
  RGB(0x4393ED), RGB(0x7E372D), RGB(0xB48B05), RGB(0x1A1A1A),
]

/// The same hues, on a dark page.
private let onDark = [
  RGB(0x0061FB), RGB(0xFB8C01), RGB(0x56CAB3), RGB(0xB43790),
  RGB(0x57A4FC), RGB(0xC94A02), RGB(0xF0E442), RGB(0xF5F5F5),
]

private func mayStand(_ colour: RGB, on page: Palette.Page) -> Bool {
  colour.contrast(with: page.background) >= Palette.leastContrast
    && colour != Palette.shared && colour != Palette.missing
}

/// Returns the lightnesses at which colours can have the minimum contrast.
private func lightnesses(on page: Palette.Page) -> ClosedRange<Double> {
  page == .light ? 0.35...0.68 : 0.52...0.92
}

/// Adds grid colours one at a time, each the farthest from all colours before it.
private func withFarthest(_ first: [RGB], _ count: Int, on page: Palette.Page) -> [RGB] {
  let range = lightnesses(on: page)
  var candidates: [Candidate] = []
  for (l, c, h) in (0..<(7 * 4 * 36)).map({ ($0 / 144, $0 / 36 % 4, $0 % 36) }) {
    let lightness = range.lowerBound + (range.upperBound - range.lowerBound) * Double(l) / 6
    let lab = OKLab(lightness: lightness, chroma: 0.09 + 0.05 * Double(c), hue: Double(h) / 36)
    guard let colour = RGB(linear: lab.linear), mayStand(colour, on: page) else { continue }
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
    distance = min(distance, usual.distance(to: taken.usual), 3 * rarer)
  }
}

/// Adds colours evenly spread over lightness, chroma and hue, each distinct from all before it.
private func appendSpread(to colours: inout [RGB], upTo count: Int, on page: Palette.Page) {
  var taken = Set(colours)
  let range = lightnesses(on: page)
  // Multiples of powers of the root of x⁴ = x + 1 fill a cube evenly.
  let steps = (1...3).map { pow(1.220_744_084_605_76, -Double($0)) }
  for i in 0..<(4 * count) where colours.count < count {
    let place = steps.map { (0.5 + Double(i) * $0).truncatingRemainder(dividingBy: 1) }
    let lightness = range.lowerBound + (range.upperBound - range.lowerBound) * place[0]
    let lab = OKLab(lightness: lightness, chroma: 0.06 + 0.14 * place[1], hue: place[2])
    guard let colour = RGB(linear: lab.linear), mayStand(colour, on: page),
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
