import CellFiles
import Foundation
import Harmonize
import NeuralNet

/// A comparison of all norms and minibatch sizes by loss, embedding, and the gap between training
/// and inference statistics.
///
/// The cells are simulated, or those of `--file` with the columns `batch` and `cell_type`. Every
/// run visits each cell equally often. Minibatches of two cells are random, because they have no
/// space for two cells of each of two batches.
struct NormBenchmark: Benchmark {
  static let name = "norms"

  func run(into report: inout BenchmarkReport) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "scharmonize-norms-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = try report.settings.file ?? Self.simulated(in: folder)
    for norm in Normalization.allCases {
      for size in [2, 4, 8, 32, 128] {
        var options = IntegrationOptions()
        (options.model.encoderNorm, options.model.decoderNorm) = (norm, norm)
        // The defaults for a norm over cells: the encoder does not see the batch.
        if norm == .batch { options.model.decoderNorm = .perBatch }
        options.training.minibatchSize = size
        options.training.minibatches = size == 2 ? .shuffled : .mixed
        options.training.visits = 200_000
        let cells = try CellDataset(readingAt: [input], batchKey: "batch")
        var result = try integrate(cells, options: options)
        let output = folder.appending(path: "out.h5ad").path
        try Destination(output, inputs: [input]).write(&result, of: cells)
        let evaluation = try evaluateEmbeddings(
          ofFileAt: output, keys: ["X_scharmonize", "X_scharmonize_latent"], labelKey: "cell_type")
        let name = "\(norm.rawValue), minibatches of \(size)"
        report.add("\(name): loss", result.record.epochs.last?.reconstruction ?? .nan, unit: "nats")
        for score in evaluation.scores.rows {
          report.add("\(name): \(score.name)", score.scores.total ?? .nan, unit: "total")
        }
        report.add("\(name): gap", result.record.statisticsGap ?? .nan, unit: "of the spread")
      }
    }
  }

  private static func simulated(in folder: URL) throws -> String {
    var simulation = SimulationOptions()
    (simulation.cells, simulation.genes) = (1500, 500)
    let path = folder.appending(path: "cells.h5ad").path
    try Simulation(simulation).writeAnnData(to: path)
    return path
  }
}
