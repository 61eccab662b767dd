import CellFiles
import Foundation
import NeuralNet
import Testing
@testable import CountData
@testable import Support

@Suite struct CountStoreTests {
  static func store(_ cells: CellDataset, selected: [Int], anyScale: Bool = false) throws
    -> CountStore
  {
    let summary = try CellSummary(
      of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: anyScale
    ) { _ in }
    return try CountStore(cells, selected: selected, summary: summary) { _ in }
  }

  @Test func `a minibatch holds the selected genes of the cells asked for`() throws {
    var dense = [Float](repeating: 0, count: 4 * 5)
    dense[0 * 5 + 1] = 3
    dense[0 * 5 + 4] = 7
    dense[2 * 5 + 0] = 9
    dense[2 * 5 + 2] = 254
    dense[2 * 5 + 4] = 70_000
    dense[3 * 5 + 1] = 255
    let cells = CellDataset(
      MatrixInMemory(dense: dense, geneCount: 5, rowsPerBlock: 3),
      names: ["p", "q", "r", "s"], genes: ["A", "B", "C", "D", "E"],
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: [0, 1, 0, 1]))
    for share in [true, false] {  // as bytes with escapes, and as floats
      var summary = try CellSummary(
        of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: false
      ) { _ in }
      #expect(summary.shareOverByte == 2.0 / 6)
      if share { summary.shareOverByte = 0 }
      let store = try CountStore(cells, selected: [1, 2, 4], summary: summary) { _ in }
      var minibatch = Minibatch()
      store.fill(&minibatch, with: [2, 0, 1, 2, 3], batches: cells.batches.batchOfCell)
      #expect(minibatch.starts == [0, 2, 4, 4, 6, 7])
      #expect(minibatch.genes == [1, 2, 0, 2, 1, 2, 0])
      #expect(minibatch.counts == [254, 70_000, 3, 7, 254, 70_000, 255])
      #expect(minibatch.batches == [0, 0, 1, 0, 1])
      let total = 9.0 + 254 + 70_000
      #expect(abs(minibatch.inputs[0] - Float(log1p(1e4 * 254 / total))) < 1e-5)
      #expect(abs(minibatch.inputs[2] - Float(log1p(1e4 * 0.3))) < 1e-5)
    }
  }

  @Test func `fractions are rounded for the loss, and kept for the input`() throws {
    let cells = CellDataset(
      MatrixInMemory(dense: [30.4, 69.6, 1, 1], geneCount: 2), names: ["p", "q"],
      genes: ["A", "B"], batches: BatchAssignment(names: ["a", "b"], batchOfCell: [0, 1]))
    let store = try Self.store(cells, selected: [0, 1])
    var minibatch = Minibatch()
    store.fill(&minibatch, with: [0], batches: cells.batches.batchOfCell)
    #expect(minibatch.counts == [30, 70])
    #expect(abs(minibatch.inputs[0] - Float(log1p(1e4 * 0.304))) < 1e-4)
  }

  @Test func `scaled values are divided by their gene's deviation`() throws {
    let cells = CellDataset(
      MatrixInMemory(dense: [-2, 1, 2, 1], geneCount: 2), names: ["p", "q"],
      genes: ["A", "B"], batches: BatchAssignment(names: ["a", "b"], batchOfCell: [0, 1]))
    let store = try Self.store(cells, selected: [0, 1], anyScale: true)
    var minibatch = Minibatch()
    store.fill(&minibatch, with: 0..<2, batches: cells.batches.batchOfCell)
    #expect(abs(minibatch.inputs[0] - -2 / Float(8).squareRoot()) < 1e-6)
    #expect(minibatch.inputs[1] == 1)
  }

  @Test func `the store is the same whatever the blocks, and sorted where files order genes apart`()
    throws
  {
    let one = try Self.store(smallCells(rowsPerBlock: 1), selected: [3, 4, 20])
    let all = try Self.store(smallCells(), selected: [3, 4, 20])
    var a = Minibatch()
    var b = Minibatch()
    let batches = smallCells().batches.batchOfCell
    one.fill(&a, with: 0..<120, batches: batches)
    all.fill(&b, with: 0..<120, batches: batches)
    #expect(a.genes == b.genes && a.counts == b.counts && a.inputs == b.inputs)

    let swapped = CellDataset(
      parts: [
        CellDataset.Part(
          name: "x", matrix: MatrixInMemory(dense: [5, 6], geneCount: 2),
          geneNames: ["B", "A"], sharedGenes: [1, 0])
      ],
      names: ["p"], genes: ["A", "B"], batches: BatchAssignment(names: ["a"], batchOfCell: [0]))
    let store = try Self.store(swapped, selected: [0, 1])
    store.fill(&a, with: [0], batches: [0])
    #expect(a.genes == [0, 1])
    #expect(a.counts == [6, 5])
  }
}
