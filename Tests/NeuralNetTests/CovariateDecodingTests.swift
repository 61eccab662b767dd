import Numerics
import Testing

@testable import NeuralNet

/// Covariates are an input of the decoder alone, and inference is at their means.
@Suite struct CovariateDecodingTests {
  private func model(covariates: Int) throws -> (Autoencoder, Minibatch) {
    var random = Xoshiro256(seed: 12)
    var options = AutoencoderOptions()
    options.hidden = [16]
    options.latent = 3
    options.dropout = 0
    var model = Autoencoder(
      genes: 20, batches: 2, options: options, covariates: covariates, seed: 3)
    var minibatch = Minibatch.random(
      batches: (0..<40).map { Int32($0 % 2) }, genes: 20, using: &random)
    minibatch.covariates = (0..<40 * covariates).map { _ in
      random.uniformFloat(from: -1, to: 1)
    }
    for _ in 0..<30 { try model.train(on: minibatch, klWeight: 0.1, learningRate: 1e-2) }
    return (model, minibatch)
  }

  @Test func `a cell's latent mean does not depend on its covariates`() throws {
    let (model, minibatch) = try model(covariates: 2)
    var other = minibatch
    other.covariates = other.covariates.map { -$0 }
    #expect(model.latent(of: minibatch) == model.latent(of: other))
  }

  @Test func `decoding is that of a network without the columns of covariates`() throws {
    let (model, minibatch) = try model(covariates: 2)
    var plain = Autoencoder(genes: 20, batches: 2, options: model.options, seed: 3)
    let parameters = model.parameters.map { tensor in
      guard tensor.name == "decoder.0.weight" else { return tensor }
      #expect(tensor.shape == [16, 5])
      return NamedTensor(
        name: tensor.name, shape: [16, 3],
        values: (0..<16).flatMap { tensor.values[5 * $0..<5 * $0 + 3] })
    }
    try plain.restore(
      parameters: parameters,
      statistics: model.statistics.filter { !$0.name.hasPrefix("decoder.columns") })
    let latent = model.latent(of: minibatch)
    var bare = minibatch
    bare.covariates = []
    #expect(latent == plain.latent(of: bare))
    for batch in [DecodedBatch.everyBatch, .mixture, .batch(1)] {
      #expect(model.decode(latent, as: batch) == plain.decode(latent, as: batch))
    }
  }

  @Test func `the same seed gives the same bytes at any number of threads`() throws {
    func trained(threads: Int) throws -> [NamedTensor] {
      let (start, minibatch) = try model(covariates: 3)
      var model = start
      let pool = ThreadPool(threads: threads)
      for _ in 0..<5 {
        try model.train(on: minibatch, klWeight: 0.1, learningRate: 1e-2, pool: pool)
      }
      return model.parameters
    }
    #expect(try trained(threads: 1) == trained(threads: 4))
  }
}
