internal import CellFiles
import Foundation
internal import NeuralNet
import Testing
import TestSupport
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support
@testable import Training

@Suite struct IntegrationTests {
  /// Options for a small model that trains in a moment.
  static func options(visits: Int = 4_000, threads: Int? = 1) -> IntegrationOptions {
    var options = IntegrationOptions()
    options.model.hidden = [16]
    options.model.latent = 4
    options.training.visits = visits
    options.training.minibatchSize = 32
    options.training.learningRate = 5e-3
    options.threads = threads
    return options
  }

  /// How far apart two groups of cells lie, against the spread within them.
  static func separation(_ embedding: Embedding, of group: (Int) -> Bool) -> Float {
    let d = embedding.dimensions
    var means = [[Float](repeating: 0, count: d), [Float](repeating: 0, count: d)]
    var counts: [Float] = [0, 0]
    for cell in 0..<embedding.cellCount {
      let side = group(cell) ? 1 : 0
      counts[side] += 1
      for (j, value) in embedding[cell].enumerated() { means[side][j] += value }
    }
    for side in 0...1 { for j in 0..<d { means[side][j] /= counts[side] } }
    var spread: Float = 0
    for cell in 0..<embedding.cellCount {
      let side = group(cell) ? 1 : 0
      for (j, value) in embedding[cell].enumerated() {
        spread += (value - means[side][j]) * (value - means[side][j])
      }
    }
    let distance = zip(means[0], means[1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return distance / (spread / Float(embedding.cellCount))
  }

  @Test func `types stay apart and batches come together`() throws {
    let result = try integrate(smallCells(count: 240), options: Self.options(visits: 20_000))
    #expect(result.embedding.cellCount == 240)
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
    let types = Self.separation(result.embedding) { $0 % 4 < 2 }
    let batches = Self.separation(result.embedding) { $0 % 2 == 1 }
    #expect(types > 1, "types: \(types)")
    #expect(batches < types / 10, "batches: \(batches), types: \(types)")
  }

  @Test func `the result has the same bytes at any number of threads`() throws {
    let one = try integrate(smallCells(), options: Self.options(threads: 1))
    for threads in 2...4 {
      let many = try integrate(smallCells(), options: Self.options(threads: threads))
      #expect(many.embedding == one.embedding, "\(threads) threads")
      #expect(many.record.epochs == one.record.epochs, "\(threads) threads")
    }
  }

  @Test(arguments: [
    "matched", "layer norm", "group norm", "poisson", "mean squared error", "residual", "adversary",
    "two layers", "float32", "float32 mean squared error",
  ])
  func `the result has the same bytes with every instruction set`(kind: String) throws {
    var options = Self.options(visits: 1_000, threads: 2)
    switch kind {
    case "layer norm": options.model.encoderNorm = .layer
    case "group norm":
      options.model.hidden = [32]
      options.model.decoderNorm = .group
    case "poisson": options.model.loss = .poisson
    case "mean squared error": options.model.loss = .meanSquaredError
    case "residual":
      options.model.hidden = [16, 16]
      options.model.residual = true
    case "adversary": options.training.adversary = 3
    case "two layers": options.model.hidden = [40, 24]
    case "float32": options.training.precision = .float32
    case "float32 mean squared error":
      options.model.loss = .meanSquaredError
      options.training.precision = .float32
    default: break
    }
    let results = try onEveryInstructionSet { _ in
      try integrate(smallCells(), options: options)
    }
    for (set, result) in zip(InstructionSet.available, results) {
      #expect(result.embedding == results[0].embedding, "\(set)")
      #expect(result.latent == results[0].latent, "\(set)")
      #expect(result.record.modelDigest == results[0].record.modelDigest, "\(set)")
      #expect(result.record.epochs == results[0].record.epochs, "\(set)")
    }
  }

  @Test func `factors in bfloat16 change the result little, and by no number of threads`() throws {
    var options = Self.options(visits: 1_000)
    options.training.minibatchSize = 37  // the last shard is not full
    options.training.precision = .float32
    let exact = try integrate(smallCells(), options: options)
    options.training.precision = .bfloat16
    let one = try integrate(smallCells(), options: options)
    #expect(one.embedding != exact.embedding)
    let losses = [exact, one].map { $0.record.epochs[0].reconstruction }
    #expect(abs(losses[1] / losses[0] - 1) < 0.01, "\(losses)")
    for threads in 2...4 {
      options.threads = threads
      #expect(try integrate(smallCells(), options: options).embedding == one.embedding)
    }
  }

  @Test func `one seed gives one result, another seed another`() throws {
    var options = Self.options()
    let first = try integrate(smallCells(), options: options)
    #expect(
      try integrate(smallCells(rowsPerBlock: 7), options: options).embedding == first.embedding)
    options.seed = 1
    #expect(try integrate(smallCells(), options: options).embedding != first.embedding)
  }

  @Test func `the loss falls, and is recorded by epoch`() throws {
    let record = try integrate(smallCells(), options: Self.options(visits: 9_600)).record
    #expect(record.steps == 300)
    #expect(record.epochs.count == 80)
    #expect(record.epochs.map(\.epoch) == Array(1...80))
    #expect(record.epochs.last?.steps == 300)
    let first = try #require(record.epochs.first)
    let last = try #require(record.epochs.last)
    #expect(last.reconstruction < first.reconstruction)
    #expect(record.cells == 120 && record.cellsUsed == 120 && record.genesUsed == 30)
    #expect(record.batches.map(\.cells) == [60, 60])
    #expect(
      Set(record.seconds.keys) == [
        .reading, .gathering, .comparing, .training, .embedding, .alignment, .checking,
      ])
    #expect(record.peakMemoryBytes > 1_000_000)
  }

