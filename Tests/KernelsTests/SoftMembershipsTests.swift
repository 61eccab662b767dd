import Foundation
import Kernels
import Testing

@Suite struct SoftMembershipsTests {
  @Test(arguments: [1, 2, 15, 16, 17, 100])
  func `memberships are those of plain loops`(clusters: Int) {
    var random = Xoshiro256(seed: UInt64(clusters))
    let rows = 5
    let values = FloatView.zeros(rows * clusters)
    for k in 0..<values.count { values[k] = random.uniformFloat(from: -1, to: 1) }
    let factors = (0..<clusters).map { _ in random.uniformFloat(from: 0.01, to: 3) }
    let logs = factors.map { Float(log(Double($0))) }
    let expected = (0..<rows).map { row in
      softMembershipsReference(
        products: values[row * clusters..<(row + 1) * clusters].values, sharpness: 20,
        factors: factors)
    }
    let held = DoubleView([Double](repeating: 1, count: clusters))
    let objective = softMemberships(
      values, rows: rows, sharpness: 20, factors: factors.span, logs: logs.span, addingTo: held)
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
}
