import Foundation

/// The colours that tell levels apart, on a white page or on a dark one.
///
/// The first eight keep the hues of Okabe and Ito's set, which eyes that lack a kind of cone
/// tell apart, in lightnesses that stand out from the page. Up to 64 each next colour is the
/// one of a grid that looks farthest from all before it; what follows runs through the whole
/// space evenly. All are distinct, and a level keeps its colour when others are added.
struct Palette {
  /// What the colours stand on.
  enum Page: CaseIterable {
    case light, dark

    /// The colour of the page.
    var background: RGB { self == .light ? RGB(0xFFFFFF) : RGB(0x14171C) }
  }

  /// The least contrast of a colour with its page: what the Web Content Accessibility
  /// Guidelines 2.2 ask of graphics.
  static let leastContrast = 3.0

  /// What the smaller of many levels share.
  static let shared = RGB(0x808080)

  /// What cells without a level have.
  static let missing = RGB(0x9CA3AB)

  /// The colours; all distinct.
  let colours: [RGB]

  /// Makes so many colours for a page.
  init(_ count: Int, on page: Page) {
    var colours = Array((page == .light ? firstOnLight : firstOnDark).prefix(count))
    if colours.count < count { appendSpread(to: &colours, upTo: count, on: page) }
    self.colours = colours
  }
}

private let firstOnLight = withFarthest(onLight, 64, on: .light)

private let firstOnDark = withFarthest(onDark, 64, on: .dark)

/// Blue, orange, green, purple, sky, vermilion, yellow and black: lightness, chroma and hue were
/// searched near Okabe and Ito's for the largest distance between the nearest two, to eyes with
/// and without all cones, where the contrast suffices.
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

/// The lightnesses in which colours can have the least contrast.
private func lightnesses(on page: Palette.Page) -> ClosedRange<Double> {
  page == .light ? 0.35...0.68 : 0.52...0.92
}

/// The colours and, one at a time, those of a grid whose nearest among all before is farthest.
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

/// A colour of the grid, and how far the nearest of those taken looks.
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

  /// Notes how far a colour that was taken looks.
  ///
  /// To eyes without all cones many colours are alike whatever is done. The weight keeps them
  /// apart where it costs the usual eye little.
  mutating func approach(_ taken: Candidate) {
    let rarer = min(
      protanopia.distance(to: taken.protanopia), deuteranopia.distance(to: taken.deuteranopia))
    distance = min(distance, usual.distance(to: taken.usual), 3 * rarer)
  }
}

/// Adds colours that run evenly through lightness, chroma and hue, each unlike all before it.
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
  // Beyond what the eye has room for a colour is a number: an odd step visits each of 2²⁴.
  var hex = 0
  for _ in 0..<(1 << 24) where colours.count < count {
    hex = (hex + 0x9E3779) & 0xFFFFFF
    let colour = RGB(hex)
    if taken.insert(colour).inserted { colours.append(colour) }
  }
}
