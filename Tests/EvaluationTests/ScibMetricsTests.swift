import Foundation
import Numerics
import Neighbours
import Testing
@testable import Evaluation

/// What is compared: three of the committed embeddings, or all in the folder that the environment
/// variable `SCHARMONIZE_EVALUATION_FIXTURES` names.
private let references: [(set: String, embedding: String)] = {
  guard ReferenceScores.isElsewhere else {
    return [
      ("pancreas_panc8_small", "X_pca"), ("pancreas_panc8_small", "X_harmony"),
      ("lungmix_celseq2_dropseq", "X_harmony"),
    ]
  }
  let files = try? FileManager.default.contentsOfDirectory(atPath: ReferenceScores.folder.path)
  let sets = (files ?? []).filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  return sets.flatMap { [($0, "X_pca"), ($0, "X_harmony")] }
}()

@Suite struct ScibMetricsTests {
  let pool = ThreadPool(threads: 2)

  @Test(arguments: references)
  func `every metric is that of scib-metrics`(set: String, embedding: String) throws {
    let reference = try ReferenceScores.load(set)
    let expected = try #require(reference.embeddings[embedding])
    let evaluator = try Evaluator(
      batches: reference.batches, labels: reference.labels,
      uncorrected: try reference.matrix(set, "X_pca"), pool: pool)
    let found = try evaluator.scores(of: try reference.matrix(set, embedding))
    let aggregates = ["bio_conservation", "batch_correction", "total"]
    for (mine, theirs) in zip(found.all, expected.scores.all)
    where Metric.scib.contains(where: { $0.key == mine.name }) || aggregates.contains(mine.name) {
      let score = try #require(mine.score)
      let other = try #require(theirs.score)
      #expect(abs(score - other) < (mine.name == "kbet" ? 0.01 : 0.001), "\(mine.name)")
    }
  }

  @Test(arguments: ReferenceScores.isElsewhere ? references : Array(references.prefix(1)))
  func `what leads to the metrics is the same too`(set: String, embedding: String) throws {
    let reference = try ReferenceScores.load(set)
    let expected = try #require(reference.embeddings[embedding])
    let x = try reference.matrix(set, embedding)
    let labels = CellGroups(reference.labels)
    let batches = CellGroups(reference.batches)

    let table = nearestNeighbours(of: x, k: 89, pool: pool)
    #expect(table.indices.reduce(0) { $0 + Int($1) } == expected.neighbours.index_sum)
    #expect(Array(table.indices[table.range(ofQuery: 0)]) == expected.neighbours.first_row)
    let last = table.distances[table.range(ofQuery: x.rows - 1)]
    for (a, b) in zip(last, expected.neighbours.last_distances) {
      #expect(abs(Double(a) - b) < 1e-5 * b)
    }

    let widths = silhouettes(of: x, groups: labels, pool: pool)
    for (a, b) in zip(widths, expected.details.silhouettes) { #expect(abs(a - b) < 1e-4) }

    let kmeans = KMeans(x, clusters: labels.count, pool: pool)
    for seed in 0..<(ReferenceScores.isElsewhere ? 20 : 3) {
      let agreement = ClusterAgreement(
        labels: labels.codes, clusters: kmeans.clustering(seed: UInt32(seed)))
      #expect(
        abs(agreement.normalizedMutualInformation - expected.details.kmeans_nmi[seed]) < 1e-5,
        "seed \(seed)")
      #expect(abs(agreement.adjustedRandIndex - expected.details.kmeans_ari[seed]) < 1e-5)
    }

    let kbet = kbetByLabel(table.nearest(49), labels: labels, batches: batches, pool: pool)
    for (name, score) in zip(labels.names, kbet) {
      let other = try #require(expected.details.kbet[name])
      #expect((score == nil) == (other == nil), "\(name)")
      if let score, let other { #expect(abs(score - other) < 1e-3, "\(name)") }
    }
  }
}
