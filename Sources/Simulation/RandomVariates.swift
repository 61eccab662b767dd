internal import Foundation
internal import Numerics

extension RandomNumberGenerator {
  /// Returns a number of the gamma distribution with scale 1.
  ///
  /// Marsaglia and Tsang's method (<https://doi.org/10.1145/358407.358414>); a shape below 1 is
  /// drawn with shape + 1, times `u^(1/shape)`.
  ///
  /// - Parameter shape: The distribution's shape, and mean; above 0.
  /// - Returns: A number above 0.
  package mutating func gamma(shape: Double) -> Double {
    guard shape >= 1 else {
      // 1 - u is never 0.
      return gamma(shape: shape + 1) * pow(1 - uniformDouble(), 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = standardNormal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(1 - uniformDouble()) < 0.5 * x * x + d * (1 - v + log(v)) { return d * v }
    }
  }

  /// Returns a number of the Poisson distribution.
  ///
  /// Hörmann's transformed rejection with squeeze, PTRS
  /// (<https://doi.org/10.1016/0167-6687(93)90997-4>); for a mean below 10, the number of uniform
  /// draws whose product stays above `exp(-mean)`.
  ///
  /// - Parameter mean: The distribution's mean; not negative.
  /// - Returns: A whole number, not negative.
  package mutating func poisson(mean: Double) -> Int {
    guard mean >= 10 else {
      let limit = exp(-mean)
      var (product, count) = (1 - uniformDouble(), 0)
      while product > limit {
        product *= 1 - uniformDouble()
        count += 1
      }
      return count
    }
    let b = 0.931 + 2.53 * mean.squareRoot()
    let a = -0.059 + 0.02483 * b
    let inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
    let vr = 0.9277 - 3.6224 / (b - 2)
    while true {
      let u = uniformDouble() - 0.5
      let v = 1 - uniformDouble()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= vr { return Int(k) }
      if k < 0 || us < 0.013 && v > us { continue }
      if log(v * inverseAlpha / (a / (us * us) + b)) <= k * log(mean) - mean - lgamma(k + 1) {
        return Int(k)
      }
    }
  }

  /// Returns a number of the logarithmic distribution, `P(k) = p^k / (-k log(1 - p))` from `k = 1`.
  ///
  /// Kemp's second accelerated generator, LK (<https://doi.org/10.2307/2346348>).
  ///
  /// - Parameter odds: `p / (1 - p)`; above 0.
  /// - Returns: A whole number from 1.
  package mutating func logarithmic(odds: Double) -> Int {
    let v = 1 - uniformDouble()
    if v >= odds / (1 + odds) { return 1 }
    let q = -expm1(-log1p(odds) * uniformDouble())
    if v <= q * q { return Swift.max(1, Int(1 + log(v) / log(q))) }
    return v > q ? 1 : 2
  }
}
