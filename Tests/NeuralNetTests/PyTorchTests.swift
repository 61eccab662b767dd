import Foundation
import Numerics
import Testing
import TestSupport

@testable import NeuralNet

/// Three training steps as PyTorch takes them, from `make_autoencoder_fixture.py`.
private struct Fixture: Decodable {
  struct Case: Decodable {
    var name: String
    var hidden: [Int]
    var residual: Bool
    var encoderNorm: Normalization
    var decoderNorm: Normalization
    var shrinkage: Float
    var loss: ReconstructionLoss
    var counts: [[Float]]
    var inputs: [[Float]]
    var batches: [Int32]
    var noise: [[Float]]
    var losses: [[Double]]
    var start: [String: [Float]]
    var gradient: [String: [Float]]
    var end: [String: [Float]]
    var statistics: [String: [Float]]
  }

  var genes: Int
  var batches: Int
  var latent: Int
  var rate: Float
  var klWeight: Float
  var cases: [Case]

  static func read() throws -> Fixture {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let file = TestFiles.fixtures.appending(path: "autoencoder.json")
    return try decoder.decode(Fixture.self, from: Data(contentsOf: file))
  }
}

@Suite struct PyTorchTests {
  @Test func `losses, gradients and three steps are PyTorch's`() throws {
    let fixture = try Fixture.read()
    #expect(fixture.cases.count == 6)
    for example in fixture.cases { try check(example, of: fixture) }
  }

  private func check(_ example: Fixture.Case, of fixture: Fixture) throws {
    var options = AutoencoderOptions()
    options.hidden = example.hidden
    options.latent = fixture.latent
    options.residual = example.residual
    options.encoderNorm = example.encoderNorm
    options.decoderNorm = example.decoderNorm
    options.batchShrinkage = example.shrinkage
    options.loss = example.loss
    var model = Autoencoder(
      genes: fixture.genes, batches: fixture.batches, options: options, seed: 0)
    let start = try model.parameters.map { tensor in
      NamedTensor(
        name: tensor.name, shape: tensor.shape,
        values: try #require(example.start[tensor.name], "\(example.name): \(tensor.name)"))
    }
    #expect(start.count == example.start.count)
    try model.restore(parameters: start, statistics: model.statistics)

    let minibatch = minibatch(of: example)
    let (_, gradient) = try model.gradient(
      on: minibatch, klWeight: fixture.klWeight, noise: StepNoise(latent: example.noise[0]))
    for tensor in gradient {
      let expected = try #require(example.gradient[tensor.name])
      let size = expected.map(abs).max() ?? 0
      expect(
        tensor.values, expected, within: 2e-4 * max(size, 1e-2),
        "\(example.name): gradient of \(tensor.name)")
    }

    for (noise, expected) in zip(example.noise, example.losses) {
      let loss = try model.train(
        on: minibatch, klWeight: fixture.klWeight, learningRate: fixture.rate,
        noise: StepNoise(latent: noise))
      #expect(abs(loss.reconstruction / expected[0] - 1) < 1e-4, "\(example.name)")
      #expect(abs(loss.kl - expected[1]) < 1e-4 * max(1, expected[1]), "\(example.name)")
    }
    for tensor in model.parameters {
      let expected = try #require(example.end[tensor.name])
      expect(tensor.values, expected, within: 2e-4, "\(example.name): \(tensor.name)")
    }
    for tensor in model.statistics where !tensor.name.hasSuffix("updates") {
      let expected = try #require(example.statistics[tensor.name])
      let size = expected.map(abs).max() ?? 0
      expect(
        tensor.values, expected, within: 1e-3 * max(1, size), "\(example.name): \(tensor.name)")
    }
  }

  private func expect(
    _ found: [Float], _ expected: [Float], within tolerance: Float, _ name: String
  ) {
    #expect(found.count == expected.count, "\(name)")
    let distance = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(distance <= tolerance, "\(name)")
  }

  private func minibatch(of example: Fixture.Case) -> Minibatch {
    var minibatch = Minibatch()
    for (cell, counts) in example.counts.enumerated() {
      for (gene, count) in counts.enumerated() where count != 0 {
        minibatch.genes.append(UInt16(gene))
        minibatch.counts.append(count)
        minibatch.inputs.append(example.inputs[cell][gene])
      }
      minibatch.starts.append(Int32(minibatch.genes.count))
    }
    minibatch.batches = example.batches
    return minibatch
  }
}
