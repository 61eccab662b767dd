import Kernels
import Testing

@Suite struct SoftMembershipsTests {
  @Test(arguments: [1, 2, 15, 16, 17, 100])
  func `memberships are those of plain loops`(clusters: Int) {
    var random = Xoshiro256(seed: UInt64(clusters))
    let rows = 5
    let products = FloatView.zeros(rows * clusters)
    for k in 0..<products.count { products[k] = random.uniformFloat(from: -1, to: 1) }
    let factors = (0..<clusters).map { _ in random.uniformFloat(from: 0.01, to: 3) }
    let logs = (0..<clusters).map { _ in random.uniformFloat(from: -2, to: 2) }
    let expected = (0..<rows).map { row in
      membershipsReference(
        products: products[row * clusters..<(row + 1) * clusters].values, sharpness: 20,
        factors: factors)
    }
    let most = (0..<rows).map { products[$0 * clusters..<($0 + 1) * clusters].values.max() }
    let greatest = FloatView.zeros(rows)
    likenesses(products, rows: rows, sharpness: 20, greatest: greatest)
    #expect(greatest.values == most)
    var held = [Double](repeating: 1, count: clusters)
    for row in 0..<rows {
      let result = FloatView.zeros(clusters)
      let sums = memberships(
        products[row * clusters..<(row + 1) * clusters], factors: factors.span, logs: logs.span,
        into: result, addingTo: &held, at: 0)
      let meanLog = zip(expected[row], logs).reduce(0) { $0 + $1.0 * Double($1.1) }
      #expect(abs(Double(sums.meanLog) - meanLog) < 1e-5)
      for k in 0..<clusters {
        #expect(abs(Double(result[k]) - expected[row][k]) < 1e-5 * max(1e-3, expected[row][k]))
      }
    }
    for k in 0..<clusters {
      let sum = 1 + expected.reduce(0) { $0 + $1[k] }
      #expect(abs(held[k] - sum) < 1e-5)
    }
  }

  @Test func `floats are added to doubles`() {
    let values = FloatView.zeros(37)
    for k in 0..<37 { values[k] = Float(k) / 8 }
    var sums = [Double](repeating: 0.5, count: 37)
    add(values[1...], to: &sums, at: 1)
    #expect(sums == (0..<37).map { 0.5 + Double($0) / 8 })
  }
}
