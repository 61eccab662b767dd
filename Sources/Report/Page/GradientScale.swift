import Foundation
internal import Support

/// The scale of a gradient's colours, linear or logarithmic.
///
/// Its limits leave out the lowest and the highest 0.5% of the cells, which have the colours of the
/// limits. Otherwise a single large cell would give all others one colour.
struct GradientScale {
  /// The number of colours; shades are 1 to this number.
  static let count = 255

  /// The shade of a cell without a number.
  static let missing: UInt8 = 0

  /// The number of the first colour.
  let low: Double

  /// The number of the last colour.
  let high: Double

  /// A flag that is true if equal ratios have equal distances.
  let isLogarithmic: Bool

  /// Makes the scale of a gradient; `nil` if no number is finite.
  ///
  /// It is logarithmic if all numbers are positive and the limits differ by more than a factor of 5.
  init?(_ gradient: Gradient) {
    let sorted = gradient.values.filter(\.isFinite).sorted()
    guard let first = sorted.first else { return nil }
    low = Double(sorted[sorted.count / 200])
    high = Double(sorted[sorted.count - 1 - sorted.count / 200])
    isLogarithmic = first > 0 && high > 5 * low
  }

  /// Returns the shade of a number.
  func shade(_ value: Double) -> UInt8 {
    guard value.isFinite else { return Self.missing }
    let share = high > low ? (scaled(value) - scaled(low)) / (scaled(high) - scaled(low)) : 0.5
    return UInt8(1 + (min(max(share, 0), 1) * Double(Self.count - 1)).rounded())
  }

  /// Returns the number at a share of the scale.
  func value(at share: Double) -> Double {
    isLogarithmic ? low * pow(high / low, share) : low + (high - low) * share
  }

  private func scaled(_ value: Double) -> Double { isLogarithmic ? log(max(value, low)) : value }

  /// The colours of the shades, from dark blue over red to yellow; the same on both pages.
  ///
  /// Lightness increases all along, so the order is visible with colour blindness and in print.
  static let colours: [RGB] = (0..<count).map { i in
    let t = Double(i) / Double(count - 1)
    return RGB(
      fitting: OKLab(lightness: 0.42 + 0.4 * t, chroma: 0.19 - 0.03 * t, hue: 0.75 + 0.5 * t))
  }
}
