import CellFiles
import Foundation
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import NeuralNet
@testable import Support

/// Several batch keys are modelled side by side, in the network as in the alignment.
@Suite struct AdditiveKeysTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func donor(_ cell: Int) -> Int { cell / 4 % 3 }

  /// The third donor has cells of the first chemistry only.
  private static func chemistry(_ cell: Int) -> Int { donor(cell) == 2 ? 0 : cell / 12 % 2 }

  /// Cells of three donors and two chemistries, whose effects multiply; a combination is never seen.
  static func cells(count: Int = 480) -> CellDataset {
    var random = Xoshiro256(seed: 9)
    var dense: [Float] = []
    for cell in 0..<count {
      for gene in 0..<30 {
        var mean: Float = cell % 2 == 0 && gene < 15 ? 15 : 3
        if gene % 3 == donor(cell) { mean *= 3 }
        if chemistry(cell) == 1, gene % 4 == 1 { mean *= 3 }
        dense.append((mean * 2 * random.uniformFloat()).rounded())
      }
    }
    let keys = [
      BatchAssignment(names: ["x", "y"], batchOfCell: (0..<count).map { Int32(chemistry($0)) }),
      BatchAssignment(names: ["a", "b", "c"], batchOfCell: (0..<count).map { Int32(donor($0)) }),
    ]
    var made = CellDataset(
      parts: [
        CellDataset.Part(
          name: "matrix", matrix: MatrixInMemory(dense: dense, geneCount: 30),
          geneNames: (0..<30).map { "gene\($0)" }, sharedGenes: (0..<30).map(\.self))
      ],
      names: (0..<count).map { "cell\($0)" }, genes: (0..<30).map { "gene\($0)" },
      batches: BatchAssignment(combining: keys))
    made.batchKeys = keys
    made.batchKey = "chemistry,donor"
    return made
  }

  @Test func `the norm has the key with most levels, and the decoder receives the others`() throws {
    let cells = Self.cells()
    let keys = try #require(AdditiveKeys(cells, kept: Array(0..<480)))
    #expect(cells.batches.names == ["x / a", "x / b", "x / c", "y / a", "y / b"])
    #expect(keys.normKey == 1)
    #expect(keys.rows == [0, 1, 2, 0, 1])
    #expect(keys.width == 2)
    let share = Float((0..<480).count { Self.chemistry($0) == 1 }) / 480
    for (batch, isSecond) in [false, false, false, true, true].enumerated() {
      let (x, y) = (keys.columns[2 * batch], keys.columns[2 * batch + 1])
      #expect(abs(x - ((isSecond ? 0 : 1) - (1 - share))) < 1e-6)
      #expect(abs(y - ((isSecond ? 1 : 0) - share)) < 1e-6)
    }
    #expect(AdditiveKeys(smallCells(), kept: [0, 1]) == nil)
  }

  @Test func `the effects of both keys are removed, and types stay apart`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: IntegrationTests.options(visits: 30_000))
    let network = result.model.network
    #expect(network.covariates == 2 && network.matchedRows == [0, 1, 2, 0, 1])
    func apart(_ group: (Int) -> Bool) -> Float {
      IntegrationTests.separation(result.embedding, of: group)
    }
    #expect(apart { Self.chemistry($0) == 1 } < 0.1)
    for donor in 0..<3 { #expect(apart { Self.donor($0) == donor } < 0.1, "donor \(donor)") }
    #expect(apart { $0 % 2 == 0 } > 2)
  }

  @Test func `decoding as a combination adds the effects of both levels`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: IntegrationTests.options(visits: 30_000))
    func decoded(_ batch: Int) -> Matrix {
      result.model.network.decode(
        Matrix(result.latent.rows(Array(0..<60))), from: (0..<60).map { result.batches[$0] },
        as: .batch(batch))
    }
    // Of the second chemistry beside the first, with donor a.
    let (x, y) = (decoded(0), decoded(3))
    func change(_ genes: [Int]) -> Float {
      var sum: Float = 0
      for row in 0..<60 { for gene in genes { sum += y[row, gene] - x[row, gene] } }
      return sum / Float(60 * genes.count)
    }
    // The model has its genes in the order of their names.
    let names = result.genesUsed.map { Int(cells.genes[$0].dropFirst(4)) ?? 0 }
    let more = names.indices.filter { names[$0] % 4 == 1 }
    let others = names.indices.filter { names[$0] % 4 != 1 }
    #expect(change(more) - change(others) > 0.5)
  }

  @Test func `combinations without cells, and keys that determine each other, are named`() throws {
    func found(_ change: (inout CellDataset) -> Void) -> Diagnostics {
      var cells = Self.cells()
      change(&cells)
      var diagnostics = Diagnostics()
      diagnostics.add(aboutKeysOf: cells)
      return diagnostics
    }
    let unseen = found { _ in }
    #expect(unseen.warnings.isEmpty)
    #expect(
      unseen.notices == [
        "1 of 6 combinations of 'chemistry' and 'donor' hold no cells: 'y' with 'c'; the effects of "
          + "their levels are estimated from the other combinations"
      ])
    let nested = found { cells in
      cells.batchKeys[0].batchOfCell = (0..<480).map { Self.donor($0) == 2 ? 1 : 0 }
    }
    #expect(nested.warnings.isEmpty)
    #expect(
      nested.notices == [
        "the batch key 'donor' determines 'chemistry': what the batches of a level of 'chemistry' share "
          + "counts as the effect of 'chemistry', and the rest as that of 'donor'"
      ])
    let same = found { cells in
      cells.batchKeys[0] = BatchAssignment(
        names: ["p", "q", "r"], batchOfCell: (0..<480).map { Int32(2 - Self.donor($0)) })
    }
    #expect(
      same.warnings == [
        "the batch keys 'chemistry' and 'donor' determine each other, so their effects cannot be told "
          + "apart; give one of them"
      ])
    var one = Diagnostics()
    one.add(aboutKeysOf: smallCells())
    #expect(one.notices.isEmpty && one.warnings.isEmpty)
  }

  @Test func `a model of several keys is read as it was, also with covariates`() throws {
    var cells = Self.cells()
    cells.setColumn("score", to: (0..<480).map { Double($0 % 7) })
    var options = IntegrationTests.options(visits: 1_000)
    for covariates in [nil, ["score"]] as [[CovariateKey]?] {
      options.covariates = covariates
      let result = try integrate(cells, options: options)
      let path = folder.path("model.h5")
      try Model(result, of: cells).write(to: path)
      let model = try Model(readingAt: path)
      #expect(model.trained.network.covariates == (covariates == nil ? 2 : 3))
      #expect(model.trained.network.statistics == result.model.network.statistics)
      #expect(model.trained.network.matchedRows == [0, 1, 2, 0, 1])
      #expect(try model.map(cells).embedding.cellCount == 480)
    }
  }

  @Test func `mean columns are those of the cells of each batch and row`() {
    let means = MeanColumns(width: 1, batches: [0, 0, 1, 2, 2, 2], rows: [0, 0, 1]) {
      [[1], [3], [8], [0], [3], [6]][$0][...]
    }
    #expect(means.ofBatch == [2, 8, 3])
    #expect(means.ofRow == [4, 3])
  }
}
