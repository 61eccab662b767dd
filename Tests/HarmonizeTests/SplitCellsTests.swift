import CellFiles
import HDF5
import Testing
import TestSupport
@testable import CountData
@testable import Numerics
@testable import Support

/// What is summed over cells does not depend on how they are divided among files.
@Suite struct SplitCellsTests {
  /// Counts of three batches, at very different depths.
  private static func counts(cells: Int, genes: Int) -> (dense: [Float], batches: [Int32]) {
    var random = Xoshiro256(seed: 5)
    var dense: [Float] = []
    for cell in 0..<cells {
      let depth = Float([1, 40, 3000][cell % 3])
      for gene in 0..<genes {
        dense.append((depth * random.uniformFloat() * Float(gene % 7)).rounded())
      }
    }
    return (dense, (0..<Int32(cells)).map { $0 * 7 % 3 })
  }

  private static func moments(
    of cells: Range<Int>, _ all: (dense: [Float], batches: [Int32]), genes: Int
  ) throws -> GeneMoments {
    var moments = GeneMoments(geneCount: genes, batches: 3)
    let part = CellDataset.Part(
      name: "part",
      matrix: MatrixInMemory(
        dense: Array(all.dense[cells.lowerBound * genes..<cells.upperBound * genes]),
        geneCount: genes, rowsPerBlock: 5),
      geneNames: (0..<genes).map { "gene\($0)" }, sharedGenes: (0..<Int32(genes)).map(\.self))
    _ = try PartSummary(
      of: part, batches: all.batches[cells], batchNames: ["a", "b", "c"],
      cellNames: CellNames(cells.map { "cell\($0)" })[...],
      CellFilter(minimumCounts: 1, minimumGenes: 0),
      moments: &moments
    ) { _ in }
    return moments
  }

  @Test(arguments: [[31], [1, 30], [7, 100, 101], [90, 3, 45]])
  func `moments of parts, in any order, add up to those of all cells`(limits: [Int]) throws {
    let (cells, genes) = (120, 40)
    let all = Self.counts(cells: cells, genes: genes)
    let whole = try Self.moments(of: 0..<cells, all, genes: genes)
    let sorted = [0] + limits.sorted() + [cells]
    var parts = zip(sorted, sorted.dropFirst()).map { $0..<$1 }
    if limits != limits.sorted() { parts.reverse() }
    var sum = GeneMoments(geneCount: genes, batches: 3)
    for part in parts {
      sum.add(
        try Self.moments(of: part, all, genes: genes), genes: (0..<Int32(genes)).map(\.self),
        batches: [0, 1, 2])
    }
    #expect(sum.sums == whole.sums)
    #expect(sum.cells == whole.cells)
  }

  @Test func `exact moments are those of plain sums`() throws {
    let (cells, genes) = (120, 40)
    let all = Self.counts(cells: cells, genes: genes)
    let vote = try Self.moments(of: 0..<cells, all, genes: genes).pooled
    for gene in 0..<genes {
      let values = (0..<cells).compactMap { cell -> Double? in
        let row = all.dense[cell * genes..<(cell + 1) * genes]
        let total = row.reduce(0.0) { $0 + Double($1) }
        return total < 1 ? nil : 1e4 * Double(row[row.startIndex + gene]) / total
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance =
        values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
      #expect(abs(vote.means[gene] - mean) <= 1e-11 * (1 + mean))
      #expect(abs(vote.variances[gene] - variance) <= 1e-7 * (1 + variance))
    }
  }
}
