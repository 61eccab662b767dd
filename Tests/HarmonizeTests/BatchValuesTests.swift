import CellFiles
import Foundation
internal import NeuralNet
import Testing
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support

/// What the values of each batch are taken for, and what is told of them.
@Suite struct BatchValuesTests {
  /// Counts of 60 cells and 50 genes, of which the totals differ up to five times.
  static let counts: [[Double]] = {
    var state: UInt64 = 5
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / 0x1p31
    }
    return (0..<60).map { cell in
      (0..<50).map { gene in
        (Double(1 + cell % 5) * (gene % 7 == 0 ? 3 : 1) * uniform() * uniform()).rounded()
      }
    }
  }()

  /// Cells of three batches, of which the values of some are changed.
  static func cells(
    _ rows: [[Double]] = counts, batches: Set<Int> = [0, 1, 2],
    change: ([Double]) -> [Double] = { $0 }
  ) -> CellDataset {
    let rows = rows.enumerated().map {
      batches.contains($0.offset % 3) ? change($0.element) : $0.element
    }
    return CellDataset(
      parts: [
        CellDataset.Part(
          name: "x.h5ad",
          matrix: MatrixInMemory(
            dense: rows.flatMap { $0.map(Float.init) }, geneCount: rows[0].count, rowsPerBlock: 7),
          geneNames: (0..<rows[0].count).map { "g\($0)" },
          sharedGenes: (0..<Int32(rows[0].count)).map(\.self), otherCounts: ["`layer = counts`"])
      ],
      names: rows.indices.map { "c\($0)" }, genes: (0..<rows[0].count).map { "g\($0)" },
      batches: BatchAssignment(
        names: ["a", "b", "c"], batchOfCell: rows.indices.map { Int32($0 % 3) }))
  }

  private func failure(_ cells: CellDataset) -> String {
    do {
      return "\(try CellSummaryTests.summary(cells).kind)"
    } catch {
      return "\(error)"
    }
  }

  private func remarks(
    _ cells: CellDataset, change: (inout IntegrationOptions) -> Void = { _ in }
  ) throws -> Diagnostics {
    var options = IntegrationOptions()
    change(&options)
    var remarks = Diagnostics()
    remarks.add(
      about: cells,
      try CellSummaryTests.summary(
        cells, minimumCounts: options.minimumCounts,
        anyScale: options.model.loss == .meanSquaredError), options)
    return remarks
  }

  /// What tools leave of a cell's counts.
  static func share(_ row: [Double], of total: Double, genes: Range<Int> = 0..<50) -> [Double] {
    let sum = row.reduce(0, +)
    return row[genes].map { $0 * total / sum }
  }

  static func ambient(_ row: [Double]) -> [Double] {
    row.enumerated().map { max(0, $0.element - 0.1 - 0.013 * Double($0.offset % 31)) }
  }

  @Test func `log-normalized values are refused, of all genes or some, to each base`() {
    let logarithms: [(Double) -> Double] = [log1p, { log2(1 + $0) }, { log10(1 + $0) }]
    for logarithm in logarithms {
      for genes in [0..<50, 10..<40] {
        let text = failure(
          Self.cells {
            Self.share($0, of: 1e4, genes: genes).map(logarithm)
              + [Double](repeating: 0, count: 50 - genes.count)
          })
        #expect(
          text.hasPrefix("'X' in 'x.h5ad' looks log-normalized (fractions up to "), "\(text)")
      }
    }
  }

  @Test func `logarithms of counts are refused, normalized or not`() {
    // Many counts are one, and log2(1 + 1) is whole.
    let ones = Self.counts.map { $0.map { min($0, 2) } }
    let ofOnes = failure(Self.cells(ones, batches: [1]) { $0.map { log2(1 + $0) } })
    #expect(
      ofOnes.hasPrefix(
        "'X' in 'x.h5ad' looks log-normalized in batch 'b' (fractions up to 1.58"), "\(ofOnes)"
    )
    // A few fractions among whole counts are none.
    #expect(failure(Self.cells { $0.map { $0 == 3 ? 3.37 : $0 } }) == "fractionalCounts")
    let text = failure(Self.cells { $0.map { log1p(4 * $0) } })
    #expect(
      text.hasPrefix("'X' in 'x.h5ad' looks log-normalized (fractions up to "), "\(text)")
  }

  @Test func `one batch alone is refused by its name`() {
    let logs = failure(Self.cells(batches: [1]) { Self.share($0, of: 1e4).map(log1p) })
    #expect(
      logs.hasPrefix("'X' in 'x.h5ad' looks log-normalized in batch 'b' (fractions up to ")
        && logs.hasSuffix(
          "), not like counts; give `layer = counts`, which holds counts, or `loss = mse` to use "
            + "the values unchanged"),
      "\(logs)")
    let shares = failure(Self.cells(batches: [1, 2]) { Self.share($0, of: 1) })
    #expect(
      shares.hasPrefix(
        "'X' in 'x.h5ad' looks divided by each cell's total in batch 'b' (fractions that sum to 1 "
          + "in every cell), not like counts; give `layer = counts`"), "\(shares)")
    #expect(
      failure(Self.cells { Self.share($0, of: 20) }).hasPrefix(
        "'X' in 'x.h5ad' looks divided by each cell's total (fractions that sum to 20 in every "
          + "cell)"
      ))
    #expect(
      failure(
        Self.cells { Self.share($0, of: 20, genes: 0..<20) + [Double](repeating: 0, count: 30) }
      )
      .hasPrefix(
        "'X' in 'x.h5ad' looks divided by each cell's total (fractions that are multiples of the "
          + "cell's smallest), not like counts; "))
  }

  @Test func `counts corrected for ambient RNA are taken, and told`() throws {
    #expect(failure(Self.cells(change: Self.ambient)) == "fractionalCounts")
    #expect(
      try remarks(Self.cells(change: Self.ambient)).notices.first
        == "some values are fractions, as in counts corrected for ambient RNA; the loss uses them "
        + "rounded")
    #expect(
      try remarks(Self.cells(batches: [2], change: Self.ambient)).notices.first
        == "some values are fractions, in 'c', as in counts corrected for ambient RNA; the loss "
        + "uses them rounded")
    #expect(failure(Self.cells { $0.map { 0.93 * $0 } }) == "fractionalCounts")
  }

  @Test func `a batch of few cells follows the others`() {
    let few = Set(stride(from: 1, to: 60, by: 3).prefix(5))
    func cells(_ change: ([Double]) -> [Double], others: ([Double]) -> [Double]) -> CellDataset {
      let rows = Self.counts.enumerated().map { cell, row in
        cell % 3 == 1 ? change(row) : others(row)
      }
      let kept = rows.indices.filter { $0 % 3 != 1 || few.contains($0) }
      return CellDataset(
        MatrixInMemory(
          dense: kept.flatMap { rows[$0].map(Float.init) }, geneCount: 50, rowsPerBlock: 7),
        names: kept.map { "c\($0)" }, genes: (0..<50).map { "g\($0)" },
        batches: BatchAssignment(names: ["a", "b", "c"], batchOfCell: kept.map { Int32($0 % 3) }))
    }
    #expect(failure(cells(Self.ambient, others: Self.ambient)) == "fractionalCounts")
    #expect(
      failure(cells({ Self.share($0, of: 1e4).map(log1p) }, others: { $0 })).hasPrefix(
        "'X' in 'matrix' looks log-normalized in batch 'b' "))
  }

  @Test func `normalized values on the scale of counts are warned of`() throws {
    let all = try remarks(Self.cells { Self.share($0, of: 1e4) })
    #expect(
      all.warnings == [
        "the values are not counts: in every cell they sum to 10000, so they were divided by the "
          + "cell's total; give counts, which the loss requires"
      ])
    let some = try remarks(Self.cells(batches: [0]) { Self.share($0, of: 1e4) })
    #expect(
      some.warnings.first?.hasPrefix("the values of 'a' are not counts: in every") == true)
  }

  @Test func `values of different kinds are warned of where all are taken`() throws {
    let found = try remarks(Self.cells(batches: [1]) { Self.share($0, of: 1e4).map(log1p) }) {
      $0.model.loss = .meanSquaredError
    }
    #expect(
      found.warnings == [
        "batches hold values of different kinds: counts in 'a', 'c', log-normalized values in 'b'; "
          + "give values that were computed in the same way"
      ])
  }

  @Test func `depths that are far apart, and poor cells, are told by batch`() throws {
    let deep = try remarks(Self.cells(batches: [1]) { $0.map { 9 * $0 } })
    let depth = try #require(
      deep.notices.first { $0.hasPrefix("sequencing depths differ strongly: ") })
    #expect(
      depth.contains(" counts in batch 'a' and ") || depth.contains(" counts in batch 'c' and "))
    #expect(depth.contains(" in batch 'b'; shallow cells detect fewer genes"))
    #expect(!(try remarks(Self.cells())).notices.contains { $0.contains("far apart") })

    var rows = Self.counts.map { $0.map { 20 * $0 + 20 } }
    for cell in [1, 4] { rows[cell] = (0..<50).map { $0 < 3 ? 1 : 0 } }
    let poor = try remarks(Self.cells(rows)).notices.filter { $0.hasPrefix("many cells") }
    let notice = try #require(poor.first)
    #expect(
      notice.hasPrefix(
        "many cells have very few counts, less than a tenth of the upper quartile of their batch: 2 cells "
          + "of 20 in batch 'b' with fewer than "), "\(notice)")
    #expect(notice.contains("; they may be empty droplets or debris; `minimumCounts = "))
    let filtered = try remarks(Self.cells(rows)) { $0.minimumCounts = 10 }
    #expect(!filtered.notices.contains { $0.hasPrefix("many cells") })
  }

  @Test func `genes of one batch are found where the others would show them`() throws {
    var rows = Self.counts
    for cell in rows.indices {
      rows[cell][3] = cell % 3 == 1 ? 4 : 0
      rows[cell][5] = cell == 1 ? 1 : 0
    }
    let cells = Self.cells(rows)
    let summary = try CellSummaryTests.summary(cells)
    #expect(
      summary.genesOfOneBatch(among: Array(0..<50), of: cells)
        == [GeneOfOneBatch(gene: "g3", batch: "b")])
    #expect(summary.genesOfOneBatch(among: [2, 5], of: cells) == [])
  }

  @Test func `inspection judges a sample in the same way`() throws {
    var audit = ValueAudit()
    let matrix = MatrixInMemory(
      dense: Self.counts.flatMap { Self.ambient($0).map(Float.init) }, geneCount: 50,
      rowsPerBlock: 7)
    try matrix.forEachRowBlock(as: Float.self) { audit.add($0) }
    #expect(audit.kind == .fractionalCounts)
  }
}
