import Composition
import Numerics
import Testing

/// More batches than are compared with each other.
@Suite struct ManyBatchesTests {
  @Test func `of many batches the largest are compared, and the others take what these share`() {
    var options = CompositionOptions()
    options.mostBatches = 20
    // The last forty are smaller than the others.
    let sizes = (0..<60).map { $0 < 20 ? [14, 14, 14] : [6, 6, 6] }
    let made = MadeCells(sizes, shift: 0.3, seed: 31)
    let found = SharedCompositionTests.composition(made, options: options)
    #expect(found.isCompared == (0..<60).map { $0 < 20 })
    #expect(found.pairs.count <= 20 * options.references)
    #expect(found.pairs.allSatisfy { $0.second < 20 })
    #expect(found.clusters.allSatisfy { $0.batch < 20 })
    #expect(found.component.allSatisfy { $0 == 0 })
    #expect(Set(found.group).count == 60)
    for batch in 20..<60 {
      #expect(!found.groupDifferences[batch].isLarge)
      #expect(SharedCompositionTests.correlation(found, made, 0, batch) > 0.8)
    }
    let frame = CompositionFrame(
      found, genes: MadeCells.genes, pool: ThreadPool(threads: 2)
    ) { made.batches[$0] }
    #expect(frame.populationCount == 1)
  }

  @Test func `as many batches as the limit are compared as ever`() {
    let made = MadeCells((0..<8).map { _ in [9, 9, 9] }, shift: 0.3, seed: 32)
    var limited = CompositionOptions()
    limited.mostBatches = 8
    let found = SharedCompositionTests.composition(made, options: limited)
    #expect(found == SharedCompositionTests.composition(made))
    #expect(found.isCompared.allSatisfy { $0 })
  }
}
