import Foundation
import Numerics
import Testing

@testable import NeuralNet

/// Autoencoders whose outputs are rates per size factor.
@Suite struct RateTests {
  private static let genes = 21

  private static func model(loss: ReconstructionLoss = .negativeBinomial) -> Autoencoder {
    var options = AutoencoderOptions()
    (options.hidden, options.latent, options.loss) = ([16], 3, loss)
    (options.encoderNorm, options.decoderNorm) = (.batch, .perBatch)
    return Autoencoder(
      genes: genes, batches: 2, options: options,
      meanRates: (0..<genes).map { 0.01 * Float($0 + 1) }, seed: 4)
  }

  private static func minibatch(cells: Int, factor: Float = 1) -> Minibatch {
    var random = Xoshiro256(seed: 9)
    var minibatch = Minibatch.random(
      batches: (0..<cells).map { Int32($0 % 2) }, genes: genes, using: &random)
    minibatch.sizeFactors = (0..<cells).map { factor * Float(10 + $0) }
    return minibatch
  }

  @Test func `outputs start at the logarithms of the mean rates`() throws {
    let bias = try #require(Self.model().parameters.first { $0.name == "decoder.output.bias" })
    for gene in 0..<Self.genes {
      #expect(abs(bias.values[gene] - log(0.01 * Float(gene + 1))) < 1e-6)
    }
  }

  @Test(arguments: [ReconstructionLoss.negativeBinomial, .poisson])
  func `training learns a cell's total from its size, which proportions are given`(
    loss: ReconstructionLoss
  ) throws {
    var model = Self.model(loss: loss)
    var minibatch = Self.minibatch(cells: 32)
    let first = try model.train(on: minibatch, klWeight: 0, learningRate: 0)
    for _ in 0..<300 { try model.train(on: minibatch, klWeight: 0, learningRate: 3e-3) }
    let trained = try model.train(on: minibatch, klWeight: 0, learningRate: 0)
    #expect(trained.reconstruction < first.reconstruction - 1)
    // The same rates with tenfold sizes predict tenfold counts.
    minibatch.sizeFactors = minibatch.sizeFactors.map { 10 * $0 }
    let wrong = try model.train(on: minibatch, klWeight: 0, learningRate: 0)
    #expect(wrong.reconstruction > trained.reconstruction + 1)
  }

  @Test func `decoded rates need not sum to 1, and average over batches as logarithms`() {
    var model = Self.model()
    let moved = model.parameters.map { tensor in
      var tensor = tensor
      if tensor.name.hasSuffix("gamma") || tensor.name.hasSuffix("beta") {
        for k in tensor.values.indices { tensor.values[k] += 0.1 * Float(k % 7) }
      }
      return tensor
    }
    #expect(throws: Never.self) {
      try model.restore(parameters: moved, statistics: model.statistics)
    }
    var random = Xoshiro256(seed: 3)
    let latent = Matrix(
      rows: 19, columns: 3, values: (0..<57).map { _ in Float(random.standardNormal()) })
    let each = (0..<2).map { model.decode(latent, as: .batch($0)) }
    let all = model.decode(latent)
    let profiles = model.profiles(of: latent)
    let sums: [Float] = (0..<19).map { row in
      (0..<Self.genes).reduce(Float(0)) { $0 + exp(all[row, $1]) }
    }
    for k in all.values.indices {
      let mean: Float = (each[0].values[k] + each[1].values[k]) / 2
      #expect(abs(all.values[k] - mean) < 1e-4)
      let rho: Float = exp(mean) / sums[k / Self.genes].squareRoot()
      #expect(abs(profiles.values[k] - log1p(1e4 * rho)) < 1e-3)
    }
    #expect((sums.max() ?? 0) > 1.1 * (sums.min() ?? 0))
    #expect(sums.allSatisfy { abs($0 - 1) > 1e-3 })
  }

  @Test func `inference takes no size factors`() {
    var minibatch = Self.minibatch(cells: 5)
    let model = Self.model()
    let latent = model.latent(of: minibatch)
    minibatch.sizeFactors = []
    #expect(model.latent(of: minibatch) == latent)
  }
}
