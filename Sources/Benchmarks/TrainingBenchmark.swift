import Foundation
import Numerics
import NeuralNet
import Harmonize

/// Training steps on realistic minibatches: 2,000 genes, 12% nonzero counts.
struct TrainingBenchmark: Benchmark {
  static let name = "training"

  func run(into report: inout BenchmarkReport) throws {
    var random = Xoshiro256(seed: 1)
    let minibatches = (0..<16).map { _ in
      Self.minibatch(cells: 128, genes: 2000, density: 0.12, batches: 4, using: &random)
    }
    for (threads, precision) in [
      (1, ProductPrecision.float32), (2, .float32), (1, .bfloat16), (2, .bfloat16),
    ] {
      let pool = ThreadPool(threads: threads)
      let setting = "\(precision.rawValue), \(threads) threads"
      var model = Autoencoder(
        genes: 2000, batches: 4, options: AutoencoderOptions(), seed: 1)
      (model.precision, model.optimizer) = (precision, .muon)
      func step(_ number: Int) throws {
        try model.train(
          on: minibatches[number % 16], klWeight: 0.2, learningRate: 1e-3, pool: pool)
      }
      for number in 0..<32 { try step(number) }
      // Four steps, of which one moves the matrices, are so short that some are undisturbed even on a
      // busy machine.
      let clock = ContinuousClock()
      var best = Duration.seconds(1)
      var bestParts: [StageProfile.Part: Duration] = [:]
      for round in 0..<200 {
        model.profile(true)
        let start = clock.now
        for number in 4 * round..<4 * round + 4 { try step(number) }
        best = min(best, clock.now - start)
        guard let profile = model.profile else { continue }
        for part in StageProfile.Part.allCases {
          bestParts[part] = min(bestParts[part] ?? profile[part], profile[part])
        }
      }
      report.add("training, \(setting)", 4 * 128 / best.seconds, unit: "cell visits/s")
      for part in StageProfile.Part.allCases {
        let microseconds = (bestParts[part] ?? .zero).seconds * 1e6 / 4
        report.add("  \(part.name), \(setting)", microseconds, unit: "µs/minibatch")
      }
    }
  }

  /// Returns the time of a training step, with the default precision, over that of its dense products
  /// in OpenBLAS in float32, both on one thread; `nil` without OpenBLAS.
  static func stepOverProducts(into report: inout BenchmarkReport) throws -> Double? {
    guard let blas = OpenBLAS() else {
      print("skipped: OpenBLAS is not installed")
      return nil
    }
    var random = Xoshiro256(seed: 1)
    let minibatches = (0..<16).map { _ in
      minibatch(cells: 128, genes: 2000, density: 0.12, batches: 4, using: &random)
    }
    let options = AutoencoderOptions()
    var model = Autoencoder(genes: 2000, batches: 4, options: options, seed: 1)
    (model.precision, model.optimizer) = (TrainingOptions().precision, .muon)
    let pool = ThreadPool(threads: 1)
    var number = 0
    // Of four steps one moves the matrices.
    let steps = try fastest(of: 100) {
      for _ in 0..<4 {
        try model.train(
          on: minibatches[number % 16], klWeight: 0.2, learningRate: 1e-3, pool: pool)
        number += 1
      }
    }
    let step = steps / 4
    let widths = options.hidden
    let encoder = zip(widths, widths.dropFirst()).map { ($0, $1) }
    let heads = [
      (widths[widths.count - 1], options.latent), (widths[widths.count - 1], options.latent),
    ]
    let decoder = zip([options.latent] + widths.reversed(), widths.reversed() + [2000]).map {
      ($0, $1)
    }
    let products = (encoder + heads + decoder).reduce(0.0) { sum, layer in
      sum + blas.seconds(ofLayerFrom: layer.0, to: layer.1, cells: 128)
    }
    report.add("training step, one thread", step * 1e3, unit: "ms")
    report.add("  its dense products by OpenBLAS", products * 1e3, unit: "ms")
    return step / products
  }

  /// Returns cells with a realistic distribution of genes: few are frequent, most are rare.
  static func minibatch(
    cells: Int, genes: Int, density: Double, batches: Int, using random: inout Xoshiro256
  ) -> Minibatch {
    var minibatch = Minibatch()
    for cell in 0..<cells {
      let start = minibatch.counts.count
      for gene in 0..<genes {
        // The gene's share of cells decreases from 2 to 0 times the density.
        let share = density * 2 * Double(genes - gene * 617 % genes) / Double(genes)
        guard random.uniformDouble() < share else { continue }
        var count: Float = 1
        while random.uniformFloat() < 0.45 { count *= 2 }
        minibatch.genes.append(UInt16(gene))
        minibatch.counts.append(count)
      }
      let total = minibatch.counts[start...].reduce(0, +) * 2
      for count in minibatch.counts[start...] {
        minibatch.inputs.append(Float(log1p(1e4 * Double(count / total))))
      }
      minibatch.batches.append(Int32(cell % batches))
      minibatch.starts.append(Int32(minibatch.counts.count))
    }
    return minibatch
  }
}