  @Test func `a cell too empty for training has no part in it, but is embedded`() throws {
    var options = Self.options()
    options.minimumCounts = 10
    let emptied = smallCells { dense in
      for gene in 0..<30 { dense[7 * 30 + gene] = gene == 0 ? 3 : 0 }
    }
    let result = try integrate(emptied, options: options)
    #expect(result.cellsUsed == (0..<120).filter { $0 != 7 })
    #expect(result.embedding.cellCount == 120)
    #expect(result.embedding[7].allSatisfy { $0.isFinite })
    #expect(
      result.record.notices == [
        "1 cell of 120 with fewer than 10 counts or 0 genes is excluded from the training"
      ])
    // What the empty cell holds changes nothing for the others.
    let other = smallCells { dense in
      for gene in 0..<30 { dense[7 * 30 + gene] = gene == 5 ? 1 : 0 }
    }
    let second = try integrate(other, options: options)
    #expect(second.embedding.rows(result.cellsUsed) == result.embedding.rows(result.cellsUsed))
  }

  @Test func `batches at random change the neighbours more than another seed does`() throws {
    let cells = smallCells(count: 240)
    var result = try integrate(cells, options: Self.options(visits: 12_000))
    try result.testAgainstNull(cells, options: Self.options(visits: 12_000))
    let test = try #require(result.record.nullTest)
    #expect(test.anotherSeed <= 1 && test.permutedBatches > 0)
    #expect(
      test.permutedBatches < test.anotherSeed,
      "\(test.permutedBatches) at random, \(test.anotherSeed) with another seed")
  }

  @Test func `listed genes are used instead of variable ones`() throws {
    var options = Self.options(visits: 640)
    options.geneList = ["gene3", "gene20", "unheard-of"]
    let result = try integrate(smallCells(), options: options)
    #expect(result.genesUsed == [20, 3])
    #expect(
      result.record.notices
        == ["1 of the 3 listed genes are not in the data and are ignored"])
    options.geneList = ["ENSG1"]
    let error = #expect(throws: CountDataError.self) {
      try integrate(smallCells(), options: options)
    }
    #expect(
      error?.description
        == "none of the 1 gene in `geneList` is in the data, whose genes have names such as "
        + "'gene0'; give names of the same kind")
  }

  @Test func `a small batch is warned about by name`() throws {
    let cells = smallCells()
    let few = CellDataset(
      cells.parts[0].matrix, names: cells.names, genes: cells.genes,
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: (0..<120).map { $0 == 5 ? 1 : 0 }))
    let result = try integrate(few, options: Self.options(visits: 640))
    #expect(
      result.record.warnings == [
        "1 batch has fewer than 20 cells: 'b' (1); the cell types and the batch effect of such a "
          + "batch cannot be estimated reliably"
      ])
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
  }

  /// Barcodes of 14 counts in ten genes, of which one in fifty has 2,009; the other genes are empty.
  private func mostlyEmpty(genes: Int) -> CellDataset {
    var dense: [Float] = []
    for cell in 0..<1200 {
      dense += (0..<10).map { Float(($0 + cell) % 10 == 0 ? (cell % 50 == 0 ? 2000 : 5) : 1) }
      dense += [Float](repeating: 0, count: genes - 10)
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes), names: (0..<1200).map { "c\($0)" },
      genes: (0..<genes).map { "g\($0)" },
      batches: BatchAssignment(
        names: ["a", "b"], batchOfCell: (0..<1200).map { Int32($0 / 10 % 2) }))
  }

  @Test(arguments: [(2_000, true), (200, false)])
  func `an unfiltered matrix is named as one, a panel of few genes is not`(
    genes: Int, isUnfiltered: Bool
  ) throws {
    let result = try integrate(mostlyEmpty(genes: genes), options: Self.options(visits: 640))
    let sentence =
      "most cells are nearly empty, as in an unfiltered 10x matrix; give the filtered one, "
      + "or `minimumCounts = 500`"
    #expect(result.record.warnings.contains(sentence) == isUnfiltered)
  }

  @Test func `values that are not counts are taken with the mse loss`() throws {
    var options = Self.options(visits: 2_000)
    options.model.loss = .meanSquaredError
    let scaled = smallCells { dense in dense = dense.map { ($0 - 4) / 3 } }
    let result = try integrate(scaled, options: options)
    #expect(result.record.values == .scaled)
    #expect(result.record.notices == ["found scaled values, which are used unchanged"])
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
  }

  @Test func `the progress handler stops a run by throwing`() throws {
    struct Stop: Error {}
    var stages: [Stage] = []
    #expect(throws: Stop.self) {
      try integrate(smallCells(), options: Self.options()) { progress in
        if stages.last != progress.stage { stages.append(progress.stage) }
        if progress.stage == .training, progress.fraction > 0.5 { throw Stop() }
      }
    }
    #expect(stages == [.reading, .gathering, .comparing, .training])
  }

  @Test func `options that cannot work are refused`() {
    func expect(
      _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
      change: (inout IntegrationOptions) -> Void
    ) {
      var options = IntegrationOptions()
      change(&options)
      let error = #expect(throws: OptionError.self, sourceLocation: sourceLocation) {
        try integrate(smallCells(), options: options)
      }
      #expect(error?.description == message, sourceLocation: sourceLocation)
      #expect(error.flatMap { failureCategory(of: $0) } == .usage, sourceLocation: sourceLocation)
    }
    expect("`geneCount` cannot be 0; give 1 to 65536") { $0.geneCount = 0 }
    expect("`minibatchSize` cannot be 1; give at least 2, as batch norm needs two cells") {
      $0.training.minibatchSize = 1
    }
    expect("`theta` cannot be 2 numbers; give one number") { $0.alignment?.theta = [2, 1] }
    expect("`dropout` cannot be 1.0; give from 0 to 0.9") { $0.model.dropout = 1 }
    expect("`learningRate` cannot be nan; give a number above 0") {
      $0.training.learningRate = .nan
    }
    expect("`hidden` cannot be 24; give a multiple of 16 from 32 on, as group norm has 16 groups") {
      $0.model.encoderNorm = .group
      $0.model.hidden = [24]
    }
  }
}
