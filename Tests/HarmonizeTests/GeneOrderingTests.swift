import Numerics
import Testing
@testable import CountData

/// Entries are sorted by gene without comparing them.
@Suite struct GeneOrderingTests {
  @Test func `entries are sorted as by comparing`() {
    var random = Xoshiro256(seed: 5)
    var ordering = GeneOrdering(genes: 300)
    for count in [0, 1, 2, 63, 64, 65, 200, 300] {
      for repeats in [false, true] {
        var genes = Array((0..<UInt16(300)).shuffled(using: &random).prefix(count))
        if repeats, count > 2 { genes[2] = genes[0] }
        let values = genes.map { _ in Float(random.uniformDouble()) }
        // Entries beyond the count are left as they are.
        var (found, foundValues) = (genes + [7], values + [9])
        ordering.sort(count, &found, &foundValues)
        var (expected, expectedValues) = (genes, values)
        GeneOrdering.sortReference(count, &expected, &expectedValues)
        #expect(found == expected + [7] && foundValues == expectedValues + [9])
      }
    }
  }
}
