import CellFiles
import Evaluation
import Numerics
internal import Report
internal import RunReports
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

@Suite struct HonestyCheckTests {
  /// Cells of two types, each sorted into a batch of its own.
  private static let type = (0..<120).map { Int32($0 % 4 < 2 ? 0 : 1) }

  /// Cells whose types each have half of the genes for themselves.
  private static func cells() -> CellDataset {
    smallCells { dense in
      for cell in 0..<120 {
        for gene in 0..<30 {
          let isOwn = (gene < 15) == (type[cell] == 0)
          dense[cell * 30 + gene] = isOwn ? 20 + dense[cell * 30 + gene] : 0
        }
      }
    }
  }

  private func check(
    _ embedding: Embedding, batches: [Int32], populations: [Int32]? = nil,
    labels: (names: [String], ofCell: [Int32])? = nil
  ) throws -> QualityCheck {
    try QualityCheck(
      of: embedding,
      store: CountStoreTests.store(Self.cells(), selected: Array(0..<30)),
      cells: Array(0..<120), batches: BatchAssignment(names: ["a", "b"], batchOfCell: batches),
      populations: populations, labels: labels, seed: 0, pool: ThreadPool(threads: 2))
  }

  private var cloud: Embedding {
    var random = Xoshiro256(seed: 8)
    return Embedding(
      cellCount: 120, dimensions: 3,
      values: (0..<360).map { _ in Float(random.standardNormal()) })
  }

  @Test func `sorted samples that became one cloud look bad in every line`() throws {
    let found = try check(
      cloud, batches: Self.type, populations: Self.type, labels: (["NK", "B"], Self.type))
    let mixing = try #require(found.mixing)
    #expect(mixing.before == nil && mixing.after == nil)
    #expect(mixing.batches.allSatisfy { $0.before == nil && $0.after == nil })
    #expect(mixing.overlaidBefore < 0.05 && mixing.overlaidAfter > 0.4)
    #expect(found.types.map(\.label) == ["B", "NK"])
    #expect(found.types.allSatisfy { $0.cells == 60 && $0.before > 0.9 && $0.after < 0.6 })
    for batch in ["a", "b"] {
      #expect(
        found.concerns.contains {
          $0.hasPrefix("possible overcorrection of batch '\(batch)': ")
            && $0.contains("in other populations")
        }, "\(found.concerns)")
    }
    let record = madeRecord {
      $0.mixing = mixing
      $0.types = found.types
    }
    guard case .table(let table)? = record.mixingBlocks.last,
      case .table(let types)? = record.typeBlocks.last
    else {
      Issue.record("there is no table")
      return
    }
    #expect(table.rows.allSatisfy { $0[1] == .missing && $0[2] == .missing })
    #expect(table.rows[0][4] == .number(mixing.batches[0].overlaidAfter))
    #expect(types.rows.map { $0[0] } == [.text("B"), .text("NK")])
    let json = String(decoding: try record.json(), as: UTF8.self)
    #expect(json.contains("\"overlaid_after\"") && json.contains("\"types\""))
  }

  @Test func `one population is no population, and labels may be missing`() throws {
    let batches = (0..<120).map { Int32($0 % 2) }
    let without = try check(cloud, batches: batches)
    let one = try check(
      cloud, batches: batches, populations: [Int32](repeating: 3, count: 120),
      labels: (["T"], [Int32](repeating: -1, count: 120)))
    #expect(without.mixing == one.mixing && without.concerns == one.concerns)
    #expect(without.mixing?.overlaidAfter == 0 && without.mixing?.after != nil)
    #expect(without.types.isEmpty && one.types.isEmpty)
  }

  @Test func `one batch has no mixing, and its types are compared`() throws {
    let batches = [Int32](repeating: 0, count: 120)
    let found = try check(cloud, batches: batches, labels: (["NK", "B"], Self.type))
    #expect(found.mixing == nil && found.preservation.isEmpty && found.types.count == 2)
    #expect(try check(cloud, batches: batches).types.isEmpty)
  }
}
