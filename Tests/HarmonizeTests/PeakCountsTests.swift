import CellFiles
import Foundation
import Numerics
import Testing
@testable import CountData
@testable import Simulation
@testable import Support

/// Counts of peaks: fragments, selection and input.
@Suite struct PeakCountsTests {
  private static func small(_ counts: [Float]) -> SmallCounts {
    var small = SmallCounts()
    for count in counts { small.add(count) }
    return small
  }

  /// Cells of one peak each; the first half of them in batch a.
  private static func cells(_ counts: [Float], name: String = "chr1:1-9") -> CellDataset {
    CellDataset(
      MatrixInMemory(dense: counts, geneCount: 1, rowsPerBlock: 700),
      names: counts.indices.map { "c\($0)" }, genes: [name],
      batches: BatchAssignment(
        names: ["a", "b"], batchOfCell: counts.indices.map { $0 < counts.count / 2 ? 0 : 1 }))
  }

  private static func values(of cells: CellDataset) throws -> [Float] {
    var values: [Float] = []
    for part in cells.parts {
      try part.matrix.forEachRowBlock(as: Float.self) { values += $0.values }
    }
    return values
  }

  @Test(arguments: [0.01, 0.1, 0.5, 1, 2, 2.5, 3, 3.5, 4, 6, 10, 30])
  func `Poisson counts of any mean are fragments, and cut sites of them reads`(mean: Double) {
    var random = Xoshiro256(seed: 3)
    var (fragments, sites) = ([Float](), [Float]())
    for _ in 0..<20_000 {
      let count = random.poisson(mean: mean)
      fragments.append(Float(count))
      let both = (0..<count).count { _ in random.uniformDouble() < 0.85 }
      sites.append(Float(count + both))
    }
    #expect(!Self.small(fragments).areReads)
    if mean <= 1 { #expect(Self.small(sites).areReads) }
  }

  @Test func `counts of one for each accessible peak stay`() {
    #expect(!Self.small([1, 1, 1, 1]).areReads)
    #expect(Self.small([2, 2, 2, 2]).areReads)
    #expect(!Self.small([]).areReads)
  }

  @Test func `each batch is judged on its own, and one of few counts by its file`() throws {
    let reads: [Float] = [2, 2, 4, 1, 2, 3]
    let fragments: [Float] = [1, 1, 2, 1, 3, 1]
    func many(_ counts: [Float], _ count: Int) -> [Float] {
      (0..<count).map { counts[$0 % counts.count] }
    }
    let mixed = Self.cells(many(reads, 1200) + many(fragments, 1200))
    let (halved, findings) = try mixed.countingFragments(nil)
    #expect(findings.batchesOfReads == [0] && !findings.isGiven)
    #expect(findings.evenShareOfReads == 4.0 / 6 && findings.evenShareOfOthers == 1.0 / 6)
    #expect(
      try Self.values(of: halved) == many([1, 1, 2, 1, 1, 2], 1200) + many(fragments, 1200))
    // 12 counts of fragments beside as many of reads: the file's cells are reads.
    let few = try Self.cells(many(reads, 60) + many(fragments, 60)).countingFragments(nil)
    #expect(few.findings.batchesOfReads == [])
    let mostlyReads = try Self.cells(many(reads, 60) + many(reads, 59) + [1]).countingFragments(nil)
    #expect(mostlyReads.findings.batchesOfReads == [0, 1])
    for (given, expected) in [(PeakCounts.reads, [0, 1]), (.fragments, [])] {
      let (cells, findings) = try mixed.countingFragments(given)
      #expect(findings.batchesOfReads == expected && findings.isGiven)
      #expect(
        try Self.values(of: cells)
          == Self.values(of: mixed).map { given == .reads ? ($0 / 2).rounded(.up) : $0 })
    }
  }

  @Test func `fractions are refused`() throws {
    let cells = Self.cells([1, 2, 1.5, 1])
    #expect(
      throws: CountDataError.fractionsOfPeaks(
        part: "matrix", matrix: "X", value: 1.5, cell: "c2", peak: "chr1:1-9", counts: [])
    ) { try cells.countingFragments(nil) }
    #expect(
      "\(CountDataError.fractionsOfPeaks(part: "f.h5ad", matrix: "X", value: 1.5, cell: "c2", peak: "chr1:1-9", counts: ["`layer = counts`"]))"
        == "'X' in 'f.h5ad' holds fractions, first 1.5 in cell 'c2', peak 'chr1:1-9', as after TF-IDF or "
        + "normalization, and peaks need counts of reads or fragments; give `layer = counts`, which "
        + "holds counts, or `loss = mse` to use the values unchanged")
  }

  /// Ten peaks in two batches of unequal depth: `(cells, peaks)` and the batch of each cell.
  private static func accessible() -> CellDataset {
    var dense: [Float] = []
    for cell in 0..<80 {
      for peak in 0..<10 {
        // Batch a is deep in early peaks, batch b shallow, and peak 9 is never accessible.
        let share = cell < 40 ? 10 - peak : peak + 1
        dense.append(peak < 9 && cell % 20 < share * (cell < 40 ? 2 : 1) ? 1 : 0)
      }
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: 10), names: (0..<80).map { "c\($0)" },
      genes: (0..<10).map { "chr1:\($0)00-\($0)50" },
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: (0..<80).map { $0 < 40 ? 0 : 1 }))
  }

  private static func summary(_ cells: CellDataset, minimumCounts: Int = 0) throws -> CellSummary {
    try CellSummary(
      of: cells, minimumCounts: minimumCounts, minimumGenes: 0, anyScale: false, arePeaks: true
    ) { _ in }
  }

  @Test func `the broadest peaks of the most batches are selected`() throws {
    let summary = try Self.summary(Self.accessible())
    func selected(_ count: Int) -> [Int] {
      broadPeaks(
        count, votes: summary.moments.votes, pooled: summary.moments.pooled,
        among: GeneOrder(genes: Array(0..<10)))
    }
    #expect(selected(10) == Array(0..<9), "peak 9 is not accessible in any cell")
    #expect(selected(20) == Array(0..<9))
    // Peaks 0 to 8 are accessible in 40, 36, …, 8 cells of batch a and in 2, 4, …, 18 of batch b. Every top of
    // four holds other peaks, of which those with the larger mean share in the peaks of a batch are taken.
    #expect(selected(1) == [8])
    #expect(selected(2) == [7, 8])
    #expect(selected(4) == [5, 6, 7, 8])
    // Of these six, 2 and 3 are in both tops of four, before 8 with its larger share.
    let order = GeneOrder(genes: [0, 1, 2, 3, 4, 8])
    let (votes, pooled) = (summary.moments.votes, summary.moments.pooled)
    #expect(broadPeaks(4, votes: votes, pooled: pooled, among: order) == [2, 3, 4, 8])
    let fewer = GeneOrder(genes: [0, 1, 2, 8])
    #expect(broadPeaks(2, votes: votes, pooled: pooled, among: fewer) == [2, 8])
    #expect(summary.moments.byteCount == 3 * 10 * 4)
  }

  @Test func `inputs are the terms' frequencies times the inverse document frequencies`() throws {
    let cells = Self.accessible()
    let summary = try Self.summary(cells, minimumCounts: 8)
    #expect(summary.kept.count < 80)
    let weights = summary.inverseDocumentFrequencies(of: [0, 5, 9], measured: nil)
    var expected = [0.0, 0, 0]
    for (place, peak) in [0, 5].enumerated() {
      var count = 0.0
      try cells.parts[0].matrix.forEachRowBlock(as: Float.self) { block in
        for row in summary.kept {
          for k in block.starts[row]..<block.starts[row + 1] where block.genes[k] == peak {
            count += 1
          }
        }
      }
      expected[place] = log1p(Double(summary.kept.count) / count)
    }
    for (weight, expected) in zip(weights, expected) {
      #expect(abs(Double(weight) - expected) < 1e-6)
    }
  }

  @Test func `peaks that some batches lack count the cells that measured them`() throws {
    let cells = Self.accessible()
    let summary = try Self.summary(cells)
    var measured = [[Bool]](repeating: [Bool](repeating: true, count: 10), count: 2)
    measured[1][0] = false
    let all = summary.inverseDocumentFrequencies(of: [0], measured: nil)[0]
    let half = summary.inverseDocumentFrequencies(of: [0], measured: measured)[0]
    #expect(half < all)
  }
}
