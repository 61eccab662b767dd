internal import Foundation

// The standard library may change how it draws numbers from a generator, so these have
// algorithms of their own: one seed gives one result, today and later.
extension RandomNumberGenerator {
  /// A number from 0 to below 1: the upper 53 bits of one draw.
  public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number from 0 to below 1: the upper 24 bits of one draw.
  public mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number from `low` to `high`, `low + (high - low) * uniformFloat()`.
  public mutating func uniformFloat(from low: Float, to high: Float) -> Float {
    low + (high - low) * uniformFloat()
  }

  /// A whole number in `0..<bound`, each as likely as another.
  ///
  /// Lemire's method: the upper half of a draw times `bound`, drawn again
  /// where the lower half falls into the part that would be too many
  /// (<https://doi.org/10.1145/3230636>).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "nothing lies below \(bound)")
    let bound = UInt64(bound)
    let excess = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= excess { return Int(product.high) }
    }
  }

  /// A number from the standard normal distribution.
  ///
  /// Box and Muller's method: the cosine one of two draws; the sine one is not kept.
  public mutating func standardNormal() -> Double {
    let radius = (-2 * log(1 - uniformDouble())).squareRoot()
    return radius * cos(2 * .pi * uniformDouble())
  }

  /// Puts the elements into a random order, each as likely as another.
  ///
  /// Fisher and Yates's method, from the last place to the first.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
