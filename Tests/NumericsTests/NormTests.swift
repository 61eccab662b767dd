import Numerics
import Testing

/// A random array in double precision whose numbers are floats.
private func doubles(
  _ count: Int, from low: Float = -2, to high: Float = 2, using random: inout Xoshiro256
) -> [Double] {
  (0..<count).map { _ in Double(random.uniformFloat(from: low, to: high)) }
}

/// The slope of `loss` by each number of `x`, by central differences.
private func slopes(_ x: [Double], of loss: ([Double]) -> Double) -> [Double] {
  x.indices.map { k in
    var (above, below) = (x, x)
    above[k] += 1e-5
    below[k] -= 1e-5
    return (loss(above) - loss(below)) / 2e-5
  }
}

private func floats(_ x: [Double]) -> FloatView { x.map(Float.init).view }

extension FloatView {
  fileprivate func isClose(to other: [Double], within tolerance: Double) -> Bool {
    count == other.count
      && zip(values, other).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
  }
}

@Suite struct NormTests {
  /// Cells by batch: mixed, one cell of its own, and a batch that is absent.
  static let batches = [[0, 1, 0, 0, 1, 1, 0], [2, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1], [1, 1, 1, 1]]
  static let shrinkages = [0, 1, 5.5, Double.infinity]

  @Test(arguments: batches, shrinkages)
  func `batch norm and its gradient agree with plain loops and central differences`(
    batches: [Int], shrinkage: Double
  ) {
    // A block of sixteen units with a part of another, and a part alone.
    for units in [19, 3] {
      check(batches: batches, units: units, shrinkage: shrinkage, residual: units == 19)
    }
  }

  private func check(batches: [Int], units: Int, shrinkage: Double, residual: Bool) {
    var random = Xoshiro256(seed: 11)
    let n = batches.count
    let a = doubles(n * units, using: &random)
    let gamma = doubles(3 * units, from: 0.5, to: 1.5, using: &random)
    let beta = doubles(3 * units, using: &random)
    let dout = doubles(n * units, using: &random)
    let dropout = (0..<n * units).map { _ in random.uniformFloat() < 0.2 ? 0.0 : 1.25 }
    let input = doubles(n * units, using: &random)

    func out(_ a: [Double], _ gamma: [Double], _ beta: [Double]) -> [Double] {
      let u = batchwiseNormReference(
        a, units: units, batches: batches, shrinkage: shrinkage, gamma: gamma, beta: beta)
      return u.indices.map { (residual ? input[$0] : 0) + dropout[$0] * max(0, u[$0]) }
    }
    func loss(_ a: [Double], _ gamma: [Double], _ beta: [Double]) -> Double {
      zip(out(a, gamma, beta), dout).reduce(0) { $0 + $1.0 * $1.1 }
    }

    var slots = NormSlots()
    slots.assign(
      batches.map(Int32.init), batchCount: 3, perBatch: true, shrinkage: Float(shrinkage))
    let moments = NormMoments(
      mean: .zeros(4 * units), variance: .zeros(4 * units), inverse: .zeros(4 * units))
    let (fa, fgamma, fbeta) = (floats(a), floats(gamma), floats(beta))
    let (gate, result) = (floats(dropout), FloatView.zeros(n * units))
    let (dgamma, dbeta) = (FloatView.zeros(3 * units), FloatView.zeros(3 * units))
    let da = FloatView.zeros(n * units)
    for block in 0..<(units + 15) / 16 {
      batchwiseNorm(
        block, units: units, slots: slots, a: fa, gamma: fgamma, beta: fbeta,
        input: residual ? floats(input) : nil, gate: gate, moments: moments, into: result)
      batchwiseNormGradient(
        block, units: units, slots: slots, affineRows: 3, a: fa, moments: moments,
        gamma: fgamma, gate: gate, dout: floats(dout), scratch: .zeros(6 * units),
        dgamma: dgamma, dbeta: dbeta, into: da)
    }
    // A batch of one cell and no shrinkage divides by the root of epsilon alone.
    let tolerance = 1e-4
    #expect(result.isClose(to: out(a, gamma, beta), within: tolerance))
    #expect(dgamma.isClose(to: slopes(gamma) { loss(a, $0, beta) }, within: tolerance))
    #expect(dbeta.isClose(to: slopes(beta) { loss(a, gamma, $0) }, within: tolerance))
    #expect(da.isClose(to: slopes(a) { loss($0, gamma, beta) }, within: 10 * tolerance))
  }

  @Test func `with all cells in one slot it is batch norm`() {
    var slots = NormSlots()
    slots.assign([4, 0, 4, 2], batchCount: 5, perBatch: false, shrinkage: 0)
    #expect(slots.slot == [0, 0, 0, 0])
    #expect(slots.cells == [4])
    #expect(slots.affine == [0])
    #expect(slots.own == [1])
  }

  @Test(arguments: [(5, 12, 1), (3, 32, 16), (17, 10, 5), (1, 1, 1)])
  func `group norm and its gradient agree with plain loops and central differences`(
    n: Int, units: Int, groups: Int
  ) {
    var random = Xoshiro256(seed: 12)
    let a = doubles(n * units, using: &random)
    let gamma = doubles(units, from: 0.5, to: 1.5, using: &random)
    let beta = doubles(units, using: &random)
    let dout = doubles(n * units, using: &random)
    func out(_ a: [Double], _ gamma: [Double], _ beta: [Double]) -> [Double] {
      groupNormReference(a, units: units, groups: groups, gamma: gamma, beta: beta)
        .map { max(0, $0) }
    }
    func loss(_ a: [Double], _ gamma: [Double], _ beta: [Double]) -> Double {
      zip(out(a, gamma, beta), dout).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let (xhat, gate, result) = (floats(a), FloatView.zeros(n * units), FloatView.zeros(n * units))
    let (fgamma, inverse) = (floats(gamma), FloatView.zeros(n * groups))
    gate.fill(1)
    groupNorm(
      cells: n, units: units, groups: groups, a: xhat, gamma: fgamma, beta: floats(beta),
      input: nil, gate: gate, inverse: inverse, into: result)
    let (dgamma, dbeta) = (FloatView.zeros(units), FloatView.zeros(units))
    let da = FloatView.zeros(n * units)
    groupNormGradient(
      cells: n, units: units, groups: groups, xhat: xhat, inverse: inverse, gamma: fgamma,
      gate: gate, dout: floats(dout), into: da)
    for part in [0..<units / 2, units / 2..<units] {
      affineGradient(
        part, cells: n, units: units, xhat: xhat, gate: gate, dout: floats(dout),
        dgamma: dgamma, dbeta: dbeta)
    }
    #expect(result.isClose(to: out(a, gamma, beta), within: 1e-4))
    #expect(dgamma.isClose(to: slopes(gamma) { loss(a, $0, beta) }, within: 1e-4))
    #expect(dbeta.isClose(to: slopes(beta) { loss(a, gamma, $0) }, within: 1e-4))
    #expect(da.isClose(to: slopes(a) { loss($0, gamma, beta) }, within: 1e-2))
  }
}
