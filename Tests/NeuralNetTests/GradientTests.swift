import Numerics
import Testing

@testable import NeuralNet

@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var hidden = [18]
    var residual = false
    var encoder = Normalization.batch
    var decoder = Normalization.perBatch
    var shrinkage: Float = 1
    var loss = ReconstructionLoss.negativeBinomial
    var lacking = false
    var covariates = 0
    var rates = false

    var testDescription: String {
      "\(hidden)\(residual ? " residual" : "") \(encoder)/\(decoder) kappa \(shrinkage) \(loss)\(lacking ? " lacking genes" : "")"
        + (covariates > 0 ? " \(covariates) covariates" : "") + (rates ? " rates" : "")
    }

    var options: AutoencoderOptions {
      var options = AutoencoderOptions()
      options.hidden = hidden
      options.residual = residual
      options.encoderNorm = encoder
      options.decoderNorm = decoder
      options.batchShrinkage = shrinkage
      options.loss = loss
      options.latent = 3
      return options
    }
  }

  static let cases = [
    Case(),
    Case(shrinkage: 0), Case(shrinkage: .infinity),
    Case(decoder: .matched), Case(decoder: .matched, shrinkage: 0),
    Case(decoder: .matched, shrinkage: .infinity), Case(hidden: [17, 6], decoder: .matched),
    Case(encoder: .perBatch, decoder: .batch), Case(encoder: .perBatch, decoder: .perBatch),
    Case(encoder: .layer, decoder: .group), Case(encoder: .group, decoder: .layer),
    Case(encoder: .none, decoder: .none),
    Case(loss: .poisson), Case(loss: .meanSquaredError),
    Case(hidden: [17, 6]), Case(hidden: [8, 8, 8], residual: true),
    Case(covariates: 1), Case(decoder: .matched, covariates: 4),
    Case(encoder: .none, decoder: .none, loss: .meanSquaredError, covariates: 2),
    Case(lacking: true), Case(encoder: .none, loss: .meanSquaredError, lacking: true),
    Case(hidden: [16, 16], residual: true, encoder: .layer, decoder: .none),
    Case(rates: true), Case(loss: .poisson, rates: true),
    Case(decoder: .matched, lacking: true, covariates: 1, rates: true),
    Case(loss: .poisson, lacking: true, rates: true),
  ]

  /// Every kind of parameter, in a minibatch with a batch of one cell and dropped units.
  @Test(arguments: cases)
  func `loss and gradient agree with central differences of the plain model`(
    example: Case
  ) throws {
    var random = Xoshiro256(seed: 31)
    let n = 19
    let genes = 21
    let batches = (0..<n).map { $0 == 7 ? Int32(2) : Int32($0 % 2) }
    let padding = GenePadding(
      missing: [[2, 3, 20], [], [0, 7], [1]],
      meanInputs: (0..<genes).map { _ in random.uniformFloat(from: 0, to: 3) })
    var minibatch = Minibatch.random(
      batches: batches, genes: genes, lacking: example.lacking ? padding.missing : [],
      using: &random)
    if example.decoder == .matched {
      minibatch.memberships = (0..<n).flatMap { _ in
        let first = random.uniformFloat()
        return [first, (1 - first) / 4, 3 * (1 - first) / 4]
      }
    }
    minibatch.covariates = (0..<n * example.covariates).map { _ in
      random.uniformFloat(from: -1, to: 1)
    }
    if example.rates {
      minibatch.sizeFactors = (0..<n).map { _ in random.uniformFloat(from: 1, to: 60) }
    }
    let noise = (0..<n * 3).map { _ in Float(random.standardNormal()) }
    let dropout = example.hidden.map { units in
      (0..<n * units).map { _ in random.uniformFloat() < 0.2 ? Float(0) : 1.25 }
    }
    var model = Autoencoder(
      genes: genes, batches: 4, options: example.options,
      padding: example.lacking ? padding : nil,
      // Two batches of one pool.
      matchedRows: example.decoder == .matched ? [0, 1, 1, 2] : nil,
      covariates: example.covariates,
      meanRates: example.rates ? (0..<genes).map { 0.02 * Float($0 + 1) } : nil, seed: 5)
    // Away from the starting values, where gamma, beta and log theta are alike.
    // Without a norm, larger moves would take proportions below the smallest float.
    let reach: Float = example.decoder == .none ? 0.05 : 0.3
    let moved = model.parameters.map { tensor in
      var tensor = tensor
      for k in tensor.values.indices {
        tensor.values[k] += random.uniformFloat(from: -reach, to: reach)
      }
      return tensor
    }
    try model.restore(parameters: moved, statistics: model.statistics)
    let reference = ReferenceAutoencoder(model)

    let (loss, gradient) = try model.gradient(
      on: minibatch, klWeight: 0.3, noise: StepNoise(latent: noise, dropout: dropout),
      pool: ThreadPool(threads: 2))
    let expected = reference.loss(of: minibatch, klWeight: 0.3, noise: noise, dropout: dropout)
    #expect(abs(loss.reconstruction - expected.reconstruction) < 2e-5 * expected.reconstruction)
    #expect(abs(loss.kl - expected.kl) < 1e-5 * max(1, expected.kl))

    for tensor in gradient {
      let size = tensor.values.reduce(0) { max($0, abs($1)) }
      for _ in 0..<6 {
        let k = random.integer(below: tensor.values.count)
        var total = [0.0, 0.0]
        for (side, step) in [1e-5, -1e-5].enumerated() {
          var moved = reference
          moved.parameters[tensor.name]?[k] += step
          let loss = moved.loss(of: minibatch, klWeight: 0.3, noise: noise, dropout: dropout)
          total[side] = loss.reconstruction + 0.3 * loss.kl
        }
        let slope = (total[0] - total[1]) / 2e-5
        #expect(
          abs(Double(tensor.values[k]) - slope) < 1e-3 * Double(max(size, 0.01)),
          "\(tensor.name) \(k): \(tensor.values[k]), not \(slope)")
      }
    }
  }
}
