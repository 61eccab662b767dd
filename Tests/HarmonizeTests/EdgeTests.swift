import CellFiles
import Foundation
internal import NeuralNet
import Testing
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support
@testable import Training

/// Data at the edge of what can be: each gives a result that is all numbers, or a clear refusal.
@Suite struct EdgeTests {
  static let all: [EdgeCase] = data + sizes + values + options

  /// Cells and genes with unusual contents.
  static let data: [EdgeCase] = [
    EdgeCase("a cell without counts") {
      edgeCells(30) { $0 == 4 ? 0 : edgeCount(cell: $0, gene: $1) }
    },
    EdgeCase("a cell without counts, trained on") {
      edgeCells(30) { $0 == 4 ? 0 : edgeCount(cell: $0, gene: $1) }
    } change: {
      $0.minimumCounts = 0
    },
    EdgeCase("a cell without counts, trained on by the Poisson loss") {
      edgeCells(30) { $0 == 4 ? 0 : edgeCount(cell: $0, gene: $1) }
    } change: {
      $0.minimumCounts = 0
      $0.model.loss = .poisson
    },
    EdgeCase("genes without counts") {
      edgeCells(30) { $1 > 6 ? 0 : edgeCount(cell: $0, gene: $1) }
    },
    EdgeCase(
      "no counts at all",
      .refused(
        "none of 30 cells has at least 1 count and 0 genes; lower `minimumCounts` or `minimumGenes`"
      )
    ) { edgeCells(30) { _, _ in 0 } },
    EdgeCase("no counts at all, trained on") {
      edgeCells(30) { _, _ in 0 }
    } change: {
      $0.minimumCounts = 0
    },
    EdgeCase("cells alike") { edgeCells(30) { Float($1 + 1) + Float(0 * $0) } },
    EdgeCase("cells alike, components scaled") {
      edgeCells(30) { Float($1 + 1) + Float(0 * $0) }
    } change: {
      $0.componentScaling = 1
    },
    EdgeCase("genes alike") { edgeCells(30) { Float($0 % 4 + 1) + Float(0 * $1) } },
    EdgeCase("cells and genes alike") { edgeCells(30) { _, _ in 3 } },
    EdgeCase("cells alike within each batch") { edgeCells(30) { Float($0 % 2 * $1 + 1) } },
    EdgeCase("one gene with all counts") { edgeCells(30) { $1 == 3 ? Float($0 + 1) : 0 } },
    EdgeCase("all cells twice") { edgeCells(30) { edgeCount(cell: $0 / 4, gene: $1) } },
    EdgeCase("listed genes without counts") {
      edgeCells(30) { $1 > 6 ? 0 : edgeCount(cell: $0, gene: $1) }
    } change: {
      $0.geneList = ["gene9", "gene10"]
    },
    EdgeCase("a gene that one cell of one part has") {
      partedCells([20, 20], shared: 8, own: [1, 0])
    },
    EdgeCase("parts that share no gene") { partedCells([20, 20], shared: 0, own: [5, 6]) },
    EdgeCase(
      "listed genes that one batch lacks",
      .refused(
        "batch 's1' measured none of the 2 genes that are selected; raise `geneCount`, list genes "
          + "that it has with `geneList`, or leave it out")
    ) {
      partedCells([20, 20], shared: 4, own: [3, 0])
    } change: {
      $0.geneList = ["gene4", "gene5"]
    },
  ]

