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
    var colours = Array((page == .light ? onLight : onDark).prefix(count))
    if colours.count < count {
      appendFarthest(to: &colours, upTo: min(count, 64), on: page)
      appendSpread(to: &colours, upTo: count, on: page)
    }
    self.colours = colours
  }
}

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

/// Adds, one at a time, the colour of a grid whose nearest among those taken is farthest.
private func appendFarthest(to colours: inout [RGB], upTo count: Int, on page: Palette.Page) {
  let range = lightnesses(on: page)
  var candidates: [(colour: RGB, seen: [OKLab], distance: Double)] = []
  for (l, c, h) in (0..<(7 * 3 * 30)).map({ ($0 / 90, $0 / 30 % 3, $0 % 30) }) {
    let lightness = range.lowerBound + (range.upperBound - range.lowerBound) * Double(l) / 6
    let lab = OKLab(lightness: lightness, chroma: 0.08 + 0.05 * Double(c), hue: Double(h) / 30)
    guard let colour = RGB(linear: lab.linear), mayStand(colour, on: page) else { continue }
    candidates.append((colour, Vision.allCases.map { $0.seen(colour.linear) }, .infinity))
  }
  func approach(_ taken: RGB) {
    let seen = Vision.allCases.map { $0.seen(taken.linear) }
    for i in candidates.indices {
      let distances = zip(candidates[i].seen, seen).map { $0.distance(to: $1) }
      // To the rarer eyes many colours are alike whatever is done, so the usual eye counts too.
      let nearest = min(distances[0], 1.5 * (distances.dropFirst().min() ?? .infinity))
      candidates[i].distance = min(candidates[i].distance, nearest)
    }
  }
  for colour in colours { approach(colour) }
  while colours.count < count, let next = candidates.max(by: { $0.distance < $1.distance }),
    next.distance > 0
  {
    colours.append(next.colour)
    approach(next.colour)
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
