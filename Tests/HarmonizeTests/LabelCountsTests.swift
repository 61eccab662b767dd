import Numerics
import Testing
@testable import Integration
@testable import Support

/// Counts of labels in clusters: laws of the agreement, of doubt, and of the weights.
@Suite struct LabelCountsTests {
  private func counts(_ labels: [Int32], _ clusters: [Int32]) -> LabelCounts {
    LabelCounts(
      of: Array(labels.indices), label: labels, cluster: clusters, labels: 3, clusters: 4)
  }

  @Test func `clusters of one label agree wholly, and those of all labels not at all`() {
    let labels = (0..<300).map { Int32($0 % 3) }
    #expect(abs(counts(labels, labels).agreement - 1) < 1e-12)
    // Independent, so the information is zero, and below that expected by chance.
    #expect(counts(labels, (0..<300).map { Int32($0 / 75) }).agreement <= 0)
    var shuffled = labels
    var random = Xoshiro256(seed: 3)
    random.shuffle(&shuffled)
    #expect(abs(counts(shuffled, labels).agreement) < 0.03)
  }

  @Test func `the agreement is the share of entropy, less that by chance`() {
    // 30 cells of label 0 in cluster 0; 10 of each label in cluster 1.
    let labels = [Int32](repeating: 0, count: 30) + (0..<30).map { Int32($0 % 3) }
    let clusters = (0..<60).map { Int32($0 / 30) }
    let (rare, common) = (1.0 / 6, 2.0 / 3)
    let entropy = -common * logarithm(common) - 2 * rare * logarithm(rare)
    let information = entropy - 0.5 * logarithm(3.0)
    let chance = 2.0 / 120
    let expected = (information - chance) / (entropy - chance)
    #expect(abs(counts(labels, clusters).agreement - expected) < 1e-12)
  }

  @Test func `a label alone among others is doubted, also with few cells`() {
    let labels = [Int32](repeating: 0, count: 50) + [1] + [Int32](repeating: 1, count: 49)
    let clusters = [Int32](repeating: 0, count: 51) + [Int32](repeating: 1, count: 49)
    let found = counts(labels, clusters)
    #expect(!found.agrees(label: 1, cluster: 0))
    #expect(found.agrees(label: 0, cluster: 0))
    #expect(found.agrees(label: 1, cluster: 1))
    // The only cell of a label has nothing to disagree with.
    #expect(counts([2, 0, 0, 0], [0, 0, 0, 0]).agrees(label: 2, cluster: 0))
    // A cell that was not counted is compared with all that were.
    #expect(found.agrees(label: 0, cluster: 0, isCounted: false))
    #expect(!found.agrees(label: 0, cluster: 1, isCounted: false))
  }

  @Test func `weights of a cluster leave a rest for the cluster itself`() {
    let found = counts([0, 0, 0, 1, 2], [0, 0, 0, 0, 1])
    var expected = [Float](repeating: 0, count: 12)
    (expected[0], expected[1], expected[5]) = (3 / 9, 1 / 9, 1 / 6)
    #expect(found.weights == expected)
  }

  @Test func `cells without a label are not counted`() {
    let found = counts([-1, 0, -1, 1], [0, 0, 1, 1])
    #expect(found.total == 2)
    #expect(found.ofCluster == [1, 1, 0, 0])
    #expect(found.ofLabel == [1, 1, 0])
  }
}
