import Foundation
import Harmonize
import NeuralNet
import Testing
import TestSupport

/// A hundred layers, fifty each way, on simulated cells.
@Suite struct DeepNetworkTests {
  private static func run(_ change: (inout AutoencoderOptions) -> Void) throws -> IntegrationResult
  {
    let folder = try TemporaryFolder()
    let path = folder.path("cells.h5ad")
    var simulation = SimulationOptions()
    (simulation.cells, simulation.genes) = (240, 80)
    try Simulation(simulation).writeAnnData(to: path)
    var options = IntegrationOptions()
    options.model.hidden = [Int](repeating: 16, count: 50)
    options.model.latent = 8
    options.training.visits = 25_600
    options.training.minibatchSize = 64
    options.alignment = nil
    change(&options.model)
    return try integrate(CellDataset(readingAt: [path], batchKey: "batch"), options: options)
  }

  /// The mean over dimensions of the latent means' deviations.
  private static func spread(_ embedding: Embedding) -> Double {
    let d = embedding.dimensions
    return (0..<d).reduce(0) { sum, k in
      let column = (0..<embedding.cellCount).map { Double(embedding.values[$0 * d + k]) }
      let mean = column.reduce(0, +) / Double(column.count)
      let square = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return sum + (square / Double(column.count)).squareRoot() / Double(d)
    }
  }

  @Test func `norms and skips train fifty layers, and without either nothing is learnt`() throws {
    let deep = try Self.run { $0.residual = true }
    let plain = try Self.run {
      ($0.encoderNorm, $0.decoderNorm) = (.none, .none)
    }
    let losses = [deep, plain].map { $0.record.epochs.last?.reconstruction ?? .nan }
    #expect(losses[0] < losses[1] - 5, "\(losses)")
    // Without them all cells end in one place: the loss is that of the mean profile.
    let spreads = [deep, plain].map { Self.spread($0.latent) }
    #expect(spreads[0] > 0.3 && spreads[1] < 1e-3, "\(spreads)")
    let dead = deep.record.activity.reduce(0) { $0 + $1.dead }
    #expect(deep.record.activity.count == 100 && dead < 16, "\(dead) of 1600 units")
    #expect(deep.record.warnings.allSatisfy { !$0.contains("no longer learn") })
  }

  @Test func `tiny minibatches are warned of where a norm needs others, and leave a gap`() throws {
    func record(_ size: Int, _ norm: Normalization) throws -> RunRecord {
      var options = IntegrationTests.options(visits: 2_000)
      options.training.minibatchSize = size
      (options.model.encoderNorm, options.model.decoderNorm) = (norm, norm)
      options.model.hidden = [32]
      return try integrate(smallCells(), options: options).record
    }
    func isWarned(_ record: RunRecord) -> Bool {
      record.warnings.contains { $0.hasPrefix("minibatches of ") }
    }
    let (tiny, usual) = (try record(4, .batch), try record(64, .batch))
    #expect(isWarned(tiny) && !isWarned(usual))
    let gaps = try [tiny, usual].map { try #require($0.statisticsGap) }
    #expect(gaps[0] > 0.3 && gaps[1] < gaps[0] / 2, "\(gaps)")
    for norm in [Normalization.layer, .group] {
      let alone = try record(4, norm)
      #expect(!isWarned(alone))
      #expect(try #require(alone.statisticsGap) < 1e-3)
    }
  }
}
