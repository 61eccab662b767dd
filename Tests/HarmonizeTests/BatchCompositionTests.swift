import CellFiles
import Foundation
import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import Training

/// Runs over batches that hold the same cell types, and over such that do not.
@Suite struct BatchCompositionTests {
  static let genes = 160

  /// Cells of planted types: each has twenty genes of its own; batch 1 scales every third gene.
  ///
  /// - Parameter types: The types of each batch's cells, 40 cells a type.
  /// - Returns: The cells, and the type of each.
  private static func cells(_ types: [[Int]]) -> (cells: CellDataset, types: [Int]) {
    var random = Xoshiro256(seed: 5)
    var (dense, batches, labels): ([Float], [Int32], [Int]) = ([], [], [])
    for (batch, types) in types.enumerated() {
      for type in types {
        for _ in 0..<40 {
          for gene in 0..<genes {
            var mean: Float = gene / 20 == type ? 12 : 2
            if batch == 1, gene % 3 == 0 { mean *= 2 }
            dense.append((mean * 2 * random.uniformFloat()).rounded())
          }
          batches.append(Int32(batch))
          labels.append(type)
        }
      }
    }
    let cells = CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes, rowsPerBlock: 1024),
      names: labels.indices.map { "cell\($0)" }, genes: (0..<genes).map { "gene\($0)" },
      batches: BatchAssignment(names: types.indices.map { "batch\($0)" }, batchOfCell: batches))
    return (cells, labels)
  }

  private static func options(_ change: (inout IntegrationOptions) -> Void = { _ in })
    -> IntegrationOptions
  {
    var options = IntegrationOptions()
    options.geneCount = genes
    options.model.hidden = [24, 16]
    options.model.latent = 6
    options.components = 6
    options.training.visits = 24_000
    options.threads = 2
    change(&options)
    return options
  }

  /// The share of each cell's ten nearest neighbours that are of its own type, mean over cells.
  private static func ownShare(_ embedding: Embedding, _ types: [Int]) -> Double {
    var sum = 0.0
    for cell in types.indices {
      let nearest = types.indices.filter { $0 != cell }.map { other in
        (
          zip(embedding[cell], embedding[other]).reduce(0.0) {
            $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
          }, other
        )
      }.sorted { $0.0 < $1.0 }.prefix(10)
      sum += Double(nearest.count { types[$0.1] == types[cell] }) / 10
    }
    return sum / Double(types.count)
  }

  @Test func `batches of the same types are one population, and nobody is warned`() throws {
    let (cells, types) = Self.cells([[0, 1, 2, 3], [0, 1, 2, 3]])
    let result = try integrate(cells, options: Self.options())
    let composition = try #require(result.record.composition)
    #expect(composition.populations == 1)
    #expect(!composition.batches.contains { $0.isDifferent })
    #expect(result.record.warnings == [])
    #expect(try #require(result.record.mixing?.after) > 0.7)
    #expect(Self.ownShare(result.embedding, types) > 0.95)
  }

  @Test(arguments: [
    ([0, 9, 9], 0, 1), ([9, 0, 0], 1, 3), ([9, 0, 9], 0, 3), ([9, 5, 9], 0, 3), ([5, 0, 9], 0, 3),
    ([9, 0, 5], 2, 3),
  ])
  func `a difference counts where one of two more draws agrees`(
    cells: [Int], taken: Int, draws: Int
  ) {
    var seeds: [UInt64] = []
    let found = Populations.agreed(7, different: { cells[$0] }) { seed in
      seeds.append(seed)
      return seeds.count - 1
    }
    #expect(found == taken)
    #expect(seeds.count == draws && Set(seeds).count == draws && seeds[0] == 7)
  }

  @Test func `types of one batch alone stay apart, and the batches are named`() throws {
    let (cells, types) = Self.cells([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]])
    let result = try integrate(cells, options: Self.options())
    let composition = try #require(result.record.composition)
    #expect(composition.populations > 1)
    #expect(composition.batches.map(\.frame) == [0, 0])
    #expect(!composition.batches.contains { !$0.isDifferent })
    let named = result.record.warnings.filter {
      $0.contains("seems to hold other cell types than the others: ")
        && $0.contains("; unshared populations are kept separate; ")
    }
    #expect(named.count == 2, "\(result.record.warnings)")
    #expect(named.first?.hasPrefix("batch 'batch0' ") == true)
    // Each batch normalized by its own moments, as if both held the same types.
    var (matched, equal) = (0.0, 0.0)
    for seed: UInt64 in 1...3 {
      let own = try integrate(cells, options: Self.options { $0.seed = seed })
      let moments = try integrate(
        cells,
        options: Self.options {
          $0.seed = seed
          $0.composition = .equal
          $0.model.decoderNorm = .perBatch
        })
      matched += Self.ownShare(own.embedding, types) / 3
      equal += Self.ownShare(moments.embedding, types) / 3
    }
    #expect(matched > equal + 0.05)
  }

  @Test func `samples of one type each are left apart, and taken as equal where asked for`() throws
  {
    let (cells, types) = Self.cells([[0], [1], [2], [3]])
    let result = try integrate(cells, options: Self.options())
    #expect(
      result.record.warnings.first
        == "no two batches are found to share cell types, as with sorted samples only; unshared "
        + "populations are kept separate; if they share types, give `composition = equal`, or a "
        + "coarser `batchKey`")
    // There is nothing to mix with, so mixing is not claimed.
    #expect(result.record.mixing?.after == nil)
    #expect(Self.ownShare(result.embedding, types) > 0.95)
    let equal = try integrate(
      cells, options: Self.options { $0.composition = .equal })
    #expect(equal.record.warnings.first?.contains("merges different cell types") == true)
    #expect(equal.embedding != result.embedding)
  }

  @Test func `the result is the same at any number of threads, and its model is read back`() throws
  {
    let (cells, _) = Self.cells([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]])
    let results = try [1, 3].map { threads in
      try integrate(
        cells,
        options: Self.options {
          $0.threads = threads
          $0.training.visits = 6_400
        })
    }
    #expect(results[0].embedding == results[1].embedding)
    #expect(results[0].record.composition == results[1].record.composition)
    let folder = try TemporaryFolder()
    let model = try Model(results[0], of: cells)
    try model.write(to: folder.path("m.h5"))
    let read = try Model(readingAt: folder.path("m.h5"), threads: 1)
    #expect(read.trained.network.matchedRows == [0, 1])
    #expect(read.alignment == model.alignment)
    #expect(
      try read.coordinates(ofLatent: results[0].latent)
        == model.coordinates(ofLatent: results[0].latent))
  }

  @Test func `of few genes nothing is claimed`() throws {
    let result = try integrate(
      smallCells(), options: Self.options { $0.training.visits = 640 })
    #expect(result.record.composition == nil)
  }

  @Test func `the encoder has no norm at matched composition`() {
    #expect(throws: OptionError.self) {
      try Self.options { $0.model.encoderNorm = .matched }.validate()
    }
  }
}
