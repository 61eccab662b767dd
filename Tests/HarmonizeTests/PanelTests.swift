import CellFiles
import Foundation
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Evaluation
@testable import Integration
@testable import Support

/// Few features: imaging panels and surface proteins, with the defaults.
@Suite struct PanelTests {
  /// Counts of antibodies in 900 cells: a background and a gain of each batch, and a foreground of
  /// each type.
  private static func proteins(_ count: Int = 20, types: Int = 4, seed: UInt64 = 3) -> CellDataset {
    var random = Xoshiro256(seed: seed)
    func factor(_ spread: Double) -> Double { exp(spread * random.standardNormal()) }
    let foreground = (0..<types * count).map { _ in
      random.uniformDouble() < 0.3 ? 300 * factor(0.6) : 0
    }
    let batches = (0..<3).map { _ in
      (0..<count).map { _ in (background: 12 * factor(0.6), gain: factor(0.4)) }
    }
    var dense: [Float] = []
    for cell in 0..<900 {
      let (batch, type, depth) = (cell % 3, cell / 3 % types, factor(0.3))
      for protein in 0..<count {
        let effect = batches[batch][protein]
        let mean = effect.background + effect.gain * foreground[type * count + protein]
        dense.append(Float((depth * factor(0.3) * mean).rounded()))
      }
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: count), names: (0..<900).map { "c\($0)" },
      genes: (0..<count).map { "CD\($0)" },
      batches: BatchAssignment(
        names: ["a", "b", "c"], batchOfCell: (0..<900).map { Int32($0 % 3) }))
  }

  @Test func `proteins of three batches mix, and their types stay`() throws {
    let result = try integrate(Self.proteins())
    #expect(result.record.genesUsed == 20)
    let embedding = Matrix(
      rows: 900, columns: result.embedding.dimensions, values: result.embedding.values)
    let types = typeNeighbourhoods(
      before: embedding, after: embedding,
      labels: (0..<900).map { "type \($0 / 3 % 4)" }, pool: ThreadPool(threads: 2))
    #expect(types.allSatisfy { $0.after > 0.95 }, "\(types.map(\.after))")
    let mixing = try #require(result.record.mixing)
    #expect(mixing.before ?? 1 < 0.3 && mixing.after ?? 0 > 0.8, "\(mixing)")
  }

  @Test(.enabled(if: TestFiles.shared != nil, "needs the real data"))
  func `sections of 158 genes mix, and types keep their neighbours`() throws {
    let path = try #require(TestFiles.shared("formats/scvidata_mpfc-starmap.loom")).path
    var options = IntegrationOptions()
    options.labelKey = "Clusters"
    let result = try integrate(
      CellDataset(readingAt: [path], batchKey: "BatchID"), options: options)
    let types = result.record.types.filter { $0.label != "NA" }
    let cells = Double(types.reduce(0) { $0 + $1.cells })
    let before = types.reduce(0) { $0 + $1.before * Double($1.cells) } / cells
    let after = types.reduce(0) { $0 + $1.after * Double($1.cells) } / cells
    #expect(after > before - 0.02, "\(after) of own type, \(before) before")
    #expect(result.record.mixing?.after ?? 0 > 0.9)
  }
}
