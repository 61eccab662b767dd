import Numerics
import Testing

@testable import NeuralNet

/// The pull on batches' scales and shifts.
@Suite struct AffinePullTests {
  @Test
  func `a row moves by rate times strength toward the mean by cells`() {
    let tensor = FloatBuffer(count: 6)  // (2, 3)
    tensor.view.copy(from: [0, 1, 2, 4, 1, -2])
    let pull = AffinePull(cells: [3, 1], strength: [2, 0])
    pull.apply(to: tensor.view, units: 0..<3, width: 3, rate: 0.25)
    // Means 1, 1, 1; half the way.
    #expect(tensor.values == [0.5, 1, 1.5, 4, 1, -2])
  }

  @Test
  func `a pull stronger than the step ends at the mean, and other units stay`() {
    let tensor = FloatBuffer(count: 4)  // (2, 2)
    tensor.view.copy(from: [0, 5, 8, 7])
    AffinePull(cells: [1, 3], strength: [1e6, 1e6])
      .apply(to: tensor.view, units: 0..<1, width: 2, rate: 0.1)
    #expect(tensor.values == [6, 5, 6, 7])
  }

  /// The parameters after a few steps on three batches, the last of two cells.
  private func trained(
    strength: [Float]?, decoder: Normalization = .matched, threads: Int = 1
  ) throws -> [NamedTensor] {
    var options = AutoencoderOptions()
    options.hidden = [70, 6]
    options.latent = 3
    options.decoderNorm = decoder
    var random = Xoshiro256(seed: 3)
    let batches: [Int32] = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    var minibatch = Minibatch.random(batches: batches, genes: 20, using: &random)
    minibatch.memberships = batches.indices.flatMap { [Float($0 % 3) / 2, 1 - Float($0 % 3) / 2] }
    var model = Autoencoder(
      genes: 20, batches: 3, options: options,
      affinePull: strength.map { AffinePull(cells: [500, 400, 2], strength: $0) }, seed: 1)
    let pool = ThreadPool(threads: threads)
    for _ in 0..<5 {
      try model.train(on: minibatch, klWeight: 0, learningRate: 0.01, pool: pool)
    }
    return model.parameters
  }

  /// The largest distance of a batch's scales from the first batch's.
  private func distance(of batch: Int, in parameters: [NamedTensor]) throws -> Float {
    let gamma = try #require(parameters.first { $0.name == "decoder.0.norm.gamma" })
    let units = gamma.shape[1]
    return (0..<units).map { abs(gamma.values[batch * units + $0] - gamma.values[$0]) }.max() ?? 0
  }

  @Test
  func `training draws the rows that are pulled together, the others go their way`() throws {
    let free = try trained(strength: nil)
    let pulled = try trained(strength: [0, 0, 1e6])
    #expect(try distance(of: 2, in: free) > 0.01)
    #expect(try distance(of: 2, in: pulled) < 0.5 * distance(of: 2, in: free))
    #expect(try distance(of: 1, in: pulled) > 0.01)
  }

  @Test
  func `no strength changes no byte, the number of threads neither`() throws {
    let free = try trained(strength: nil).map(\.values)
    #expect(try trained(strength: [0, 0, 0]).map(\.values) == free)
    let pulled = try trained(strength: [1, 2, 300]).map(\.values)
    #expect(pulled != free)
    #expect(try trained(strength: [1, 2, 300], threads: 3).map(\.values) == pulled)
  }

  @Test
  func `other norms are not pulled`() throws {
    let free = try trained(strength: nil, decoder: .perBatch).map(\.values)
    #expect(try trained(strength: [5, 5, 5], decoder: .perBatch).map(\.values) == free)
  }
}
