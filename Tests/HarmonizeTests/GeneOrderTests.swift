import CellFiles
import Numerics
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// The order of a file's genes changes nothing.
@Suite struct GeneOrderTests {
  /// The cells of ``smallCells(count:genes:seed:rowsPerBlock:change:)`` with shuffled genes.
  private static func shuffled(seed: UInt64, change: (inout [Float]) -> Void = { _ in })
    -> CellDataset
  {
    var order = Array(0..<30)
    var random = Xoshiro256(seed: seed)
    random.shuffle(&order)
    var dense: [Float] = []
    _ = smallCells { values in
      change(&values)
      dense = (0..<120).flatMap { cell in order.map { values[cell * 30 + $0] } }
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: 30, rowsPerBlock: 1024),
      names: (0..<120).map { "cell\($0)" }, genes: order.map { "gene\($0)" },
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: (0..<120).map { Int32($0 % 2) }))
  }

  @Test(arguments: [30, 12]) func `embedding and model keep their bytes`(count: Int) throws {
    var options = IntegrationTests.options()
    options.geneCount = count
    let first = try integrate(smallCells(), options: options)
    #expect(first.model.genes == first.model.genes.sorted() && first.model.genes.count == count)
    for seed in [1, 2] as [UInt64] {
      let cells = Self.shuffled(seed: seed)
      let other = try integrate(cells, options: options)
      #expect(other.model.genes == first.model.genes)
      #expect(other.genesUsed.map { cells.genes[$0] } == first.model.genes)
      #expect(other.model.digest == first.model.digest)
      #expect(other.embedding == first.embedding && other.latent == first.latent)
      #expect(
        other.correctedExpression(of: 0..<5).values == first.correctedExpression(of: 0..<5).values)
    }
  }

  @Test func `of equal genes, those whose names come first are chosen`() throws {
    // All genes are copies of two, so that many are equal in everything but their names.
    func copied(_ values: inout [Float]) {
      let original = values
      for cell in 0..<120 {
        for gene in 0..<30 { values[cell * 30 + gene] = original[cell * 30 + gene % 2 * 16] }
      }
    }
    var options = IntegrationTests.options(visits: 64)
    options.geneCount = 7
    let genes = try integrate(smallCells(change: copied), options: options).model.genes
    #expect(genes.count == 7)
    for seed in [3, 4] as [UInt64] {
      let cells = Self.shuffled(seed: seed, change: copied)
      #expect(try integrate(cells, options: options).model.genes == genes)
    }
  }
}
