import Foundation
internal import Support

/// The range of an axis, and round numbers along it.
struct Axis {
  let low: Double
  let high: Double

  /// Round numbers within the range, ascending.
  let ticks: [Double]

  private let step: Double

  /// Makes an axis for finite values with about `wanted` ticks; `nil` if there are no values.
  ///
  /// If `isRounded` is true, the axis begins and ends at ticks.
  init?(_ values: [Double], ticks wanted: Int, isRounded: Bool = false) {
    guard var low = values.min(), var high = values.max() else { return nil }
    // Limit the range, so that differences neither overflow nor vanish in rounding.
    (low, high) = (max(low, -1e300), min(high, 1e300))
    if high - low <= 1e-12 * max(abs(low), abs(high)) {
      let room = low == 0 ? 1 : abs(low) / 10
      (low, high) = (low - room, high + room)
    }
    let rough = (high - low) / Double(wanted)
    let power = pow(10, floor(log10(rough)))
    let step =
      power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10)
    if isRounded {
      low = (low / step + 1e-9).rounded(.down) * step
      high = (high / step - 1e-9).rounded(.up) * step
    }
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    ticks = first <= last ? (0...Int(last - first)).map { (first + Double($0)) * step } : []
    (self.low, self.high, self.step) = (low, high, step)
  }

  /// Returns the relative position of a value along the axis, in 0...1.
  func share(_ value: Double) -> Double { min(max((value - low) / (high - low), 0), 1) }

  /// Returns a tick as text, with enough digits to distinguish the ticks.
  func label(_ value: Double) -> String {
    let size = max(abs(low), abs(high))
    guard size < 1e6, step >= 1e-4 else { return printed("%.4g", value) }
    let decimals = max(0, Int(ceil(-log10(step) - 1e-9)))
    return compact(value, value == value.rounded() ? 0 : max(decimals, 0))
  }
}
