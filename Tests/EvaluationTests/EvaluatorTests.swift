import Evaluation
import Foundation
import Numerics
import Testing

@Suite struct EvaluatorTests {
  let pool = ThreadPool(threads: 2)

  @Test func `one thread gives the bytes of three, and scores lie within their bounds`() throws {
    let cells = SmallCells(400, shift: 1)
    let before = SmallCells(400, shift: 3)
    var all: [EmbeddingScores] = []
    for threads in [1, 3] {
      let evaluator = try Evaluator(
        batches: cells.batches, labels: cells.labels, uncorrected: before.x,
        pool: ThreadPool(threads: threads))
      all.append(try evaluator.scores(of: cells.x))
    }
    #expect(all[0] == all[1])
    for (name, score) in all[0].all {
      let score = try #require(score, "\(name)")
      #expect(score >= (name == "scgraph" ? -1 : 0) && score <= 1, "\(name)")
    }
  }

  @Test func `coordinates in any place have the same scores`() throws {
    let cells = SmallCells(9_000, shift: 1)
    var labels: [String?] = cells.labels
    for i in 0..<8_800 where i % 9 != 0 { labels[i] = nil }
    let embedding = Embedding(cellCount: 9_000, dimensions: 6, values: cells.x.values)
    let inMemory = try Evaluator(
      batches: cells.batches, labels: labels, uncorrected: cells.x, pool: pool)
    let elsewhere = try Evaluator(
      batches: cells.batches, labels: labels, uncorrected: embedding, pool: pool)
    #expect(try inMemory.scores(of: cells.x) == elsewhere.scores(of: embedding))
    var bad = cells.x
    bad[8_500, 3] = .nan
    let damaged = Embedding(cellCount: 9_000, dimensions: 6, values: bad.values)
    let found = EvaluationError.notFinite(name: "X_x", count: 1, firstRow: 8_500, firstColumn: 3)
    #expect(throws: found) {
      try inMemory.scores(of: damaged, name: "X_x")
    }
  }

  @Test func `many cells have notes about what is approximate`() throws {
    let n = 60_000
    let evaluator = try Evaluator(
      batches: (0..<n).map { $0 < 55_000 ? "a" : "b" },
      uncorrected: Matrix(rows: n, columns: 1, values: (0..<n).map { Float($0 % 777) }), pool: pool)
    #expect(
      evaluator.notes == [
        "the nearest neighbours of 60000 cells are approximate, with a recall of at least 0.99",
        "of batches with more than 50000 cells, the preserved neighbourhoods are those of 50000 "
          + "cells, drawn with seed 0",
      ])
  }

  @Test func `without labels there are the metrics that need none`() throws {
    let cells = SmallCells(120)
    let evaluator = try Evaluator(batches: cells.batches, uncorrected: cells.x, pool: pool)
    let scores = try evaluator.scores(of: cells.x)
    let defined = scores.all.filter { $0.score != nil }.map(\.name)
    #expect(defined == ["ilisi", "pcr_comparison"])
  }

  @Test func `cells without a label are left out, and the notes say so`() throws {
    let cells = SmallCells(150)
    var labels: [String?] = cells.labels
    for i in 0..<10 { labels[i] = i % 2 == 0 ? nil : "unknown" }
    let evaluator = try Evaluator(batches: cells.batches, labels: labels, pool: pool)
    #expect(evaluator.notes == ["10 cells without a label were left out"])
    let rest = Array(10..<150)
    let alone = try Evaluator(
      batches: rest.map { cells.batches[$0] }, labels: rest.map { cells.labels[$0] }, pool: pool)
    let kept = Matrix(
      rows: 140, columns: 6, values: Array(cells.x.values[cells.x.range(ofRow: 10).lowerBound...]))
    #expect(try evaluator.scores(of: cells.x) == alone.scores(of: kept))
  }

  @Test func `beyond the limit a sample is judged, and the notes say so`() throws {
    let cells = SmallCells(300)
    var options = EvaluationOptions()
    options.maximumCells = 150
    let evaluator = try Evaluator(
      batches: cells.batches, labels: cells.labels, options: options, pool: pool)
    #expect(evaluator.notes == ["all scores are computed from 150 of 300 cells, drawn with seed 0"])
    #expect(evaluator.batches.codes.count == 150)
    #expect(try evaluator.scores(of: cells.x).clisi != nil)
  }

  @Test(arguments: [3, 5, 11, 40])
  func `few cells give scores and no trap`(n: Int) throws {
    var cells = SmallCells(n, types: 2)
    cells.labels = (0..<n).map { $0 < 2 ? "type 0" : "type 1" }
    cells.batches = (0..<n).map { $0 % 2 == 0 ? "a" : "b" }
    let evaluator = try Evaluator(
      batches: cells.batches, labels: cells.labels, uncorrected: cells.x, pool: pool)
    for x in [cells.x, Matrix(rows: n, columns: 3)] {
      let scores = try evaluator.scores(of: x)
      #expect(scores.all.allSatisfy { $0.score?.isFinite ?? true })
      _ = try evaluator.mixing(of: x)
      _ = try evaluator.preservation(of: x)
    }
  }

  @Test func `what does not fit is refused by name`() throws {
    let x = Matrix(rows: 4, columns: 2, values: [0, 1, 2, .nan, 4, 5, 6, .infinity])
    let evaluator = try Evaluator(batches: ["a", "b", "a", "b"], pool: pool)
    #expect(throws: EvaluationError.notFinite(name: "X_x", count: 2, firstRow: 1, firstColumn: 1)) {
      try evaluator.scores(of: x, name: "X_x")
    }
    #expect(throws: EvaluationError.cellCount(name: "X_x", found: 3, expected: 4)) {
      try evaluator.scores(of: Matrix(rows: 3, columns: 2), name: "X_x")
    }
    #expect(throws: EvaluationError.noDimensions(name: "X_x")) {
      try evaluator.scores(of: Matrix(rows: 4, columns: 0), name: "X_x")
    }
    #expect(throws: EvaluationError.missingBatches(count: 1, first: 1)) {
      try Evaluator(batches: ["a", nil], pool: pool)
    }
    #expect(throws: EvaluationError.oneBatch(name: "a")) {
      try Evaluator(batches: ["a", "a"], pool: pool)
    }
    #expect(throws: EvaluationError.oneBatch(name: nil)) {
      try Evaluator(batches: [], pool: pool)
    }
    #expect(throws: EvaluationError.noLabels(leftOut: ["unknown"])) {
      try Evaluator(batches: ["a", "b"], labels: [nil, "unknown"], pool: pool)
    }
    #expect(
      "\(EvaluationError.notFinite(name: "X_x", count: 2, firstRow: 1, firstColumn: 1))"
        == "'X_x' has 2 values that are NaN, infinite or beyond 1e15, first in row 1, column 1")
  }
}

