import Numerics
import Testing

@testable import NeuralNet

/// Decoding as the average over more batches than a cell is decoded as.
@Suite struct ManyRowsTests {
  private static func model(_ batches: Int) -> Autoencoder {
    var options = AutoencoderOptions()
    (options.hidden, options.latent) = ([16], 4)
    var model = Autoencoder(
      genes: 30, batches: batches, options: options, seed: 3)
    // Rows that differ, so that it tells which of them are averaged over.
    var random = Xoshiro256(seed: 9)
    let cells = Minibatch.random(
      batches: (0..<Int32(batches)).map { $0 }, genes: 30, using: &random)
    for _ in 0..<5 { _ = try? model.train(on: cells, klWeight: 0.1, learningRate: 0.05) }
    return model
  }

  @Test(arguments: [(7, 7), (64, 64), (65, 64), (1_000, 64)])
  func `an average is over at most 64 batches, spread evenly`(batches: Int, averaged: Int) {
    let rows = Self.model(batches).averagedBatches
    #expect(rows.count == averaged && Set(rows).count == averaged)
    #expect(rows == (0..<averaged).map { $0 * batches / averaged })
  }

  @Test func `what is decoded as an average is the average over these`() {
    let model = Self.model(100)
    var random = Xoshiro256(seed: 4)
    let latent = Matrix(
      rows: 3, columns: 4, values: (0..<12).map { _ in Float(random.standardNormal()) })
    let all = model.decode(latent)
    let rows = model.averagedBatches
    let each = rows.map { model.decode(latent, as: .batch($0)) }
    #expect(Set(each.map(\.values)).count > 1)
    for cell in 0..<3 {
      let mean = (0..<30).map { gene in
        each.reduce(0.0) { $0 + Double($1[cell, gene]) } / Double(rows.count)
      }
      // The mean of logarithms adds to one again by a number a cell.
      let shift = Double(all[cell, 0]) - mean[0]
      for gene in 0..<30 { #expect(abs(Double(all[cell, gene]) - mean[gene] - shift) < 1e-4) }
    }
  }
}
