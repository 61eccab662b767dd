import Numerics
import Testing

/// The regression of a minibatch by blocks of batches that share populations.
@Suite struct MatchedBlocksTests {
  @Test(arguments: [Float(0), 1, 7.5])
  func `blocks give the bytes of the whole system`(shrinkage: Float) {
    var random = Xoshiro256(seed: 12)
    // Three frames of two batches each, with three populations a frame, and one without cells.
    let (n, clusters) = (48, 12)
    let batches = (0..<n).map { Int32($0 % 6) }
    var memberships = [Float](repeating: 0, count: n * clusters)
    for i in 0..<n {
      let weights = (0..<3).map { _ in random.uniformFloat(from: 0.1, to: 1) }
      let frame = Int(batches[i]) / 2
      for k in 0..<3 {
        memberships[i * clusters + frame * 3 + k] = weights[k] / weights.reduce(0, +)
      }
    }
    var slots = NormSlots()
    slots.assign(batches, batchCount: 6, perBatch: true, shrinkage: 0)
    let blocks = matchedBlocks(memberships, clusters: clusters, slots: slots)
    #expect(blocks.map(\.slots) == [[0, 1], [2, 3], [4, 5]])
    #expect(blocks.map(\.columns) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    let found = matchedOffsetWeights(
      memberships: memberships, slots: slots, shrinkage: shrinkage)
    let whole = matchedOffsetWeights(
      memberships, clusters: clusters, slot: slots.slot, cells: slots.cells, shrinkage: shrinkage)
    #expect(found == whole)
  }
}
