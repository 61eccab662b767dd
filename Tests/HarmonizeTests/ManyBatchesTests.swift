import CellFiles
import Evaluation
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Harmonize

/// Runs and their parts with more batches than most data have.
@Suite struct ManyBatchesTests {
  /// Cells whose values go by two types, a few cells a batch.
  private static func cells(
    batches: Int, of count: Int, genes: Int, scaled: Bool = false, rowsPerBlock: Int = 1024
  ) -> CellDataset {
    var random = Xoshiro256(seed: 21)
    var dense: [Float] = []
    dense.reserveCapacity(batches * count * genes)
    for cell in 0..<batches * count {
      for gene in 0..<genes {
        let mean: Float = gene % 2 == cell % 2 ? 6 : 1
        let value = (2 * mean * random.uniformFloat()).rounded()
        dense.append(scaled ? value - 2.5 : value)
      }
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes, rowsPerBlock: rowsPerBlock),
      names: (0..<batches * count).map { "cell\($0)" }, genes: (0..<genes).map { "gene\($0)" },
      batches: BatchAssignment(
        names: (0..<batches).map { "batch\($0)" },
        batchOfCell: (0..<batches * count).map { Int32($0 / count) }))
  }

  @Test func `forty batches of five cells give every cell a place`() throws {
    try checkPlaces(batches: 40)
  }

  @Test(.nightly("comparing 160 batches takes a minute without optimization"))
  func `four hundred batches of five cells give every cell a place`() throws {
    let record = try checkPlaces(batches: 400)
    #expect(
      record.notices.contains { $0.contains("are assumed to hold the shared populations") })
  }

  @discardableResult
  private func checkPlaces(batches: Int) throws -> RunRecord {
    let cells = Self.cells(batches: batches, of: 5, genes: 60)
    var options = IntegrationOptions()
    options.geneCount = 60
    (options.model.hidden, options.model.latent) = ([16], 4)
    (options.components, options.training.visits) = (4, 6_000)
    let result = try integrate(cells, options: options)
    #expect(result.embedding.cellCount == 5 * batches)
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
    // No list of batches grows with their number.
    #expect(result.record.warnings.allSatisfy { $0.count < 2_000 })
    #expect(result.record.warnings.count < 60)
    return result.record
  }

  @Test func `the moments of genes have a slot for each of 512 batches`() {
    let sizes = (0..<700).map { 20 + $0 % 7 }
    let moments = GeneMoments(geneCount: 3, cellsOfBatch: sizes, scale: .perTenThousand)
    #expect(Set(moments.slotOfBatch).count == 513)
    #expect(moments.byteCount == 513 * 3 * 32)
    #expect(moments.byteCount == GeneMoments.byteCount(genes: 3, cellsOfBatch: sizes))
    let shared = sizes.indices.filter { moments.slotOfBatch[$0] == 0 }
    #expect(shared.count == 188)
    // The smallest have none, and of as many cells the last.
    #expect(shared.map { sizes[$0] }.max() == 21)
    let few = GeneMoments(geneCount: 3, cellsOfBatch: [30, 4, 20], scale: .asIs)
    #expect(few.slotOfBatch == [1, 0, 2])
  }

  @Test(.disabled(if: isAddressSanitized, "the sanitizer holds memory of its own"))
  func `the moments of genes are held once, on any scale`() async throws {
    let cellsOfBatch = [Int](repeating: 20, count: 520)
    let moments = GeneMoments.byteCount(genes: 2_000, cellsOfBatch: cellsOfBatch)
    let result = await #expect(
      processExitsWith: .success, observing: [\.standardErrorContent]
    ) {
      let cells = Self.cells(batches: 520, of: 20, genes: 2_000, scaled: true, rowsPerBlock: 32)
      let before = AnonymousMemory.held() ?? 0
      let memory = AnonymousMemory()
      let summary = try CellSummary(
        of: cells, minimumCounts: 1, minimumGenes: 0, anyScale: true, progress: { _ in })
      var diagnostics = Diagnostics()
      var options = GeneSelectionOptions()
      options.count = 500
      let selection = try GeneSelection(of: cells, summary, measured: nil, options, &diagnostics)
      precondition(selection.genes.count == 500 && summary.kind == .scaled)
      try FileHandle.standardError.write(
        contentsOf: Data("taken=\((memory.peak ?? before) - before)=".utf8))
    }
    let told = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let fields = told.split(separator: "=")
    let place = try #require(fields.lastIndex { $0.hasSuffix("taken") })
    let taken = try #require(Int(fields[place + 1]))
    // Beside them some blocks of rows, and what there is of every cell.
    #expect(taken < moments + moments / 2 + (16 << 20))
  }

  @Test func `a budget that moments or an alignment would not fit names the field`() throws {
    let budget = MemoryBudget(100 << 20)
    try budget.check(moments: 50 << 20, alignment: 49 << 20, cells: 1_000, batches: 10)
    let moments = #expect(throws: OptionError.self) {
      try budget.check(moments: 60 << 20, alignment: 0, cells: 1_000, batches: 10)
    }
    #expect(
      moments?.description
        == "`memory` cannot be 100M; give at least 120M, as the moments of the genes, by batch, take "
        + "60M")
    let cells = #expect(throws: OptionError.self) {
      try budget.check(moments: 0, alignment: 0, cells: 2 << 20, batches: 10)
    }
    #expect(
      cells?.description
        == "`memory` cannot be 100M; give at least 200M, as the names and totals of 2097152 cells take "
        + "200M")
    let alignment = #expect(throws: OptionError.self) {
      try budget.check(moments: 0, alignment: 200 << 20, cells: 1 << 20, batches: 20_000)
    }
    #expect(
      alignment?.description
        == "`memory` cannot be 100M; give at least 300M, as the alignment of 20000 batches takes 200M, "
        + "beside the names and totals of 1048576 cells: fewer clusters take less")
    // The usual clusters count as those that are asked for.
    var options = ClusterAlignmentOptions()
    let usual = options.bytes(cells: 1_000_000, batches: 10_000, dimensions: 20)
    options.clusters = 100
    #expect(usual == options.bytes(cells: 1_000_000, batches: 10_000, dimensions: 20))
    // Masses and offsets are of batches, and the tables of the cells do not count.
    #expect(usual == options.bytes(cells: 2_000_000, batches: 5_000, dimensions: 20) * 2)
  }

  @Test func `counts get what moments and cells leave, and tables what a stage leaves`() {
    let budget = MemoryBudget(1_000)
    #expect(budget.store(beside: 0) == 500)
    #expect(budget.store(beside: 100) == 400)
    #expect(budget.store(beside: 100, cells: 2) == 400 - 2 * MemoryBudget.bytesPerCell)
    #expect(budget.store(beside: 600) == 0)
    #expect(budget.tables(cells: 0) == 500)
    #expect(budget.tables(cells: 0, later: 200) == 300)
    #expect(budget.tables(cells: 8, later: 100) == 900 - 8 * MemoryBudget.bytesPerCell)
    #expect(budget.tables(cells: 100) == 0)
    var options = ReadingOptions()
    options.threads = 2
    options.fit(memory: 64 << 20)
    #expect(
      options.blockValues * 24 * 4 + 2 * options.chunkBytes + 12 * options.bandValues <= 32 << 20)
  }

  @Test func `of many concerns of one kind the first are told`() {
    let concerns = (0..<9_999).map {
      IntegrationConcern.possibleOvercorrection(batch: "batch\($0)", preserved: 0.2, byChance: 0.2)
    }
    let told = concerns.descriptions
    #expect(told.count == 21)
    #expect(told.last?.contains("9,979 more") == true)
    #expect(Array(concerns.prefix(20)).descriptions == concerns.prefix(20).map(\.description))
  }
}
