import Foundation
import HDF5
internal import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import Training

/// The critic of a run, as a user sees it.
@Suite struct AdversaryTests {
  static func options(_ adversary: Float, _ norm: CriticNorm = .layer) -> IntegrationOptions {
    var options = IntegrationTests.options()
    options.training.adversary = adversary
    options.training.criticNorm = norm
    return options
  }

  @Test(arguments: [CriticNorm.layer, .spectral])
  func `the record says how well the critic did, by epoch, and the same for any threads`(
    norm: CriticNorm
  ) throws {
    let result = try integrate(smallCells(), options: Self.options(5, norm))
    let scores = try result.record.epochs.map { try #require($0.critic) }
    #expect(scores.count > 20)
    #expect(scores.allSatisfy { (0...1).contains($0.accuracy) && $0.loss > 0 && $0.loss < 2 })
    let last = try #require(scores.last)
    #expect(
      result.record.notices.contains(
        "in the last epoch the critic identified the batch of "
          + "\(Int((100 * last.accuracy).rounded()))% of the cells (50% by chance)"))
    var options = Self.options(5, norm)
    options.threads = 3
    let other = try integrate(smallCells(), options: options)
    #expect(other.embedding == result.embedding)
    #expect(other.record.epochs == result.record.epochs)
  }

  @Test func `a run without a critic says nothing of one, and one with a critic differs`() throws {
    let plain = try integrate(smallCells(), options: Self.options(0))
    #expect(plain.record.epochs.allSatisfy { $0.critic == nil })
    #expect(!plain.record.notices.contains { $0.contains("critic") })
    let text = String(decoding: try plain.record.json(), as: UTF8.self)
    #expect(text.contains("\"adversary\" : 0") && !text.contains("\"accuracy\""))
    let watched = try integrate(smallCells(), options: Self.options(5))
    #expect(watched.latent != plain.latent)
    #expect(
      String(decoding: try watched.record.json(), as: UTF8.self).contains("\"accuracy\" : 0."))
    // What the critic knew is not in the model.
    #expect(
      watched.model.network.parameters.map(\.name) == plain.model.network.parameters.map(\.name))
  }

  /// With a decoder that is not told the batch, the latent space has to carry it; unless a critic
  /// sees to it that it does not.
  @Test(arguments: [CriticNorm.layer, .spectral])
  func `the encoder learns to hide the batches`(norm: CriticNorm) throws {
    func accuracy(weight: Float) throws -> Double {
      var options = Self.options(weight, norm)
      options.model.decoderNorm = .batch
      options.training.klWeight = 0.01
      options.training.visits = 20_000
      let epochs = try integrate(smallCells(), options: options).record.epochs.suffix(20)
      return try epochs.reduce(0) { try $0 + #require($1.critic).accuracy / 20 }
    }
    let (seen, hidden) = (try accuracy(weight: 1e-6), try accuracy(weight: 30))
    #expect(seen > hidden + 0.2, "\(seen), \(hidden)")
  }

  @Test func `the weight rises over the first 30% of the steps`() {
    var options = TrainingOptions()
    #expect(options.adversaryWeight(step: 500, of: 1000) == 0 && options.critic == nil)
    options.adversary = 4
    #expect(options.adversaryWeight(step: 0, of: 1000) == 0)
    #expect(abs(options.adversaryWeight(step: 150, of: 1000) - 2) < 1e-5)
    #expect(options.adversaryWeight(step: 300, of: 1000) == 4)
    #expect(options.adversaryWeight(step: 999, of: 1000) == 4)
    options.criticHidden = [8, 4]
    options.criticNorm = .spectral
    #expect(options.critic?.hidden == [8, 4] && options.critic?.norm == .spectral)
  }

  @Test func `options that cannot work are refused`() {
    func expect(
      _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
      change: (inout TrainingOptions) -> Void
    ) {
      var options = IntegrationOptions()
      change(&options.training)
      let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
        try options.validate()
      }
      #expect(error.map { "\($0)" } == message, sourceLocation: sourceLocation)
      #expect(error.flatMap { failureCategory(of: $0) } == .usage, sourceLocation: sourceLocation)
    }
    expect("`adversary` cannot be -1.0; give at least 0") { $0.adversary = -1 }
    expect("`adversary` cannot be inf; give at least 0") { $0.adversary = .infinity }
    expect(
      "`criticNorm` cannot be batch; give 'layer' or 'spectral'; batch norm makes the critic's "
        + "output for a cell depend on the other cells of its minibatch, which leaks the "
        + "composition of the minibatch"
    ) { $0.criticNorm = .batch }
    expect("`criticHidden` cannot be []; give widths from 1 to 16384") { $0.criticHidden = [] }
    expect(
      "`adversary` needs minibatches that mix the batches, which its critic distinguishes; leave "
        + "`minibatches = single` out"
    ) {
      $0.adversary = 1
      $0.minibatches = .single
    }
  }

  @Test func `more batches than fit a minibatch`() throws {
    let small = smallCells()
    let cells = CellDataset(
      parts: small.parts, names: small.names, genes: small.genes,
      batches: BatchAssignment(
        names: (0..<20).map { "s\($0)" }, batchOfCell: (0..<120).map { Int32($0 % 20) }))
    let result = try integrate(cells, options: Self.options(5))
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
    #expect(result.record.epochs.allSatisfy { $0.critic != nil })
    #expect(result.record.notices.contains { $0.hasSuffix("(5% by chance)") })
  }

  @Test func `a weight beyond all measure ends the training with a reason`() throws {
    let error = #expect(throws: TrainingError.self) {
      try integrate(smallCells(), options: Self.options(3e38))
    }
    #expect(error.flatMap { failureCategory(of: $0) } == .data)
    guard case .diverged(_, let quantity, let cells) = error else {
      Issue.record("not as expected: \(error.map { "\($0)" } ?? "no error")")
      return
    }
    #expect(quantity.hasPrefix("gradient of ") && !cells.isEmpty)
  }
}
