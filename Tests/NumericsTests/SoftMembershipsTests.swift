import Foundation
import Numerics
import Testing

@Suite struct SoftMembershipsTests {
  @Test(arguments: [1, 2, 15, 16, 17, 100])
  func `memberships are those of plain loops`(clusters: Int) {
    var random = Xoshiro256(seed: UInt64(clusters))
    let rows = 5
    let values = FloatView.zeros(rows * clusters)
    for k in 0..<values.count { values[k] = random.uniformFloat(from: -1, to: 1) }
    let logs = (0..<clusters).map { _ in random.uniformFloat(from: -4, to: 1) }
    let expected = (0..<rows).map { row in
      softMembershipsReference(
        products: values[row * clusters..<(row + 1) * clusters].values, sharpness: 20,
        logs: logs)
    }
    let held = DoubleView([Double](repeating: 1, count: clusters))
    let objective = softMemberships(
      values, rows: rows, sharpness: 20, logs: logs.span, addingTo: held)
    #expect(abs(objective - expected.reduce(0) { $0 + $1.objective }) < 1e-5)
    for row in 0..<rows {
      for (k, membership) in expected[row].memberships.enumerated() {
        let found = Double(values[row * clusters + k])
        #expect(abs(found - membership) < 1e-5 * max(1e-3, membership))
      }
    }
    for k in 0..<clusters {
      let sum = 1 + expected.reduce(0) { $0 + $1.memberships[k] }
      #expect(abs(held[k] - sum) < 1e-5)
    }
  }

  @Test func `factors beyond a float's range leave memberships that add to one`() {
    // The nearest cluster has next to no weight, the farthest all: e^±1000 are no floats.
    let logs: [Float] = [-1_000, 0, 1_000]
    let values = FloatView.zeros(3)
    values.copy(from: [1, 0, -1])
    let held = DoubleView([0, 0, 0])
    let objective = softMemberships(
      values, rows: 1, sharpness: 2_000, logs: logs.span, addingTo: held)
    let expected = softMembershipsReference(
      products: [1, 0, -1], sharpness: 2_000, logs: logs)
    #expect(expected.memberships == [1, 0, 0])
    for k in 0..<3 { #expect(abs(Double(values[k]) - expected.memberships[k]) < 1e-6) }
    #expect(abs(objective - expected.objective) < 1e-5)
  }
}
