// The standard library may change its algorithms. These have fixed algorithms, so that a seed
// always gives the same result.
extension RandomNumberGenerator {
  /// Returns a number in [0, 1) from the upper 53 bits of one draw.
  package mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Returns a number in [0, 1) from the upper 24 bits of one draw.
  package mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Returns a number from `low` to `high`, `low + (high - low) * uniformFloat()`.
  package mutating func uniformFloat(from low: Float, to high: Float) -> Float {
    low + (high - low) * uniformFloat()
  }

  /// Returns a uniformly distributed whole number in `0..<bound`.
  ///
  /// Lemire's method: the upper half of a draw times `bound`. The draw is repeated if the lower
  /// half is in the range that would bias the result (<https://doi.org/10.1145/3230636>).
  package mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "nothing lies below \(bound)")
    let bound = UInt64(bound)
    let excess = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= excess { return Int(product.high) }
    }
  }

  /// Returns a number from the standard normal distribution.
  ///
  /// Box and Muller's method with two draws; only the cosine result is used.
  package mutating func standardNormal() -> Double {
    let radius = (-2 * logarithm(1 - uniformDouble())).squareRoot()
    return radius * cosine(turns: uniformDouble())
  }

  /// Shuffles the elements into a uniformly distributed random order.
  ///
  /// Fisher and Yates's method, from the last position to the first.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }
}
