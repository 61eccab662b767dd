import Foundation
import Neighbours
import Numerics
import TestSupport
import Testing
@testable import Evaluation

/// The metrics beside the aggregates, held to other tools and to their definitions.
@Suite struct FurtherMetricsTests {
  let pool = ThreadPool(threads: 2)

  /// The values that `make_further_metrics.py` stored.
  private struct References: Decodable {
    let sets: [String: [String: [String: Double?]]]
  }

  @Test(
    arguments: ["lungmix_celseq2_dropseq", "pancreas_panc8_small"], ["X_pca", "X_harmony"])
  func `metrics are those of scib-metrics, scGraph and Pegasus`(
    set: String, embedding: String
  ) throws {
    guard !ReferenceScores.isElsewhere else { return }
    let folder = TestFiles.fixtures.appending(path: "evaluation")
    let references = try JSONDecoder().decode(
      References.self, from: Data(contentsOf: folder.appending(path: "further.json")))
    let expected = try #require(references.sets[set]?[embedding])
    let reference = try ReferenceScores.load(set)
    let (x, before) = (
      try reference.matrix(set, embedding), try reference.matrix(set, "X_pca")
    )
    let (labels, batches) = (CellGroups(reference.labels), CellGroups(reference.batches))
    let table = nearestNeighbours(of: x, k: 89, pool: pool)
    func value(_ name: String) throws -> Double { try #require(expected[name] ?? nil) }
    #expect(
      abs(
        batchEffectScore(of: x, table, labels: labels, batches: batches, pool: pool)
          - (try value("sbee"))) < 1e-4)
    #expect(similarNeighbourhoods(table.nearest(24), labels: labels) == (try value("ksim")))
    let agreement = labelGraphAgreement(
      of: x, before: before, labels: labels, batches: batches, pool: pool)
    #expect(abs(try #require(agreement) - (try value("scgraph"))) < 1e-3)
    // The LISI of scib-metrics 0.6.1 is that of 0.5.10.
    let scores = try #require(reference.embeddings[embedding]?.scores)
    #expect(abs(try #require(scores.ilisi) - (try value("ilisi"))) < 1e-5)
    #expect(abs(try #require(scores.clisi) - (try value("clisi"))) < 1e-5)
    // harmonypy's LISI needs 90 cells, so the reference leaves out smaller labels.
    let large = (0..<Int32(x.rows)).filter { labels.sizes[Int(labels.codes[Int($0)])] >= 90 }
    let found = withinLabelLISI(
      of: x.gathering(large), labels: labels.gathering(large), batches: batches.gathering(large),
      pool: pool)
    #expect(abs(try #require(found) - (try value("cilisi"))) < 1e-3)
  }

  /// One label in two batches, with coordinates before correction along a line in each.
  private static func line(_ n: Int) -> (x: Matrix, batches: CellGroups, labels: CellGroups) {
    var random = Xoshiro256(seed: 3)
    var x = Matrix(rows: n, columns: 4)
    for i in 0..<n {
      let place = Float(random.standardNormal())
      for j in 0..<4 { x[i, j] = 0.1 * Float(random.standardNormal()) }
      x[i, 0] += 3 * place
      x[i, 3] += i % 2 == 0 ? 20 : 0
    }
    return (
      x, CellGroups((0..<n).map { $0 % 2 == 0 ? "a" : "b" }),
      CellGroups((0..<n).map { $0 < n - 1 ? "one" : "another" })
    )
  }

