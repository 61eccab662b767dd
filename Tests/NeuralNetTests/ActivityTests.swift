import Numerics
import Testing

@testable import NeuralNet

@Suite struct ActivityTests {
  /// A trained network, with some units' shifts so low that they can't fire.
  private static func network(
    threads: Int, _ change: (inout AutoencoderOptions) -> Void = { _ in }
  ) throws -> (Autoencoder, Minibatch) {
    var random = Xoshiro256(seed: 3)
    let cells = Minibatch.random(batches: AutoencoderTests.batches, genes: 50, using: &random)
    var options = AutoencoderTests.smallOptions()
    options.hidden = [24, 24]
    change(&options)
    var model = Autoencoder(
      genes: 50, batches: 3, options: options, seed: 1)
    let pool = ThreadPool(threads: threads)
    for _ in 0..<20 {
      try model.train(on: cells, klWeight: 0.2, learningRate: 1e-3, pool: pool)
    }
    let parameters = model.parameters.map { tensor in
      var tensor = tensor
      switch tensor.name {
      case "encoder.1.norm.beta": for unit in 0..<5 { tensor.values[unit] = -1000 }
      // A unit of the decoder is dead where it is for every batch.
      case "decoder.0.norm.beta" where tensor.values.count == 3 * 24:
        for batch in 0..<3 {
          for unit in 0..<(batch == 1 ? 7 : 9) { tensor.values[24 * batch + unit] = -1000 }
        }
      default: break
      }
      return tensor
    }
    try model.restore(parameters: parameters, statistics: model.statistics)
    return (model, cells)
  }

  @Test(arguments: [false, true])
  func `units that never fire are counted, layer by layer`(residual: Bool) throws {
    let (model, cells) = try Self.network(threads: 1) { $0.residual = residual }
    let activity = model.activity(of: cells)
    #expect(activity.map(\.layer) == ["encoder.0", "encoder.1", "decoder.0", "decoder.1"])
    #expect(activity.map(\.units) == [24, 24, 24, 24])
    // What the last layer makes of so few inputs may be nothing as well.
    #expect(activity.prefix(3).map(\.dead) == [0, 5, 7] && activity[3].dead < 5)
    #expect(activity[1].deadShare == 5.0 / 24)
    let threaded = try Self.network(threads: 3) { $0.residual = residual }
    #expect(threaded.0.activity(of: threaded.1, pool: ThreadPool(threads: 3)) == activity)
  }

  @Test func `the training's latent means are by its own minibatch, the frozen ones are not`()
    throws
  {
    var (model, cells) = try Self.network(threads: 1)
    let before = model.parameters
    let (own, frozen) = (try model.latentInTraining(of: cells), model.latent(of: cells))
    #expect(own.rows == cells.cellCount && own.columns == 5)
    #expect(own != frozen)
    #expect(model.parameters == before)

    var (single, _) = try Self.network(threads: 1) {
      ($0.encoderNorm, $0.decoderNorm) = (.layer, .layer)
    }
    let alone = try single.latentInTraining(of: cells)
    for (a, b) in zip(alone.values, single.latent(of: cells).values) {
      #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
    }
  }
}
