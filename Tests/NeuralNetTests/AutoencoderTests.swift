import Foundation
import Numerics
import Testing

@testable import NeuralNet

@Suite struct AutoencoderTests {
  /// Three batches, one of them a single cell, 37 cells: two full shards and a part of one.
  static let batches: [Int32] = (0..<37).map { $0 == 5 ? 2 : Int32($0 % 2) }

  /// A width of layers whose matrices Muon moves.
  private static let wide = MatrixSteps.narrowSide + 8

  static func smallOptions(_ change: (inout AutoencoderOptions) -> Void = { _ in })
    -> AutoencoderOptions
  {
    var options = AutoencoderOptions()
    options.hidden = [24]
    options.latent = 5
    change(&options)
    return options
  }

  @Test(arguments: Optimizer.allCases)
  func `training lowers the loss`(optimizer: Optimizer) throws {
    var random = Xoshiro256(seed: 1)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 80, using: &random)
    var model = Autoencoder(
      genes: 80, batches: 3, options: Self.smallOptions { $0.hidden = [Self.wide] }, seed: 1)
    model.optimizer = optimizer
    let first = try model.train(on: minibatch, klWeight: 0.2, learningRate: 1e-2)
    var last = first
    for _ in 0..<150 { last = try model.train(on: minibatch, klWeight: 0.2, learningRate: 1e-2) }
    #expect(last.reconstruction < 0.8 * first.reconstruction)
    #expect(last.kl > 0)
    #expect(model.stepCount == 151)
  }

  @Test(arguments: Normalization.allCases, Optimizer.allCases)
  func `twenty steps give the same bytes at any number of threads`(
    norm: Normalization, optimizer: Optimizer
  ) throws {
    var random = Xoshiro256(seed: 2)
    let batches = (0..<4).map { _ in
      Minibatch.random(batches: Self.batches, genes: 150, using: &random)
    }
    var results: [[NamedTensor]] = []
    for threads in 1...4 {
      var model = Autoencoder(
        genes: 150, batches: 3,
        options: Self.smallOptions {
          $0.hidden = [Self.wide, Self.wide]
          $0.residual = true
          $0.encoderNorm = norm
          $0.decoderNorm = norm
        }, seed: 3)
      model.optimizer = optimizer
      let pool = ThreadPool(threads: threads)
      for step in 0..<20 {
        try model.train(
          on: batches[step % 4], klWeight: 0.2, learningRate: 1e-3, pool: pool)
      }
      results.append(model.parameters + model.statistics + model.optimizerState)
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }

  @Test func `inference of permuted cells is permuted inference`() throws {
    var random = Xoshiro256(seed: 4)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    var model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions { $0.encoderNorm = .perBatch }, seed: 1)
    for _ in 0..<5 { try model.train(on: minibatch, klWeight: 0.2, learningRate: 1e-2) }
    let before = model.parameters + model.statistics
    var order = Array(0..<37)
    random.shuffle(&order)
    let plain = model.latent(of: minibatch)
    let permuted = model.latent(of: minibatch.permuted(order))
    for (row, cell) in order.enumerated() {
      #expect(permuted.values[permuted.range(ofRow: row)] == plain.values[plain.range(ofRow: cell)])
    }
    let decoded = model.decode(plain)
    let decodedPermuted = model.decode(permuted)
    for (row, cell) in order.enumerated() {
      #expect(
        decodedPermuted.values[decodedPermuted.range(ofRow: row)]
          == decoded.values[decoded.range(ofRow: cell)])
    }
    #expect(model.parameters + model.statistics == before)
  }

  @Test func `a missing gene counts as its mean, for known batches and for cells from elsewhere`()
    throws
  {
    var random = Xoshiro256(seed: 8)
    let padding = GenePadding(
      missing: [[], [3, 9], []],
      meanInputs: (0..<50).map { _ in random.uniformFloat(from: 0, to: 3) })
    let minibatch = Minibatch.random(
      batches: Self.batches, genes: 50, lacking: padding.missing, using: &random)
    var model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions(), padding: padding, seed: 1)
    for _ in 0..<5 { try model.train(on: minibatch, klWeight: 0.2, learningRate: 1e-2) }

    // A cell of batch 1, and the same cell with the means written out, of a batch with all genes.
    let cell = minibatch.permuted([1])
    var whole = Minibatch()
    for gene in 0..<50 {
      let entry = cell.genes.firstIndex(of: UInt16(gene))
      guard
        let input = entry.map({ cell.inputs[$0] })
          ?? (gene == 3 || gene == 9 ? padding.meanInputs[gene] : nil)
      else { continue }
      whole.genes.append(UInt16(gene))
      whole.counts.append(1)
      whole.inputs.append(input)
    }
    whole.starts.append(Int32(whole.genes.count))
    whole.batches = [0]
    let expected = model.latent(of: whole)
    var elsewhere = cell
    elsewhere.batches = [0]
    for found in [
      model.latent(of: cell),
      model.latent(
        of: elsewhere, asMixture: true,
        missing: MissingGenes(genes: [3, 9], meanInputs: padding.meanInputs)),
    ] {
      for (x, y) in zip(found.values, expected.values) { #expect(abs(x - y) < 1e-4) }
    }
    #expect(model.latent(of: elsewhere) != expected)
  }

  @Test func `decoded proportions add to one`() throws {
    let model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions(), seed: 1)
    let latent = Matrix(rows: 2, columns: 5, values: [1, 0, 2, -1, 0.5, 0, 0, 1, 0, 1])
    for batch in [DecodedBatch.batch(2), .mixture] {
      let proportions = model.decode(latent, as: batch)
      for cell in 0..<2 {
        let sum = proportions.values[proportions.range(ofRow: cell)].reduce(0) {
          $0 + Double(exponential($1))
        }
        #expect(abs(sum - 1) < 1e-4)
      }
    }
  }

  @Test(arguments: ProductPrecision.allCases)
  func `a profile is that of the cell alone, and in bfloat16 from rounded factors`(
    precision: ProductPrecision
  ) throws {
    var options = Self.smallOptions()
    options.loss = .meanSquaredError
    var model = Autoencoder(genes: 230, batches: 3, options: options, seed: 1)
    let exact = model
    model.profilePrecision = precision
    var random = Xoshiro256(seed: 8)
    let latent = Matrix(
      rows: 131, columns: 5, values: (0..<131 * 5).map { _ in Float(random.standardNormal()) })
    let decoded = model.profiles(of: latent, pool: ThreadPool(threads: 2))
    for row in [0, 15, 16, 63, 64, 130] {
      let cell = Matrix(rows: 1, columns: 5, values: Array(latent.values[latent.range(ofRow: row)]))
      #expect(model.profiles(of: cell).values == Array(decoded.values[decoded.range(ofRow: row)]))
    }
    let tensors = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0) })
    let weight = try #require(tensors["decoder.output.weight"])
    let bias = try #require(tensors["decoder.output.bias"]).values
    let difference =
      zip(decoded.values, exact.profiles(of: latent).values).map { abs($0 - $1) }.max() ?? 0
    if precision == .float32 {
      #expect(difference == 0)
    } else {
      // Two factors, each within a part in 256 of its size, and sums of so many products.
      let largest = decoded.values.enumerated().map { abs($1 - bias[$0 % 230]) }.max() ?? 0
      #expect(difference > 0 && difference < largest * Float(weight.shape[1]) / 256)
    }
  }

  @Test(arguments: [ReconstructionLoss.negativeBinomial, .meanSquaredError])
  func `profiles and their coordinates are those of what is decoded`(loss: ReconstructionLoss) {
    var options = Self.smallOptions()
    options.loss = loss
    let pool = ThreadPool(threads: 2)
    let model = Autoencoder(genes: 50, batches: 3, options: options, seed: 1)
    var random = Xoshiro256(seed: 8)
    let latent = Matrix(
      rows: 37, columns: 5, values: (0..<37 * 5).map { _ in Float(random.standardNormal()) })
    let profiles = model.profiles(of: latent, scale: 200)
    for (found, decoded) in zip(profiles.values, model.decode(latent).values) {
      let expected = loss == .meanSquaredError ? decoded : log(1 + 200 * exponential(decoded))
      #expect(abs(found - expected) < 1e-5 * max(1, abs(expected)))
    }
    let components = principalComponents(of: profiles, count: 4, pool: pool)
    let coordinates = model.coordinates(of: latent, along: components, scale: 200, pool: pool)
    let expected = components.coordinates(of: profiles, pool: pool)
    for (found, expected) in zip(coordinates.values, expected.values) {
      #expect(abs(found - expected) < 1e-4)
    }
  }

  /// Stopped between two movements of matrices, and with memory of packed weights that is made anew.
  @Test(arguments: Optimizer.allCases, ProductPrecision.allCases)
  func `training stopped and resumed, or copied, is training in one go`(
    optimizer: Optimizer, precision: ProductPrecision
  ) throws {
    var random = Xoshiro256(seed: 5)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 80, using: &random)
    func fresh() -> Autoencoder {
      var model = Autoencoder(
        genes: 80, batches: 3, options: Self.smallOptions { $0.hidden = [Self.wide, Self.wide] },
        seed: 9)
      (model.optimizer, model.precision) = (optimizer, precision)
      return model
    }
    var whole = fresh()
    for _ in 0..<6 { try whole.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3) }
    var half = fresh()
    for _ in 0..<3 { try half.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3) }
    var resumed = fresh()
    try resumed.restore(parameters: half.parameters, statistics: half.statistics)
    try resumed.restore(optimizerState: half.optimizerState, stepCount: half.stepCount)
    for _ in 0..<3 { try resumed.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3) }
    #expect(resumed.parameters == whole.parameters)
    #expect(resumed.statistics == whole.statistics)
    #expect(half.parameters != whole.parameters)
    var copied = fresh()
    for _ in 0..<6 {
      let before = copied
      try copied.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3)
      #expect(before.parameters != copied.parameters)
    }
    #expect(copied.parameters == whole.parameters)
  }

  @Test func `a copy trains on its own`() throws {
    var random = Xoshiro256(seed: 6)
    let minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    var model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions(), seed: 9)
    let before = model
    try model.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3)
    #expect(before.parameters != model.parameters)
    #expect(before.stepCount == 0)
  }

  @Test func `an infinite count is an error that names its cell and changes nothing`() {
    var random = Xoshiro256(seed: 7)
    var minibatch = Minibatch.random(batches: Self.batches, genes: 50, using: &random)
    minibatch.counts[Int(minibatch.starts[11])] = .infinity
    var model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions(), seed: 9)
    let before = model
    #expect(throws: NonFiniteError(step: 0, quantity: "loss", cells: [11])) {
      try model.train(on: minibatch, klWeight: 0.1, learningRate: 1e-3)
    }
    #expect(before.parameters == model.parameters)
    #expect(before.statistics == model.statistics)
  }

  @Test func `tensors of another shape are refused by name`() {
    var model = Autoencoder(
      genes: 50, batches: 3, options: Self.smallOptions(), seed: 9)
    var parameters = model.parameters
    parameters[0].shape = [24, 50]
    #expect(
      throws: TensorError.shape(name: "encoder.0.weight", expected: [50, 24], found: [24, 50])
    ) {
      try model.restore(parameters: parameters, statistics: model.statistics)
    }
    #expect(throws: TensorError.missing(name: "encoder.0.weight")) {
      try model.restore(
        parameters: Array(parameters.dropFirst()), statistics: model.statistics)
    }
  }
}

private func exponential(_ logarithm: Float) -> Float {
  let x = FloatView.zeros(1)
  x[0] = logarithm
  exponentials(x, into: x)
  return x[0]
}
