import Numerics
import Testing

@Suite struct LayoutGradientTests {
  /// A graph of `n` cells with up to 40 edges each, none of some.
  private func graph(_ n: Int, a: Float, b: Float) -> LayoutGradient {
    var random = Xoshiro256(seed: 3)
    var graph = LayoutGradient(a: a, b: b)
    for cell in 0..<n {
      let edges = (0..<cell % 41).map { _ in
        (target: Int32(random.integer(below: n)), weight: random.uniformFloat())
      }
      graph.append(edges: edges, repulsion: 5)
    }
    return graph
  }

  @Test(
    arguments: [(0.583, 1.334), (1.577, 0.895), (0.115, 1.929), (5.4e-5, 1.22)], [1e-3, 1, 50])
  func `agrees with plain loops`(curve: (a: Double, b: Double), scale: Float) {
    let n = 203
    let graph = graph(n, a: Float(curve.a), b: Float(curve.b))
    var random = Xoshiro256(seed: 4)
    var places = (0..<2 * n).map { _ in scale * Float(random.standardNormal()) }
    // Two cells in one place.
    (places[20], places[21]) = (places[60], places[61])
    let (positions, gradient) = (FloatView.zeros(2 * n), FloatView.zeros(2 * n))
    positions.copy(from: places)
    for cells in [0..<96, 96..<n] {
      graph.compute(cells, positions: positions, seed: 9, into: gradient)
    }
    for cell in 0..<n {
      let expected = graph.reference(cell, positions: places, seed: 9)
      let found = SIMD2(Double(gradient[2 * cell]), Double(gradient[2 * cell + 1]))
      let error = (found - expected) * (found - expected)
      #expect(
        error.sum().squareRoot() < 1e-4 * max(1, (expected * expected).sum().squareRoot()),
        "cell \(cell): \(found), not \(expected)")
    }
  }

  @Test func `a pull is the slope of the curve's logarithm, for both ends`() {
    var graph = LayoutGradient(a: 1, b: 1)
    graph.append(edges: [(target: 1, weight: 1)], repulsion: 0)
    graph.append(edges: [(target: 0, weight: 1)], repulsion: 0)
    let (positions, gradient) = (FloatView.zeros(4), FloatView.zeros(4))
    positions[0] = 1
    graph.compute(0..<2, positions: positions, seed: 0, into: gradient)
    // -d/dx log(1 / (1 + x²)) = 2x / (1 + x²), twice.
    #expect(abs(gradient[0] - 2) < 1e-5 && abs(gradient[2] + 2) < 1e-5)
    #expect(gradient[1] == 0 && gradient[3] == 0)
  }
}
