internal import Foundation

/// The curve `1 / (1 + a x^(2b))` by which nearness in a layout fades with the distance `x`.
///
/// `a` and `b` are fitted, as umap-learn fits them, by least squares to what is 1 up to the
/// minimum distance and then falls as `exp(-(x - minimum) / spread)`, at 300 places
/// from 0 to three times the spread.
struct LayoutCurve: Equatable {
  let a: Double
  let b: Double

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - minimum: The minimum distance; 0 to `spread`.
  ///   - spread: Above 0.
  init(minimum: Double, spread: Double) {
    // In units of the spread, where the logarithms of a and b are never far from 0.
    let places = (0..<300).map { 3 * Double($0) / 299 }
    let wanted = places.map { $0 < minimum / spread ? 1 : exp(minimum / spread - $0) }
    var fit = LeastSquares(places: places, wanted: wanted)
    fit.descend()
    b = exp(fit.logs.y)
    a = exp(fit.logs.x - 2 * b * log(spread))
  }
}

/// Levenberg and Marquardt's method for the logarithms of the two parameters.
private struct LeastSquares {
  let places: [Double]
  let wanted: [Double]

  /// `(log a, log b)`.
  var logs = SIMD2<Double>.zero

  /// Steps until they no longer lead down.
  mutating func descend() {
    var damping = 1e-3
    var state = sums(at: logs)
    for _ in 0..<500 where damping < 1e12 {
      let (h, g) = (state.hessian, state.gradient)
      let (xx, yy) = (h.xx * (1 + damping), h.yy * (1 + damping))
      let determinant = xx * yy - h.xy * h.xy
      guard determinant > 0 else { return }
      let step = SIMD2(yy * g.x - h.xy * g.y, xx * g.y - h.xy * g.x) / determinant
      let next = sums(at: logs - step)
      if next.squares < state.squares {
        (logs, state, damping) = (logs - step, next, damping / 10)
      } else {
        damping *= 10
      }
    }
  }

  /// The sum of squared residuals, half its gradient, and Gauss's approximation of its Hessian.
  private func sums(
    at logs: SIMD2<Double>
  ) -> (
    squares: Double, gradient: SIMD2<Double>, hessian: (xx: Double, xy: Double, yy: Double)
  ) {
    let (a, b) = (exp(logs.x), exp(logs.y))
    var (squares, gradient) = (0.0, SIMD2<Double>.zero)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(places, wanted) {
      let power = a * pow(x, 2 * b)
      let value = 1 / (1 + power)
      let slope = -power * value * value
      let derivative = SIMD2(slope, x > 0 ? slope * 2 * b * log(x) : 0)
      squares += (value - y) * (value - y)
      gradient += (value - y) * derivative
      xx += derivative.x * derivative.x
      xy += derivative.x * derivative.y
      yy += derivative.y * derivative.y
    }
    return (squares, gradient, (xx, xy, yy))
  }
}