  /// Few of something, or many.
  static let sizes: [EdgeCase] = [
    EdgeCase("one gene") { edgeCells(30, genes: 1) },
    EdgeCase("two genes") { edgeCells(30, genes: 2) },
    EdgeCase("no genes", .refused("cannot integrate 30 cells and 0 genes")) {
      edgeCells(30, genes: 0)
    },
    EdgeCase("no cells", .refused("cannot integrate 0 cells and 12 genes")) {
      edgeCells(0)
    },
    EdgeCase(
      "one cell",
      .refused(
        "only cell 'cell0' has at least 1 count and 0 genes, and one cell cannot be compared with "
          + "others; lower `minimumCounts` or `minimumGenes`")
    ) { edgeCells(1, batches: 1) },
    EdgeCase("two cells of one batch") { edgeCells(2, batches: 1) },
    EdgeCase("two cells of two batches", .works(components: 1)) { edgeCells(2) },
    EdgeCase("three cells of two batches", .works(components: 2)) { edgeCells(3) },
    EdgeCase("three cells of three batches", .works(components: 2)) { edgeCells(3, batches: 3) },
    EdgeCase("five cells of two batches") { edgeCells(5) },
    EdgeCase("six cells of two batches") { edgeCells(6) },
    EdgeCase("one cell in a batch") { edgeCells(30, lone: 7) },
    EdgeCase("one cell in a batch, without shrinkage") {
      edgeCells(30, lone: 7)
    } change: {
      $0.model.batchShrinkage = 0
    },
    EdgeCase("a batch of 99.5% of the cells") {
      edgeCells(200, genes: 4, lone: 7)
    },
    EdgeCase("a batch without cells") { edgeCells(30, batches: 3, filled: 2) },
    EdgeCase("one batch") { edgeCells(30, batches: 1) },
    EdgeCase("more batches than a minibatch holds") { edgeCells(60, batches: 30) },
    EdgeCase("a hundred and fifty batches") {
      edgeCells(151, genes: 3, batches: 150)
    } change: {
      $0.alignment?.clusters = 2
      $0.alignment?.rounds = 1
      $0.model.hidden = [2]
      $0.components = 2
    },
    EdgeCase("a batch for each cell") { edgeCells(30, batches: 30) },
    EdgeCase(
      "only empty cells in one of two batches",
      .refused(
        "only cells of batch 's0' have at least 1 count and 0 genes; lower `minimumCounts` or "
          + "`minimumGenes`")
    ) { edgeCells(30) { $0 % 2 == 1 ? 0 : edgeCount(cell: $0, gene: $1) } },
    EdgeCase("only empty cells in one of three batches") {
      edgeCells(30, batches: 3) { $0 % 3 == 1 ? 0 : edgeCount(cell: $0, gene: $1) }
    },
  ]

