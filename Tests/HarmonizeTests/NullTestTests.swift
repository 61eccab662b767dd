internal import Numerics
internal import Support
import Testing
@testable import Alignment
@testable import CountData
@testable import Integration

/// Batches dealt out at random keep what is not the batch: a cell's combination of keys, and the
/// genes that were measured.
@Suite struct NullTestTests {
  @Test func `levels of two keys stay together`() throws {
    let cells = ModelTests.cellsOfTwoKeys()
    let permuted = try cells.permutingBatches(seed: 3)
    #expect(permuted.batchKeys.map(\.names) == cells.batchKeys.map(\.names))
    #expect(permuted.batches.cellCounts == cells.batches.cellCounts)
    #expect(permuted.batches.batchOfCell != cells.batches.batchOfCell)
    func combination(_ cells: CellDataset, _ cell: Int) -> [Int32] {
      [cells.batches.batchOfCell[cell]] + cells.batchKeys.map { $0.batchOfCell[cell] }
    }
    let known = Set((0..<120).map { combination(cells, $0) })
    #expect((0..<120).allSatisfy { known.contains(combination(permuted, $0)) })

    var options = IntegrationTests.options(visits: 640)
    options.alignment?.theta = [2, 1]
    var result = try integrate(cells, options: options)
    try result.testAgainstNull(cells, options: options)
    #expect(result.record.nullTest?.permutedBatches ?? 0 > 0)
  }

  @Test func `cells exchange batches with those that measured the same genes`() throws {
    let cells = GenePaddingTests.cells(batches: (0..<120).map { Int32($0 % 2) })
    let permuted = try cells.permutingBatches(seed: 3)
    #expect(permuted.batches.names == cells.batches.names)
    #expect(permuted.batches.batchOfCell != cells.batches.batchOfCell)
    #expect(permuted.genesMeasured == cells.genesMeasured)
    for part in [0..<60, 60..<120] {
      #expect(
        permuted.batches.batchOfCell[part].sorted() == cells.batches.batchOfCell[part].sorted())
    }
  }

  @Test func `where each batch has genes of its own there is nothing to permute`() throws {
    let cells = GenePaddingTests.cells()
    let error = #expect(throws: UsageError.self) { try cells.checkNullTest() }
    #expect(
      error?.description
        == "no two batches measured the same genes, so batches cannot be permuted among cells; use "
        + "the genes that all files share, or leave out the permutation test")
    #expect(throws: Never.self) { try GenePaddingTests.cells(lacking: 0).checkNullTest() }
  }

  @Test func `every purpose and every batch has a stream of its own`() {
    let seeds =
      [UInt64(7).seed(for: .weights), UInt64(7).seed(for: .minibatches)]
      + (0..<50).flatMap {
        [UInt64(7).seed(for: .weights, of: $0), UInt64(7).seed(for: .minibatches, of: $0)]
      }
    #expect(Set(seeds).count == seeds.count)
  }
}
