internal import Numerics

/// The curve `1 / (1 + a x^(2b))` of similarity in a layout by distance `x`.
///
/// `a` and `b` are fitted by least squares, as in umap-learn. The target is 1 up to the minimum
/// distance and `exp(-(x - minimum) / spread)` beyond it, at 300 points from 0 to three times the
/// spread.
struct LayoutCurve: Equatable {
  let a: Double
  let b: Double

  /// Fits the curve.
  ///
  /// - Parameters:
  ///   - minimum: The minimum distance; 0 to `spread`.
  ///   - spread: Above 0.
  init(minimum: Double, spread: Double) {
    // In units of the spread, the logarithms of a and b are never far from 0.
    let places = (0..<300).map { 3 * Double($0) / 299 }
    let wanted = places.map { $0 < minimum / spread ? 1 : exponential(minimum / spread - $0) }
    var fit = LeastSquares(places: places, wanted: wanted)
    fit.descend()
    b = exponential(fit.logs.y)
    a = exponential(fit.logs.x - 2 * b * logarithm(spread))
  }
}

/// A least-squares fit by Levenberg and Marquardt's method, in the logarithms of the two
/// parameters.
private struct LeastSquares {
  let places: [Double]
  let wanted: [Double]

  /// `(log a, log b)`.
  var logs = SIMD2<Double>.zero

  /// Takes steps until the sum of squares no longer decreases.
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

  /// Returns the sum of squared residuals, half its gradient, and Gauss's approximation of its
  /// Hessian.
  private func sums(
    at logs: SIMD2<Double>
  ) -> (
    squares: Double, gradient: SIMD2<Double>, hessian: (xx: Double, xy: Double, yy: Double)
  ) {
    let (a, b) = (exponential(logs.x), exponential(logs.y))
    var (squares, gradient) = (0.0, SIMD2<Double>.zero)
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(places, wanted) {
      let raised = a * power(x, 2 * b)
      let value = 1 / (1 + raised)
      let slope = -raised * value * value
      let derivative = SIMD2(slope, x > 0 ? slope * 2 * b * logarithm(x) : 0)
      squares += (value - y) * (value - y)
      gradient += (value - y) * derivative
      xx += derivative.x * derivative.x
      xy += derivative.x * derivative.y
      yy += derivative.y * derivative.y
    }
    return (squares, gradient, (xx, xy, yy))
  }
}