  /// Values of unusual size.
  static let values: [EdgeCase] = [
    EdgeCase("counts over two bytes") { edgeCells(30) { edgeCount(cell: $0, gene: $1) * 70_001 } },
    EdgeCase("a few counts over two bytes") {
      edgeCells(30) { $0 == 3 && $1 == 2 ? 70_001 : edgeCount(cell: $0, gene: $1) }
    },
    EdgeCase("counts over 2^31") { edgeCells(30) { edgeCount(cell: $0, gene: $1) * 3e9 } },
    EdgeCase("one count over 2^31") {
      edgeCells(30) { $0 == 3 && $1 == 2 ? 3e9 : edgeCount(cell: $0, gene: $1) }
    },
    EdgeCase("counts over 2^31 by the Poisson loss") {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * 3e9 }
    } change: {
      $0.model.loss = .poisson
    },
    EdgeCase("counts of 1e18") { edgeCells(30) { edgeCount(cell: $0, gene: $1) * 1e18 } },
    EdgeCase("counts of 1e30") { edgeCells(30) { edgeCount(cell: $0, gene: $1) * 1e30 } },
    EdgeCase("one count of 1e30") {
      edgeCells(30) { $0 == 3 && $1 == 2 ? 1e30 : edgeCount(cell: $0, gene: $1) }
    },
    EdgeCase("counts of 1e30 by the mse loss") {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * 1e30 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase(
      "sums over the largest float",
      .refused(
        "the values of cell 'cell0' in 'X' of 'matrix' sum to 1.2000000021991023e+39, more than "
          + "3.4028235e+38, the largest number in single precision; divide all values by one "
          + "number")
    ) {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) > 0 ? 3e38 : 0 }
    },
    EdgeCase(
      "sums over the largest float by the mse loss",
      .refused(
        "the values of cell 'cell0' in 'X' of 'matrix' sum to 1.2000000021991023e+39, more than "
          + "3.4028235e+38, the largest number in single precision; divide all values by one "
          + "number")
    ) {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) > 0 ? 3e38 : 0 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase(
      "fractions of 1e-30",
      .refused(
        "'X' in 'matrix' looks log-normalized (fractions up to 9e-30), not like counts; give "
          + "a file with counts, or `loss = mse` to use the values unchanged")
    ) {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * 1e-30 }
    },
    EdgeCase("fractions of 1e-30 by the mse loss") {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * 1e-30 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase("a cell of 1e-30 in all") {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * ($0 == 4 ? 1e-30 : 10) }
    },
    EdgeCase("a cell of 2^-133 in all, trained on") {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) * ($0 == 4 ? 0x1p-133 : 10) }
    } change: {
      $0.minimumCounts = 0
    },
    EdgeCase("scaled values of 1e30") {
      edgeCells(30) { (edgeCount(cell: $0, gene: $1) - 2) * 1e30 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase("scaled values of 2^-149") {
      edgeCells(30) { (edgeCount(cell: $0, gene: $1) - 2) * 0x1p-149 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase(
      "scaled values of 3e38",
      .refused(
        "the values of cell 'cell0' in 'X' of 'matrix' sum to -2.4000000043982046e+39, more than "
          + "3.4028235e+38, the largest number in single precision; divide all values by one "
          + "number")
    ) {
      edgeCells(30) { edgeCount(cell: $0, gene: $1) > 2 ? 3e38 : -3e38 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
    EdgeCase("a scaled gene that is 1e30 everywhere") {
      edgeCells(30) { $1 == 2 ? 1e30 : edgeCount(cell: $0, gene: $1) - 2 }
    } change: {
      $0.model.loss = .meanSquaredError
    },
  ]

  static func options(threads: Int = 1) -> IntegrationOptions {
    var options = IntegrationOptions()
    options.model.hidden = [16]
    options.model.latent = 4
    options.training.visits = 320
    options.training.minibatchSize = 32
    options.threads = threads
    return options
  }

  @Test(arguments: all) func `a result is numbers, and what has none is refused`(
    edge: EdgeCase
  ) throws {
    var options = Self.options()
    edge.change(&options)
    let cells = edge.cells()
    switch edge.outcome {
    case .refused(let text), .misused(let text):
      let error = #expect(throws: (any Error).self) { try integrate(cells, options: options) }
      #expect(error.map { error in "\(error)" } == text)
      let category = error.flatMap { failureCategory(of: $0) }
      if case .refused = edge.outcome {
        #expect(category == .data)
      } else {
        #expect(category == .usage)
      }
    case .works(let components):
      let result = try integrate(cells, options: options)
      try expectNumbers(result, of: cells, options)
      if let components { #expect(result.embedding.dimensions == components) }
    }
  }

  private func expectNumbers(
    _ result: IntegrationResult, of cells: CellDataset, _ options: IntegrationOptions
  ) throws {
    for (table, name) in [(result.embedding, "embedding"), (result.latent, "latent")] {
      #expect(table.cellCount == cells.count)
      #expect(table.dimensions > 0, "\(name)")
      let bad = table.values.count { !$0.isFinite }
      #expect(bad == 0, "\(name)")
    }
    #expect(result.latent.dimensions == options.model.latent)
    let areFinite = result.totals.allSatisfy(\.isFinite)
    #expect(areFinite, "totals")
    let json = String(decoding: try result.record.json(), as: UTF8.self).lowercased()
      .replacing("\"batch_shrinkage\" : \"inf\"", with: "")
    for word in ["\"nan\"", "\"inf\"", "\"-inf\"", ": nan", ": inf"] {
      #expect(!json.contains(word), "\(word)")
    }
    let corrected = result.correctedExpression(of: 0..<cells.count)
    let bad = corrected.values.count { !$0.isFinite }
    #expect(bad == 0, "corrected expression")
  }

  @Test(arguments: [
    "a cell without counts, trained on", "a gene that one cell of one part has",
    "two cells of two batches", "one cell in a batch", "more batches than a minibatch holds",
    "counts of 1e30", "one cluster", "minibatches of two",
  ])
  func `the bytes are the same at one thread and at three`(name: String) throws {
    let edge = try #require(Self.all.first { $0.name == name })
    let results = try [1, 3].map { threads in
      var options = Self.options(threads: threads)
      edge.change(&options)
      return try integrate(edge.cells(), options: options)
    }
    #expect(results[0].embedding == results[1].embedding)
    #expect(results[0].latent == results[1].latent)
    #expect(results[0].record.modelDigest == results[1].record.modelDigest)
  }

  @Test func `a batch that no cell was trained on has no part in the average`() throws {
    let options = Self.options()
    let without = try integrate(edgeCells(30), options: options)
    let with = try integrate(edgeCells(30, batches: 3, filled: 2), options: options)
    // The networks differ in nothing but the idle batch.
    #expect(with.latent == without.latent)
    #expect(with.embedding == without.embedding)
    #expect(
      with.correctedExpression(of: 0..<30).values
        == without.correctedExpression(of: 0..<30).values)
  }

  @Test func `no minibatch of several batches holds one alone, however small`() {
    for size in 2...5 {
      let batches = (0..<30).map { Int32($0 % 3) }
      var minibatches = Minibatches(cells: Array(0..<30), batches: batches, size: size, seed: 0)
      var cells: [Int] = []
      for _ in 0..<50 {
        minibatches.draw(into: &cells)
        let drawn = Set(cells.map { batches[$0] })
        #expect(cells.count >= 4 && drawn.count > 1, "\(size)")
      }
    }
  }
}
