import Foundation
import Numerics
import Neighbours
import Testing
@testable import Evaluation

@Suite struct MetricTests {
  let pool = ThreadPool(threads: 2)

  @Test func `the generator draws what NumPy draws`() {
    // random.RandomState(0).random_sample(3), and the 10,000th number of seed 5489.
    var zero = MersenneTwister(seed: 0)
    #expect(
      (0..<3).map { _ in zero.uniform() }
        == [0.5488135039273248, 0.7151893663724195, 0.6027633760716439])
    var standard = MersenneTwister(seed: 5489)
    for _ in 0..<9999 { _ = standard.bits() }
    #expect(standard.bits() == 4_123_659_995)
  }

  @Test func `the tail of chi-squared is that of tables`() {
    // scipy.stats.chi2.sf
    let values: [(x: Double, degrees: Int, tail: Double)] = [
      (3.841458820694124, 1, 0.05), (0.1, 1, 0.7518296340458492), (5.991464547107979, 2, 0.05),
      (14.067140449340169, 7, 0.05), (1, 7, 0.9948285365165155), (80, 40, 0.0001763028977385677),
      (1e-6, 3, 0.9999999997340385), (500, 2, 2.669190215541147e-109),
    ]
    for value in values {
      #expect(abs(chiSquaredTail(value.x, degrees: value.degrees) - value.tail) < 1e-10)
    }
    #expect(chiSquaredTail(0, degrees: 4) == 1)
  }

  @Test func `agreement of clusters is that of scikit-learn`() {
    let mixed = ClusterAgreement(labels: [0, 0, 1, 1, 2, 2], clusters: [0, 0, 1, 2, 2, 2])
    #expect(abs(mixed.normalizedMutualInformation - 0.7396673768007592) < 1e-12)
    #expect(abs(mixed.adjustedRandIndex - 0.4444444444444444) < 1e-12)
    let equal = ClusterAgreement(labels: [0, 0, 1, 1], clusters: [1, 1, 0, 0])
    #expect(equal.normalizedMutualInformation == 1 && equal.adjustedRandIndex == 1)
    let single = ClusterAgreement(labels: [0, 0, 0], clusters: [0, 0, 0])
    #expect(single.normalizedMutualInformation == 1 && single.adjustedRandIndex == 1)
    let none = ClusterAgreement(labels: [0, 0, 1, 1], clusters: [0, 1, 0, 1])
    #expect(none.normalizedMutualInformation == 0 && abs(none.adjustedRandIndex + 0.5) < 1e-12)
  }

  /// The silhouette widths by plain loops in double precision.
  private func silhouettesReference(of x: Matrix, groups: CellGroups) -> [Double] {
    (0..<x.rows).map { i in
      var sums = [Double](repeating: 0, count: groups.count)
      for j in 0..<x.rows {
        let square = (0..<x.columns).reduce(0.0) {
          let difference = Double(x[i, $1]) - Double(x[j, $1])
          return $0 + difference * difference
        }
        sums[Int(groups.codes[j])] += square.squareRoot()
      }
      let own = Int(groups.codes[i])
      guard groups.sizes[own] > 1 else { return 0 }
      let within = sums[own] / Double(groups.sizes[own] - 1)
      let nearest = sums.indices.filter { $0 != own }.map { sums[$0] / Double(groups.sizes[$0]) }
        .min()
      guard let nearest, max(nearest, within) > 0 else { return 0 }
      return (nearest - within) / max(nearest, within)
    }
  }

  @Test(arguments: [1, 2, 7])
  func `silhouettes agree with plain loops`(types: Int) {
    var cells = SmallCells(90, types: types)
    cells.labels[0] = "alone"
    let groups = CellGroups(cells.labels)
    let widths = silhouettes(of: cells.x, groups: groups, pool: pool)
    for (a, b) in zip(widths, silhouettesReference(of: cells.x, groups: groups)) {
      #expect(abs(a - b) < 1e-5)
    }
    #expect(widths[0] == 0)
  }

  @Test func `the cosine silhouette of batches agrees with its definition`() throws {
    let cells = SmallCells(60, types: 2, batches: 3, shift: 3)
    let (labels, batches) = (CellGroups(cells.labels), CellGroups(cells.batches))
    func distance(_ i: Int32, _ j: Int32) -> Double {
      let (a, b) = (
        cells.x.values[cells.x.range(ofRow: Int(i))], cells.x.values[cells.x.range(ofRow: Int(j))]
      )
      func product(_ a: ArraySlice<Float>, _ b: ArraySlice<Float>) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      return 1 - product(a, b) / (product(a, a) * product(b, b)).squareRoot()
    }
    var means: [Double] = []
    for label in 0..<2 {
      let rows = labels.rows(of: label)
      let scores = rows.map { i in
        let own = rows.filter { $0 != i && batches.codes[Int($0)] == batches.codes[Int(i)] }
        let others = rows.filter { batches.codes[Int($0)] != batches.codes[Int(i)] }
        let within = own.reduce(0) { $0 + distance(i, $1) } / Double(own.count)
        let between = others.reduce(0) { $0 + distance(i, $1) } / Double(others.count)
        return 1 - abs(between - within) / max(between, within)
      }
      means.append(scores.reduce(0, +) / Double(scores.count))
    }
    let expected = (means[0] + means[1]) / 2
    #expect(
      abs(try #require(bras(of: cells.x, labels: labels, batches: batches)) - expected) < 1e-9)
    let apart = CellGroups(cells.batches)
    #expect(bras(of: cells.x, labels: apart, batches: apart) == nil)
  }

  @Test func `weights of neighbours have the entropy asked for`() {
    let distances: [Float] = (1...89).map { 0.1 * Float($0) }
    let weights = neighbourWeights(distances[...], perplexity: 30)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
    let entropy = -weights.reduce(0) { $0 + $1 * log($1) }
    #expect(abs(entropy - log(30)) < 1e-4)
    #expect(neighbourWeights([0, 0, 0, 0], perplexity: 2).allSatisfy { $0 == 0.25 })
    #expect(neighbourWeights([1e12, 1e12], perplexity: 1.5).allSatisfy { $0 == 0.5 })
  }

  @Test func `explained variance is that between batches`() {
    // Two batches at -1 and 1 in one of two columns; the other has the same variance.
    let x = Matrix(rows: 4, columns: 2, values: [-1, 1, -1, -1, 1, 1, 1, -1])
    let batches = CellGroups(["a", "a", "b", "b"])
    #expect(varianceExplained(in: x, by: batches) == 0.5)
    let none = Matrix(rows: 4, columns: 1, values: [1, -1, 1, -1])
    #expect(pcrComparison(before: x, after: none, batches: batches) == 1)
    #expect(pcrComparison(before: x, after: x, batches: batches) == 0)
    #expect(pcrComparison(before: none, after: x, batches: batches) == nil)
  }

  @Test func `clusters without cells are filled, and equal cells do no harm`() {
    var x = Matrix(rows: 40, columns: 2)
    for i in 30..<40 { x[i, 0] = Float(i) }
    let clusters = KMeans(x, clusters: 15, pool: pool).clustering(seed: 3)
    #expect(clusters.count == 40 && clusters.allSatisfy { $0 >= 0 && $0 < 15 })
    let same = KMeans(Matrix(rows: 5, columns: 3), clusters: 3, pool: pool).clustering(seed: 0)
    #expect(same.count == 5)
  }

  @Test func `a label's graph that falls apart is tested on what is left`() {
    // One label in two groups far apart, batches mixed in each: accepted nearly everywhere.
    var cells = SmallCells(160, types: 1, batches: 2)
    for i in 0..<160 where i % 2 == 0 { cells.x[i, 0] += 1000 }
    let table = nearestNeighbours(of: cells.x, k: 49, pool: pool)
    let (labels, batches) = (CellGroups(cells.labels), CellGroups(cells.batches))
    let score = kbetByLabel(table, labels: labels, batches: batches, pool: pool)[0] ?? 0
    #expect(score > 0.7)
    // The same with the batches apart: rejected.
    let apart = CellGroups((0..<160).map { $0 % 2 == 0 ? "a" : "b" })
    let rejected = kbetByLabel(table, labels: labels, batches: apart, pool: pool)[0] ?? 1
    #expect(rejected < 0.05)
    #expect(kbetByLabel(table, labels: apart, batches: apart, pool: pool) == [nil, nil])
  }
}
