import CellFiles
import Testing
@testable import CountData
@testable import Integration
@testable import Support

@Suite struct CellSummaryTests {
  static func summary(
    _ cells: CellDataset, minimumCounts: Int = 1, minimumGenes: Int = 0, anyScale: Bool = false
  ) throws -> CellSummary {
    try CellSummary(
      of: cells, minimumCounts: minimumCounts, minimumGenes: minimumGenes, anyScale: anyScale
    ) { _ in }
  }

  /// Three genes; the second part of the pair only sees two of them.
  static let dense: [Float] = [1, 0, 2, 0, 0, 0, 4, 5, 0, 1, 1, 1]

  static func cells(_ dense: [Float] = dense, otherCounts: [String] = []) -> CellDataset {
    let matrix = MatrixInMemory(dense: dense, geneCount: 3, rowsPerBlock: 1)
    let names = ["A", "B", "C"]
    return CellDataset(
      parts: [
        CellDataset.Part(
          name: "x.h5ad", matrix: matrix, geneNames: names, sharedGenes: [0, -1, 1],
          otherCounts: otherCounts)
      ],
      names: (0..<matrix.cellCount).map { "cell\($0)" }, genes: ["A", "C"],
      batches: BatchAssignment(
        names: ["a", "b"], batchOfCell: (0..<matrix.cellCount).map { Int32($0 % 2) }))
  }

  @Test func `totals are over all genes of the file, also those that are not shared`() throws {
    let summary = try Self.summary(Self.cells())
    #expect(summary.totals == [3, 0, 9, 3])
    #expect(summary.expressedGenes == [2, 0, 2, 3])
    #expect(summary.kept == [0, 2, 3])
    #expect(summary.keptOfBatch == [2, 1])
    #expect(summary.kind == .counts)
  }

  @Test func `moments are those of counts per ten thousand`() throws {
    let vote = try Self.summary(Self.cells()).moments.pooled
    let a = [1e4 / 3, 4e4 / 9, 1e4 / 3]
    let mean = a.reduce(0, +) / 3
    let variance = a.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
    #expect(abs(vote.means[0] - mean) < 1e-9)
    #expect(abs(vote.variances[0] - variance) < 1e-6)
  }

  @Test func `values are counted as the plain loop counts them`() {
    let values: [Float] = [
      0, -0, 1, 2.5, 254, 254.5, 255, -1, -3.5, 8_388_607.5, 8_388_608, 16_777_216, 1e30, 0.1,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, .nan, -.nan,
    ]
    for count in 0..<80 {
      let some = (0..<count).map { values[$0 * $0 % (1 + count % values.count)] }
      #expect(ValueCounts(of: some.span) == ValueCounts(reference: some))
    }
    for value in values {
      #expect(ValueCounts(of: [value].span) == ValueCounts(reference: [value]))
    }
  }

  @Test func `filters count what the whole file holds`() throws {
    // The last cell has 3 counts, of which 2 are of shared genes.
    #expect(try Self.summary(Self.cells(), minimumCounts: 3).kept == [0, 2, 3])
  }

  @Test func `values that are NaN or infinite are refused, with how many and where`() {
    var dense = Self.dense
    dense[7] = .nan
    dense[9] = .infinity
    #expect(throws: CountDataError.self) { try Self.summary(Self.cells(dense)) }
    let error = #expect(throws: CountDataError.self) {
      try Self.summary(Self.cells(dense), anyScale: true)
    }
    #expect(
      error?.description
        == "'X' in 'x.h5ad' holds 2 values that are NaN, infinite or too large for single precision, "
        + "first in cell 'cell2', gene 'B'; remove or replace them")
  }

  @Test func `negative values are refused, naming what holds counts`() throws {
    var dense = Self.dense
    dense[0] = -1
    let error = #expect(throws: CountDataError.self) {
      try Self.summary(Self.cells(dense, otherCounts: ["`layer = counts`"]))
    }
    #expect(
      error?.description
        == "'X' in 'x.h5ad' holds 1 negative value, first in cell 'cell0', gene 'A', so these are "
        + "not counts; give `layer = counts`, which holds counts, or `loss = mse` to use the "
        + "values unchanged")
    #expect(try Self.summary(Self.cells(dense), anyScale: true).kind == .scaled)
  }

  @Test func `log-normalized values are refused`() {
    let dense = Self.dense.map { $0 * 0.7 }
    let error = #expect(throws: CountDataError.self) { try Self.summary(Self.cells(dense)) }
    #expect(
      error?.description
        == "'X' in 'x.h5ad' looks log-normalized (fractions up to 3.5), not like counts; give "
        + "a file with counts, or `loss = mse` to use the values unchanged")
  }

  @Test func `fractions on the scale of counts are taken`() throws {
    let dense = Self.dense.map { $0 * 10.3 }
    #expect(try Self.summary(Self.cells(dense)).kind == .fractionalCounts)
  }

  @Test func `no cell left is refused, and one batch left too`() {
    let none = #expect(throws: CountDataError.self) {
      try Self.summary(Self.cells(), minimumCounts: 100)
    }
    #expect(
      none?.description
        == "none of 4 cells has at least 100 counts and 0 genes; lower `minimumCounts` or "
        + "`minimumGenes`")
    let one = #expect(throws: CountDataError.self) {
      try Self.summary(Self.cells(), minimumCounts: 4)
    }
    #expect(
      one?.description
        == "only cells of batch 'a' have at least 4 counts and 0 genes; lower `minimumCounts` or "
        + "`minimumGenes`")
  }
}
