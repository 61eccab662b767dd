import CellFiles
import HDF5
import NeuralNet
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Harmonize
@testable import Support

/// Counts that are held from the first pass are those that a second one would read.
@Suite struct HeldCountsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes two files whose genes are in another order, and of which each lacks one of the other's.
  private func cells(
    layout: MadeLayout = .csr, change: (inout [[Double]]) -> Void = { _ in }
  ) throws -> CellDataset {
    let names = ["a", "b"].map { folder.path("\($0).h5ad") }
    for (number, path) in names.enumerated() {
      var rows = madeCounts(cells: 300 + number, genes: 40, seed: UInt64(number + 1))
      for k in 0..<40 { rows[k][k] = Double(200 + 7 * k) }
      rows[7] = rows[7].map { _ in 0 }
      rows[299][3] = 70_000
      change(&rows)
      let genes = (0..<40).map { "gene\(number == 0 ? $0 : 40 - $0)" }
      let file = try File(creatingAt: path)
      try file.writeAnnData(
        rows, layout: layout, batches: rows.indices.map { "\($0 % 2)" },
        cells: rows.indices.map { "\(number)-\($0)" }, genes: genes)
      try file.close()
    }
    return try CellDataset(readingAt: names, batchKey: "batch")
  }

  private func summary(of cells: CellDataset, holding held: HeldCounts?) throws -> CellSummary {
    try CellSummary(
      of: cells, minimumCounts: 1, minimumGenes: 0, anyScale: false, holding: held
    ) { _ in }
  }

  /// Expects the records, inputs and totals of two stores to be the same.
  private func expectSame(_ a: CountStore, _ b: CountStore, batches: [Int32]) {
    #expect(a.totals == b.totals && a.scales == b.scales)
    var (x, y) = (Minibatch(), Minibatch())
    a.fill(&x, with: 0..<a.cellCount, batches: batches)
    b.fill(&y, with: 0..<b.cellCount, batches: batches)
    #expect(x.starts == y.starts && x.genes == y.genes && x.batches == y.batches)
    #expect(x.counts == y.counts && x.inputs == y.inputs)
  }

  @Test(arguments: MadeLayout.allCases, [1, 3])
  func `the selected genes of held counts are those of the files`(
    layout: MadeLayout, threads: Int
  ) throws {
    let cells = try cells(layout: layout)
    let held = try #require(HeldCounts(of: cells, limit: 1 << 20))
    let summary = try summary(of: cells, holding: held)
    #expect(summary.shareOverByte > 0 && summary.kept.count == cells.count - 2)
    let all = try #require(try held.take())
    // As in a run, the genes are not in the order of any file.
    let selected = cells.genes.indices.filter { $0 % 3 != 1 }.reversed().map(\.self)
    var told: [Int] = []
    let taken = try CountStore(
      selecting: selected, of: all, summary: summary, pool: ThreadPool(threads: threads)
    ) { told.append($0) }
    var inBytes = summary
    inBytes.shareOverByte = 0
    let read = try CountStore(cells, selected: selected, summary: inBytes) { _ in }
    expectSame(taken, read, batches: cells.batches.batchOfCell)
    #expect(told.last == cells.count && told == told.sorted())
    #expect((0..<cells.count).contains { taken.hasLargerCounts($0) })
  }

  @Test func `a run holds counts if there is memory, with the same result`() throws {
    let cells = try cells()
    let rules = ScanRules()
    let large = try scan(cells, rules, in: RunContext(pool: ThreadPool(threads: 2)))
    let small = try scan(
      cells, rules,
      in: RunContext(pool: ThreadPool(threads: 2), memory: 1 << 17))
    #expect(large.genes == small.genes)
    expectSame(large.store, small.store, batches: cells.batches.batchOfCell)
  }

  @Test func `counts that do not fit, or are in memory anyway, are not held`() throws {
    let cells = try cells()
    let stored = cells.parts.reduce(0) { $0 + (($1.matrix as? CellFile)?.storage.storedCount ?? 0) }
    #expect(HeldCounts(of: cells, limit: 3 * stored - 1) == nil)
    #expect(HeldCounts(of: smallCells(), limit: 1 << 30) == nil)
    // Large counts take more than the three bytes that were planned, so they are given up.
    let large = try self.cells { rows in
      rows = rows.map { row in row.map { $0 == 0 ? 0 : 300 } }
    }
    let held = try #require(HeldCounts(of: large, limit: 3 * stored))
    _ = try summary(of: large, holding: held)
    #expect(try held.take() == nil)
  }

  @Test func `values that are not counts are given up`() throws {
    let cells = try cells { rows in rows[200][5] = 1.5 }
    let held = try #require(HeldCounts(of: cells, limit: 1 << 20))
    let summary = try summary(of: cells, holding: held)
    #expect(summary.kind == .fractionalCounts)
    #expect(try held.take() == nil)
  }
}
