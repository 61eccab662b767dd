import Numerics
import Testing

/// Functions of one number against values to 40 digits.
@Suite struct RealFunctionTests {
  typealias Values = RealFunctionValues

  /// The largest error in units in the last place of the right value.
  private func error(_ values: [(x: Double, value: Double)], of function: (Double) -> Double)
    -> Double
  {
    values.map { abs(function($0.x) - $0.value) / $0.value.ulp }.max() ?? .infinity
  }

  @Test func `logarithms and exponentials are right to their last place`() {
    #expect(error(Values.logarithms) { logarithm($0) } <= 1)
    #expect(error(Values.exponentials) { exponential($0) } <= 1)
    #expect(error(Values.logarithmsOfOnePlus) { logOnePlus($0) } <= 2)
    #expect(error(Values.exponentialsMinusOne) { expMinusOne($0) } <= 2)
  }

  @Test func `powers, cosines and gamma functions are right to their stated error`() {
    for (turns, value) in Values.cosines { #expect(abs(cosine(turns: turns) - value) < 3e-16) }
    for (z, value) in Values.logGammas {
      #expect(abs(logGamma(z) - value) < 1e-14 * max(1, abs(value)), "\(z)")
    }
    for (x, y, value) in [
      (2.0, 0.5, 2.0.squareRoot()), (10, 3, 1000), (1e-9, -0.5, 31622.776601683795),
    ] {
      #expect(abs(power(x, y) / value - 1) < 1e-14)
    }
    #expect(power(0, 2) == 0)
  }

  @Test func `ends of the ranges are as in the C library`() {
    #expect(logarithm(0) == -.infinity && logarithm(-0.0) == -.infinity)
    #expect(logarithm(-1).isNaN && logarithm(.nan).isNaN && logarithm(.infinity) == .infinity)
    #expect(logarithm(.leastNonzeroMagnitude) == -744.4400719213812)
    #expect(exponential(-745.0) == .leastNonzeroMagnitude)
    #expect(exponential(-746.0) == 0 && exponential(709.8) == .infinity)
    #expect(exponential(-.infinity) == 0.0 && exponential(Double.infinity) == .infinity)
    #expect(exponential(Double.nan).isNaN && exponential(Float(0)) == 1)
    #expect(logOnePlus(-1) == -.infinity && logOnePlus(-2).isNaN && logOnePlus(.nan).isNaN)
    #expect(logOnePlus(.infinity) == .infinity && logOnePlus(-0.0).sign == .minus)
    #expect(expMinusOne(-.infinity) == -1 && expMinusOne(.infinity) == .infinity)
    #expect(expMinusOne(.nan).isNaN && expMinusOne(0) == 0)
  }
}
