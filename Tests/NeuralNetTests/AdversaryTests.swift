import Foundation
import Numerics
import Testing

@testable import NeuralNet

/// What a critic does to the network that it is set against.
@Suite struct AdversaryTests {
  private static let batches = AutoencoderTests.batches

  private static func model(
    _ norm: CriticNorm? = .layer, decoder: Normalization = .perBatch, seed: UInt64 = 9
  ) -> Autoencoder {
    Autoencoder(
      genes: 50, batches: 3, options: AutoencoderTests.smallOptions { $0.decoderNorm = decoder },
      critic: norm.map { CriticTests.options($0, [16]) }, seed: seed)
  }

  /// The encoder's gradient changes by `−weight` times the slope of the critic's loss, in which
  /// the draws' deviations are held; nothing else changes.
  @Test(arguments: [CriticNorm.layer, .spectral])
  func `the critic's gradient reaches the encoder reversed, and no other parameter`(
    norm: CriticNorm
  ) throws {
    var random = Xoshiro256(seed: 31)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    let n = minibatch.cellCount
    let noise = (0..<n * 5).map { _ in Float(random.standardNormal()) }
    let dropout = [(0..<n * 24).map { _ in random.uniformFloat() < 0.2 ? Float(0) : 1.25 }]
    var model = Self.model(norm)
    let step = StepNoise(latent: noise, dropout: dropout)
    let weight: Float = 1_000
    let (_, plain) = try model.gradient(on: minibatch, klWeight: 0.3, noise: step)
    let (loss, gradient) = try model.gradient(
      on: minibatch, klWeight: 0.3, adversary: weight, noise: step)

    let reference = ReferenceAutoencoder(model)
    let critic = ReferenceCritic(
      try #require(model.state.critic), norm: norm == .layer ? .layer : .spectral)
    let deviations = reference.posterior(of: minibatch, dropout: dropout).logVariance.map {
      exp($0 / 2)
    }
    func criticLoss(_ reference: ReferenceAutoencoder) -> Double {
      let mu = reference.posterior(of: minibatch, dropout: dropout).mu
      return critic.loss(
        mu.indices.map { mu[$0] + deviations[$0] * Double(noise[$0]) }, of: Self.batches)
    }
    #expect(abs((loss.critic?.loss ?? .nan) - criticLoss(reference)) < 1e-4)

    for (before, after) in zip(plain, gradient) {
      let name = before.name
      guard name.hasPrefix("encoder."), !name.hasPrefix("encoder.logVariance") else {
        #expect(before == after, "\(name)")
        continue
      }
      let difference = zip(after.values, before.values).map { Double($0 - $1) }
      let size = difference.reduce(0) { max($0, abs($1)) }
      #expect(size > 1, "\(name)")
      for _ in 0..<8 {
        let k = random.integer(below: difference.count)
        let losses = [1e-5, -1e-5].map { change in
          var moved = reference
          moved.parameters[name]?[k] += change
          return criticLoss(moved)
        }
        let slope = -Double(weight) * (losses[0] - losses[1]) / 2e-5
        #expect(
          abs(difference[k] - slope) < 1e-3 * size, "\(name) \(k): \(difference[k]), not \(slope)")
      }
    }
  }

  @Test func `a critic of no weight learns, and changes nothing else`() throws {
    var random = Xoshiro256(seed: 6)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    var (plain, watched) = (Self.model(nil), Self.model())
    let before = watched.criticState
    for _ in 0..<5 {
      let loss = try plain.train(on: minibatch, klWeight: 0.1, learningRate: 1e-2)
      #expect(loss.critic == nil)
      let other = try watched.train(on: minibatch, klWeight: 0.1, learningRate: 1e-2)
      #expect(other.critic != nil && other.kl == loss.kl)
    }
    #expect(plain.parameters == watched.parameters && plain.statistics == watched.statistics)
    #expect(plain.optimizerState == watched.optimizerState)
    #expect(watched.criticState != before && plain.criticState.isEmpty)
  }

  @Test func `a minibatch of one batch leaves the critic as it was, and the encoder in peace`()
    throws
  {
    var random = Xoshiro256(seed: 6)
    let minibatch = Minibatch.random(
      batches: Array(repeating: 1, count: 20), genes: 50, using: &random)
    var (plain, watched) = (Self.model(nil), Self.model())
    let before = watched.criticState
    for _ in 0..<3 {
      try plain.train(on: minibatch, klWeight: 0.1, learningRate: 1e-2)
      let loss = try watched.train(on: minibatch, klWeight: 0.1, adversary: 100, learningRate: 1e-2)
      #expect(loss.critic == nil)
    }
    #expect(plain.parameters == watched.parameters)
    #expect(watched.criticState == before)
  }

  @Test func `what is not a number stops the step, by its name, and changes nothing`() throws {
    var random = Xoshiro256(seed: 6)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    var model = Self.model()
    var state = model.criticState
    let bias = try #require(state.firstIndex { $0.name == "critic.output.bias" })
    state[bias].values[1] = .nan
    try model.restore(criticState: state)
    var before = model
    #expect(
      throws: NonFiniteError(step: 0, quantity: "loss of the critic", cells: Array(0..<37))
    ) {
      try model.train(on: minibatch, klWeight: 0.1, adversary: 1, learningRate: 1e-2)
    }
    #expect(model.parameters == before.parameters && model.statistics == before.statistics)

    model = Self.model()
    before = model
    #expect(
      throws: NonFiniteError(step: 0, quantity: "gradient of encoder.0.weight", cells: [])
    ) {
      try model.train(on: minibatch, klWeight: 0.1, adversary: .infinity, learningRate: 1e-2)
    }
    #expect(model.parameters == before.parameters && model.criticState == before.criticState)

    // Weights so large that the gradient by what they are multiplied with is beyond all numbers,
    // while the logits and their loss are not.
    for (index, tensor) in state.enumerated() {
      switch tensor.name {
      case "critic.output.weight":
        state[index].values = tensor.values.indices.map { $0 < 16 ? 3.4e38 : -3.4e38 }
      case "critic.output.bias": state[index].values = [0, 0, 0]
      case "critic.0.norm.gamma": state[index].values = tensor.values.map { _ in 2e-38 }
      default: break
      }
    }
    try model.restore(criticState: state)
    before = model
    #expect(
      throws: NonFiniteError(step: 0, quantity: "gradient of critic.0.norm.gamma", cells: [])
    ) {
      try model.train(on: minibatch, klWeight: 0.1, adversary: 0, learningRate: 1e-2)
    }
    #expect(model.parameters == before.parameters && model.statistics == before.statistics)
  }
}
