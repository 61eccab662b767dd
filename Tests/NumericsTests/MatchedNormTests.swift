import Numerics
import Testing

/// A random array in double precision whose numbers are floats.
private func doubles(
  _ count: Int, from low: Float = -2, to high: Float = 2, using random: inout Xoshiro256
) -> [Double] {
  (0..<count).map { _ in Double(random.uniformFloat(from: low, to: high)) }
}

private func floats(_ x: [Double]) -> FloatView { x.map(Float.init).view }

/// The offsets of a batch at matched composition, and the norm that takes them off.
@Suite struct MatchedNormTests {
  /// The slots of a minibatch, with the weights of its offsets.
  private static func slots(
    _ rows: [Int], memberships: [Double], shrinkage: Float
  ) -> NormSlots {
    var slots = NormSlots()
    slots.assign(rows.map(Int32.init), batchCount: 3, perBatch: true, shrinkage: 0)
    slots.offsetWeights = matchedOffsetWeights(
      memberships: memberships.map(Float.init), slots: slots, shrinkage: shrinkage)
    return slots
  }

  /// The offset of each slot for one unit.
  private static func offsets(_ slots: NormSlots, of a: [Double]) -> [Double] {
    (0..<slots.count).map { p in
      (0..<a.count).reduce(0) { $0 + Double(slots.offsetWeights[p * a.count + $1]) * a[$1] }
    }
  }

  @Test(
    arguments: [[0, 1, 0, 0, 1, 1, 0], [2, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1], [1, 1, 1, 1]],
    [Float(0), 1, 5.5, .infinity])
  func `the norm agrees with plain loops`(rows: [Int], shrinkage: Float) {
    for units in [19, 3] {
      var random = Xoshiro256(seed: 17)
      let n = rows.count
      let a = doubles(n * units, using: &random)
      let gamma = doubles(3 * units, from: 0.5, to: 1.5, using: &random)
      let beta = doubles(3 * units, using: &random)
      let memberships = rows.indices.flatMap { _ in
        let first = Double(random.uniformFloat())
        return [first, 1 - first]
      }
      let slots = Self.slots(rows, memberships: memberships, shrinkage: shrinkage)
      let moments = NormMoments(
        mean: .zeros(4 * units), variance: .zeros(4 * units), inverse: .zeros(4 * units))
      let (gate, out) = (FloatView.zeros(n * units), FloatView.zeros(n * units))
      gate.fill(1)
      for block in 0..<(units + 15) / 16 {
        batchwiseNorm(
          block, units: units, slots: slots, a: floats(a), gamma: floats(gamma),
          beta: floats(beta), input: nil, gate: gate, moments: moments, into: out)
      }
      let expected = matchedNormReference(
        a, units: units, rows: rows, memberships: memberships, shrinkage: Double(shrinkage),
        gamma: gamma, beta: beta)
      for k in expected.indices {
        #expect(abs(Double(out[k]) - max(0, expected[k])) < 2e-4 * max(1, abs(expected[k])))
      }
    }
  }

  @Test func `with equal compositions offsets differ as the batches' means do`() {
    var random = Xoshiro256(seed: 18)
    // Two populations in equal shares in both batches.
    let rows = (0..<40).map { $0 % 2 }
    let memberships = (0..<40).flatMap { $0 % 4 < 2 ? [1.0, 0.0] : [0.0, 1.0] }
    let a = doubles(40, using: &random)
    let found = Self.offsets(Self.slots(rows, memberships: memberships, shrinkage: 1e-3), of: a)
    let means = (0..<2).map { batch in
      (0..<40).filter { rows[$0] == batch }.map { a[$0] }.reduce(0, +) / 20
    }
    #expect(abs((found[1] - found[0]) - (means[1] - means[0])) < 1e-3)
  }

  @Test func `a population of one batch alone moves no offset`() {
    var random = Xoshiro256(seed: 19)
    // Batch 0 holds the populations 0 and 1, batch 1 only population 0, shifted by 0.5.
    let rows = (0..<60).map { $0 < 40 ? 0 : 1 }
    let population = (0..<60).map { $0 < 20 || $0 >= 40 ? 0 : 1 }
    let memberships = population.flatMap { $0 == 0 ? [1.0, 0.0] : [0.0, 1.0] }
    let noise = doubles(60, from: -0.05, to: 0.05, using: &random)
    func values(ofPopulation1 mean: Double) -> [Double] {
      (0..<60).map { (population[$0] == 1 ? mean : 0) + (rows[$0] == 1 ? 0.5 : 0) + noise[$0] }
    }
    let slots = Self.slots(rows, memberships: memberships, shrinkage: 1e-3)
    let near = Self.offsets(slots, of: values(ofPopulation1: 1))
    let far = Self.offsets(slots, of: values(ofPopulation1: 100))
    for (near, far) in [(near[1] - near[0], far[1] - far[0])] {
      #expect(abs(near - 0.5) < 0.03)
      #expect(abs(far - near) < 0.02)
    }
  }

  @Test func `batches that share nothing have hardly an offset`() {
    let rows = (0..<40).map { $0 < 20 ? 0 : 1 }
    let memberships = rows.flatMap { $0 == 0 ? [1.0, 0.0] : [0.0, 1.0] }
    let a = rows.map { $0 == 0 ? -3.0 : 3.0 }
    for offset in Self.offsets(Self.slots(rows, memberships: memberships, shrinkage: 1), of: a) {
      #expect(abs(offset) < 0.01)
    }
  }

  @Test func `an infinite shrinkage leaves no offset`() {
    let slots = Self.slots([0, 1, 0, 1], memberships: [1, 1, 1, 1], shrinkage: .infinity)
    #expect(slots.offsetWeights.allSatisfy { $0 == 0 })
  }
}
