import Numerics
import Testing

@testable import NeuralNet

@Suite struct NewBatchTests {
  /// A trained network of three batches, and cells of one that it has not seen.
  private static func scene(
    threads: Int = 1, _ change: (inout AutoencoderOptions) -> Void = { _ in }
  ) throws -> (model: Autoencoder, cells: Minibatch) {
    var random = Xoshiro256(seed: 4)
    let trained = Minibatch.random(batches: AutoencoderTests.batches, genes: 40, using: &random)
    let cells = Minibatch.random(
      batches: [Int32](repeating: 0, count: 30), genes: 40, density: 0.5, using: &random)
    var options = AutoencoderTests.smallOptions { $0.hidden = [24, 24] }
    change(&options)
    var model = Autoencoder(
      genes: 40, batches: 3, options: options, seed: 1)
    let pool = ThreadPool(threads: threads)
    for _ in 0..<40 {
      try model.train(on: trained, klWeight: 0.2, learningRate: 1e-2, pool: pool)
    }
    return (model, cells)
  }

  static let norms: [(Normalization, Normalization, Bool)] = [
    (.batch, .perBatch, false), (.perBatch, .batch, true), (.layer, .perBatch, false),
    (.none, .none, false),
  ]

  @Test(arguments: norms)
  func `it starts where the model places cells from elsewhere`(
    encoder: Normalization, decoder: Normalization, residual: Bool
  ) throws {
    let (model, cells) = try Self.scene {
      ($0.encoderNorm, $0.decoderNorm, $0.residual) = (encoder, decoder, residual)
    }
    let missing = MissingGenes(genes: [3, 7], meanInputs: [Float](repeating: 0.5, count: 40))
    for missing in [nil, missing] {
      let batch = NewBatch(in: model, cells: 30, shrinkage: 1, missing: missing, seed: 0)
      let wanted = model.latent(of: cells, asMixture: true, missing: missing)
      for (a, b) in zip(batch.latent(of: cells).values, wanted.values) {
        #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
      }
    }
  }

  @Test func `what is trained is a scale and a shift a unit, and an offset a gene`() throws {
    let (model, _) = try Self.scene()
    func count(_ model: Autoencoder) -> Int {
      NewBatch(in: model, cells: 30, shrinkage: 1, seed: 0).count
    }
    #expect(count(model) == 2 * 4 * 24 + 40)
    let (plain, _) = try Self.scene { ($0.encoderNorm, $0.decoderNorm) = (.none, .none) }
    #expect(count(plain) == 40)
  }

  @Test(arguments: norms)
  func `the loss falls, and the model stays as it was`(
    encoder: Normalization, decoder: Normalization, residual: Bool
  ) throws {
    let (model, cells) = try Self.scene {
      ($0.encoderNorm, $0.decoderNorm, $0.residual) = (encoder, decoder, residual)
    }
    let before = (model.parameters, model.statistics)
    func run(threads: Int) throws -> (losses: [Double], latent: Matrix) {
      let model = try Self.scene(threads: threads) {
        ($0.encoderNorm, $0.decoderNorm, $0.residual) = (encoder, decoder, residual)
      }.model
      var batch = NewBatch(in: model, cells: 30, shrinkage: 1, seed: 0)
      let pool = ThreadPool(threads: threads)
      var losses: [Double] = []
      for _ in 0..<100 {
        losses.append(
          try batch.train(on: cells, klWeight: 0.2, learningRate: 1e-2, pool: pool).reconstruction)
      }
      return (losses, batch.latent(of: cells, pool: pool))
    }
    let one = try run(threads: 1)
    #expect(one.losses[99] < 0.97 * one.losses[0], "\(one.losses[0]), \(one.losses[99])")
    let three = try run(threads: 3)
    #expect(three.losses == one.losses && three.latent == one.latent)
    #expect(model.parameters == before.0 && model.statistics == before.1)
  }

  @Test func `a strong pull leaves everything at the start`() throws {
    let (model, cells) = try Self.scene()
    var batch = NewBatch(in: model, cells: 1, shrinkage: 1e6, seed: 0)
    let start = batch.latent(of: cells)
    for _ in 0..<50 { try batch.train(on: cells, klWeight: 0.2, learningRate: 1e-3) }
    let apart = zip(batch.latent(of: cells).values, start.values).map { abs($0 - $1) }.max()
    #expect(try #require(apart) < 0.05)
  }

  @Test(arguments: norms.prefix(3))
  func `the gradient is that of the loss`(
    encoder: Normalization, decoder: Normalization, residual: Bool
  ) throws {
    let (model, cells) = try Self.scene {
      ($0.encoderNorm, $0.decoderNorm, $0.residual) = (encoder, decoder, residual)
    }
    var batch = NewBatch(in: model, cells: 30, shrinkage: 0, seed: 0)
    let noise = StepNoise(
      latent: [Float](repeating: 0.3, count: cells.cellCount * 5), dropout: [])
    _ = try batch.loss(of: cells, noise: noise)
    let gradient = batch.projectedGradient()
    let scale = gradient.map(abs).max() ?? 0
    for k in stride(from: 0, to: batch.count, by: 7) {
      func loss(_ change: Float) throws -> Double {
        var moved = NewBatch(in: model, cells: 30, shrinkage: 0, seed: 0)
        moved.move(k, by: change)
        return try moved.loss(of: cells, noise: noise)
      }
      let slope = try (loss(2e-3) - loss(-2e-3)) / 4e-3
      #expect(
        abs(slope - Double(gradient[k])) < 0.02 * Double(scale), "\(k): \(slope), \(gradient[k])")
    }
  }
}