  @Test func `structure within labels is kept by a shift, and lost with the line`() throws {
    let (before, batches, labels) = Self.line(1_000)
    var corrected = before
    for i in 0..<1_000 where i % 2 == 0 { corrected[i, 3] -= 20 }
    var random = Xoshiro256(seed: 4)
    let noise = Matrix(
      rows: 1_000, columns: 4, values: (0..<4_000).map { _ in Float(random.standardNormal()) })
    func structure(_ x: Matrix) -> Double? {
      withinLabelStructure(of: x, before: before, labels: labels, batches: batches, pool: pool)
    }
    func subtypes(_ x: Matrix) -> Double? {
      keptSubtypes(of: x, before: before, labels: labels, batches: batches, pool: pool)
    }
    #expect(try #require(structure(corrected)) > 0.999)
    #expect(try #require(structure(noise)) < 0.02)
    #expect(try #require(subtypes(corrected)) > 0.9)
    #expect(abs(try #require(subtypes(noise))) < 0.05)
    // The correlation does not depend on the axes, and linear copies of a coordinate change nothing.
    var turned = Matrix(rows: 1_000, columns: 5)
    for i in 0..<1_000 {
      for j in 0..<4 { turned[i, j] = corrected[i, 3 - j] }
      turned[i, 4] = corrected[i, 0] * 2 + 1
    }
    #expect(abs(try #require(structure(turned)) - (try #require(structure(corrected)))) < 1e-3)
    let few = (0..<Int32(20)).map(\.self)
    #expect(
      withinLabelStructure(
        of: before.gathering(few), before: before.gathering(few), labels: labels.gathering(few),
        batches: batches.gathering(few), pool: pool) == nil)
  }

  @Test func `sBEE agrees with plain loops`() {
    let cells = SmallCells(150, types: 2, batches: 3, shift: 1)
    let (labels, batches) = (CellGroups(cells.labels), CellGroups(cells.batches))
    let table = nearestNeighbours(of: cells.x, k: 89, pool: pool)
    let found = batchEffectScore(
      of: cells.x, table, labels: labels, batches: batches, pool: pool)
    func distance(_ i: Int, _ j: Int) -> Double {
      (0..<cells.x.columns).reduce(0.0) {
        let difference = Double(cells.x[i, $1]) - Double(cells.x[j, $1])
        return $0 + difference * difference
      }.squareRoot()
    }
    var ofBlock: [[Int32]: [Double]] = [:]
    for i in 0..<150 {
      let alike = (0..<150).filter { labels.codes[$0] == labels.codes[i] }
      let own = alike.filter { $0 != i && batches.codes[$0] == batches.codes[i] }
      let others = alike.filter { batches.codes[$0] != batches.codes[i] }
      let ratio =
        median(of: own.map { distance(i, $0) }) / median(of: others.map { distance(i, $0) })
      let size = min(90, alike.count)
      var near = Array(table.indices[table.range(ofQuery: i)].prefix(size - 1))
      near.append(Int32(i))
      near.removeAll { labels.codes[Int($0)] != labels.codes[i] }
      var divergence = 0.0
      for batch in 0..<Int32(3) {
        let p = Double(near.count { batches.codes[Int($0)] == batch }) / Double(near.count)
        let q = Double(alike.count { batches.codes[$0] == batch }) / Double(alike.count)
        let middle = (p + q) / 2
        divergence += (p > 0 ? p * log2(p / middle) : 0) + (q > 0 ? q * log2(q / middle) : 0)
      }
      let composition = 1 - (divergence / 2).squareRoot()
      let separation = exp(-abs(1 - min(1, ratio)) / 0.15)
      ofBlock[[labels.codes[i], batches.codes[i]], default: []].append(
        2 * composition * separation / (composition + separation))
    }
    var expected = 0.0
    for label in 0..<Int32(2) {
      let means = ofBlock.filter { $0.key[0] == label }.values
        .map { scores -> Double in scores.reduce(0, +) / Double(scores.count) }
      expected += means.reduce(0, +) / Double(means.count) / 2
    }
    #expect(abs(found - expected) < 1e-4)
  }

  @Test func `chance has no biology, and mixes batches`() throws {
    let cells = SmallCells(400, types: 4, batches: 2, shift: 4)
    let evaluator = try Evaluator(
      batches: cells.batches, labels: cells.labels, uncorrected: cells.x, pool: pool)
    let scores = try evaluator.scores(of: cells.x)
    let biology = try #require(scores.bioConservation)
    let byChance = try #require(scores.bioConservationByChance)
    #expect(byChance < 0.35 && biology > 0.8)
    #expect(try #require(scores.batchCorrectionByChance) > (try #require(scores.batchCorrection)))
    let expected = 0.6 * byChance + 0.4 * (try #require(scores.batchCorrectionByChance))
    #expect(abs(try #require(scores.totalByChance) - expected) < 1e-12)
    #expect(scores == (try evaluator.scores(of: cells.x)))
  }
}