@Suite struct ScoreTableTests {
  var table: ScoreTable {
    var scores = EmbeddingScores()
    scores.clisi = 0.98765432
    scores.total = 0.5
    return ScoreTable(
      rows: [.init(name: "X_pca", scores: scores), .init(name: "a \"b\", c", scores: .init())],
      notes: ["a note"])
  }

  @Test func `the table has a line for each metric and a column for each embedding`() {
    #expect(
      table.text == """
                                     X_pca  a "b", c
        isolated_labels                  -         -
        kmeans_nmi                       -         -
        kmeans_ari                       -         -
        silhouette_label                 -         -
        clisi                       0.9877         -
        bras                             -         -
        ilisi                            -         -
        kbet                             -         -
        graph_connectivity               -         -
        pcr_comparison                   -         -
        bio_conservation                 -         -
        batch_correction                 -         -
        total                       0.5000         -
        bio_conservation_by_chance       -         -
        batch_correction_by_chance       -         -
        total_by_chance                  -         -
        ksim                             -         -
        scgraph                          -         -
        within_label_structure           -         -
        subtypes                         -         -
        cilisi                           -         -
        sbee                             -         -
        note: a note

        """)
  }

  @Test func `values separated by commas have a line for each embedding`() {
    #expect(
      table.csv == """
        embedding,isolated_labels,kmeans_nmi,kmeans_ari,silhouette_label,clisi,bras,ilisi,kbet,\
        graph_connectivity,pcr_comparison,bio_conservation,batch_correction,total,\
        bio_conservation_by_chance,batch_correction_by_chance,total_by_chance,ksim,scgraph,\
        within_label_structure,subtypes,cilisi,sbee
        X_pca,,,,,0.987654,,,,,,,,0.500000,,,,,,,,,
        "a ""b"", c",,,,,,,,,,,,,,,,,,,,,,

        """)
  }

  @Test func `JSON has an object for each embedding, which reads back`() throws {
    let decoded = try JSONDecoder().decode(
      [String: EmbeddingScores].self, from: Data(table.json.utf8))
    #expect(decoded == Dictionary(uniqueKeysWithValues: table.rows.map { ($0.name, $0.scores) }))
    #expect(table.json.contains("\"kmeans_nmi\": null") && table.json.contains("\"total\": 0.5"))
    let encoded = try JSONEncoder().encode(table.rows[0].scores)
    let object = try #require(
      try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
    #expect(
      Set(object.keys) == [
        "isolated_labels", "kmeans_nmi", "kmeans_ari", "silhouette_label", "clisi", "bras",
        "ilisi", "kbet", "graph_connectivity", "pcr_comparison", "bio_conservation",
        "batch_correction", "total", "bio_conservation_by_chance", "batch_correction_by_chance",
        "total_by_chance", "ksim", "scgraph", "within_label_structure", "subtypes", "cilisi",
        "sbee",
      ])
  }
}
