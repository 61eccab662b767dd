import Numerics
import Testing

@testable import NeuralNet

/// Why a critic has no batch norm: what it makes of cells that carry no trace of a batch would
/// tell of the cells beside them.
@Suite struct CriticLeakTests {
  static let latent = 6
  static let cells = 64

  /// The first cells of each minibatch, and the last: the same in all of them.
  static let neutral = Array(0..<8) + Array(56..<64)

  /// One minibatch: neutral cells at fixed places, and company that shows its batch.
  ///
  /// Both batches are in every minibatch; what differs is which of them has three quarters of the
  /// company.
  struct Example {
    var z: [Float]
    var batches: [Int32]
    var mostlyFirst: Bool
  }

  static func examples(_ count: Int) -> [Example] {
    var random = Xoshiro256(seed: 41)
    let rest = (0..<neutral.count * latent).map { _ in Float(random.standardNormal()) }
    return (0..<count).map { number in
      var example = Example(z: [], batches: [], mostlyFirst: number % 2 == 0)
      for cell in 0..<cells {
        if let place = neutral.firstIndex(of: cell) {
          example.z += rest[place * latent..<(place + 1) * latent]
          example.batches.append(Int32(cell % 2))
        } else {
          let isFirst = (cell % 4 < 3) == example.mostlyFirst
          example.z += (0..<latent).map { _ in
            Float(random.standardNormal()) + (isFirst ? 1 : -1)
          }
          example.batches.append(isFirst ? 0 : 1)
        }
      }
      return example
    }
  }

  static func state(_ norm: CriticNorm) -> CriticState {
    var random = Xoshiro256(seed: 43)
    var options = CriticOptions()
    (options.norm, options.hidden) = (norm, [32])
    return CriticState.moved(options, latent: latent, batches: 2, using: &random)
  }

  /// Learns from half of the minibatches the mean output of the neutral cells beside each kind of
  /// company, and guesses of the others by the nearer one.
  ///
  /// - Parameters:
  ///   - outputs: What a critic makes of the neutral cells of each minibatch.
  ///   - examples: The minibatches.
  /// - Returns: The share that is guessed right; a half by chance.
  static func accuracy(_ outputs: [[Double]], _ examples: [Example]) -> Double {
    let half = outputs.count / 2
    func mean(_ kind: Bool) -> [Double] {
      let rows = (0..<half).filter { examples[$0].mostlyFirst == kind }.map { outputs[$0] }
      return rows[0].indices.map { k in rows.reduce(0) { $0 + $1[k] } / Double(rows.count) }
    }
    let (first, second) = (mean(true), mean(false))
    func distance(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let right = (half..<outputs.count).count {
      (distance(outputs[$0], first) < distance(outputs[$0], second)) == examples[$0].mostlyFirst
    }
    return Double(right) / Double(outputs.count - half)
  }

  @Test func `with batch norm, cells without a trace of a batch tell what is beside them`() {
    let examples = Self.examples(200)
    let critic = ReferenceCritic(Self.state(.layer), norm: .batch)
    let outputs = examples.map { example in
      let logits = critic.logits(example.z.map(Double.init), cells: Self.cells)
      return Self.neutral.flatMap { [logits[2 * $0], logits[2 * $0 + 1]] }
    }
    let accuracy = Self.accuracy(outputs, examples)
    #expect(accuracy > 0.95, "\(accuracy)")
  }

  @Test(arguments: [CriticNorm.layer, .spectral])
  func `without, they are judged to the same bits, whatever is beside them`(norm: CriticNorm) {
    let examples = Self.examples(40)
    let step = CriticStep(Self.state(norm), latent: Self.latent, capacity: Self.cells)
    let pool = ThreadPool(threads: 2)
    let outputs = examples.map { example in
      step.run(example.z, of: .of(batches: example.batches, batchCount: 2), pool: pool)
      return Self.neutral.flatMap { cell in
        [step.cellLoss[cell]] + step.probabilities[2 * cell..<2 * cell + 2].values
      }
    }
    for other in outputs.dropFirst() { #expect(other == outputs[0]) }
    // The company is judged by itself, and is not the same.
    #expect(Set(examples.map { $0.z[8 * Self.latent] }).count == 40)
    // So the nearer of two equal means is right by chance.
    let accuracy = Self.accuracy(outputs.map { $0.map(Double.init) }, examples)
    #expect(accuracy == 0.5)
  }
}
