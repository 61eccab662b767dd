import Foundation
import Numerics
import Testing

@Suite struct ElementwiseTests {
  @Test func `exponentials are right to a millionth`() {
    let x = (0..<1001).map { Float($0 - 500) / 500 * 86 }
    let out = FloatView.zeros(x.count)
    exponentials(x.view, into: out)
    for (x, e) in zip(x, out.values) {
      #expect(abs(Double(e) / exp(Double(x)) - 1) < 1e-6, "exp(\(x))")
    }
    let edges: [Float] = [-1000, -.infinity, 88, 1000]
    let edge = FloatView.zeros(4)
    exponentials(edges.view, into: edge)
    #expect(edge.values.allSatisfy { $0.isNormal && $0 > 0 })
  }

  @Test func `logarithms are right to a ten-millionth`() {
    let far = (0..<2001).map { Float(pow(10, Double($0 - 1000) / 27)) }
    let near = (0..<1000).map { 0.5 + Float($0) / 500 }
    let x = far + near
    let out = FloatView.zeros(x.count)
    logarithms(x.view, into: out)
    for (x, l) in zip(x, out.values) {
      let expected = log(Double(x))
      #expect(abs(Double(l) - expected) < 1.2e-7 * max(1, abs(expected)), "log(\(x))")
    }
  }

  @Test(arguments: [0, 1, 63, 64, 5000, 9001])
  func `sums of squares agree with a plain loop`(count: Int) {
    var random = Xoshiro256(seed: 3)
    let x = (0..<count).map { _ in random.uniformFloat(from: -1, to: 1) }
    let expected = x.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(sumOfSquares(x.view) - expected) < 1e-6 * max(1, expected))
  }

  @Test func `Adam agrees with a plain loop over several steps`() {
    var random = Xoshiro256(seed: 4)
    let count = 77
    let parameter = (0..<count).map { _ in random.uniformFloat(from: -1, to: 1) }
    let (fast, mean, square) = (parameter.view, FloatView.zeros(count), FloatView.zeros(count))
    var slow = parameter
    var slowMean = [Float](repeating: 0, count: count)
    var slowSquare = slowMean
    for step in 1...20 {
      let gradient = (0..<count).map { _ in random.uniformFloat(from: -3, to: 3) }
      let adam = AdamStep(step: step, rate: 1e-2, decay: 1e-3, clip: 0.5)
      adam.update(fast, gradient: gradient.view, mean: mean, square: square)
      for k in 0..<count {
        adam.updateReference(
          &slow[k], gradient: gradient[k], mean: &slowMean[k], square: &slowSquare[k])
      }
    }
    #expect(fast.values.distance(to: slow) < 1e-5)
    #expect(mean.values.distance(to: slowMean) < 1e-5)
  }

  @Test func `normal numbers have the moments of the normal distribution`() {
    let x = FloatView.zeros(200_003)
    fillNormals(x, seed: 5)
    let n = Double(x.count)
    func moment(_ power: Double) -> Double {
      x.values.reduce(0) { $0 + pow(Double($1), power) } / n
    }
    #expect(abs(moment(1)) < 0.01)
    #expect(abs(moment(2) - 1) < 0.015)
    #expect(abs(moment(3)) < 0.04)
    #expect(abs(moment(4) - 3) < 0.1)
    let beyond = x.values.count { abs($0) > 1.959964 }
    #expect(abs(Double(beyond) / n - 0.05) < 0.003)
    // Cosines and sines of one angle are not alike.
    let lag = zip(x.values, x.values.dropFirst(16)).reduce(0) { $0 + Double($1.0 * $1.1) } / n
    #expect(abs(lag) < 0.01)
  }

  @Test func `dropout keeps its rate and its mean`() {
    let x = FloatView.zeros(100_001)
    fillDropout(x, rate: 0.1, seed: 6)
    let dropped = x.values.count { $0 == 0 }
    #expect(abs(Double(dropped) / 100_001 - 0.1) < 0.005)
    #expect(x.values.allSatisfy { $0 == 0 || abs($0 - 1 / 0.9) < 1e-4 })
    fillDropout(x, rate: 0, seed: 6)
    #expect(x.values.allSatisfy { $0 == 1 })
  }
}
