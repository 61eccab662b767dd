internal import Numerics

/// Returns the probability that a chi-squared variable is at least `x`.
///
/// It is the regularized upper incomplete gamma function `Q(degrees / 2, x / 2)`, computed by its
/// series below the mean and by its continued fraction above, to about 1e-13. Reference: NIST's
/// DLMF 8.11.4 and 8.9.2, <https://dlmf.nist.gov/8>.
func chiSquaredTail(_ x: Double, degrees: Int) -> Double {
  precondition(degrees >= 1, "a chi-squared variable has at least 1 degree, not \(degrees)")
  guard x > 0 else { return 1 }
  let (a, z) = (Double(degrees) / 2, x / 2)
  let scale = exponential(a * logarithm(z) - z - logGamma(a))
  if z < a + 1 {
    var (term, sum) = (1 / a, 1 / a)
    var n = a
    while term > 1e-16 * sum {
      n += 1
      term *= z / n
      sum += term
    }
    return max(0, 1 - scale * sum)
  }
  // Evaluate forward, as ratios of successive numerators and denominators.
  var b = z + 1 - a
  var d = 1 / b
  var c = 1e300
  var fraction = d
  for i in 1...10_000 {
    let factor = Double(i) * (a - Double(i))
    b += 2
    d = 1 / (b + factor * d)
    c = b + factor / c
    fraction *= c * d
    if abs(c * d - 1) < 1e-15 { break }
  }
  return scale * fraction
}
