import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct EvaluateTests {
  static let metrics = [
    "isolated_labels", "kmeans_nmi", "kmeans_ari", "silhouette_label", "clisi", "bras", "ilisi",
    "kbet", "graph_connectivity", "pcr_comparison", "bio_conservation", "batch_correction", "total",
    "bio_conservation_by_chance", "batch_correction_by_chance", "total_by_chance", "ksim",
    "scgraph", "within_label_structure", "subtypes", "cilisi", "sbee",
  ]

  /// Reads scores; undefined ones are not a number.
  private func scores(_ data: Data) throws -> [String: [String: Double]] {
    let rows = try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]]
    return try #require(rows).mapValues { row in
      row.filter { !$0.key.hasPrefix("verdict") }
        .mapValues { $0 as? Double ?? ($0 is NSNull ? .nan : .infinity) }
    }
  }

  let folder: TemporaryFolder

  /// 200 cells of four types in two batches, with an embedding that shows the types and one that
  /// shows the batches.
  init() throws {
    folder = try TemporaryFolder()
    let planted = PlantedBatches([[0, 1, 2, 3], [0, 1, 2, 3]], cellsOfType: 25)
    func points(_ codes: [Int]) -> [[Float]] {
      codes.enumerated().map { cell, code in
        [10 * Float(code) + Float(cell * 37 % 100) / 100, Float(cell * 53 % 100) / 100]
      }
    }
    try planted.write(
      to: folder.path("x.h5ad"), columns: ("batch", "cell_type"),
      embeddings: [("X_types", points(planted.types)), ("X_sources", points(planted.batches))])
  }

  @Test func `several embeddings are scored side by side`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "X_sources", "--label-key", "cell_type"]
        + ["--json", "-", "--quiet"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    let json = try scores(Data(outcome.output.utf8))
    #expect(Set(json.keys) == ["X_types", "X_sources", "uncorrected"])
    // Principal components of the counts show the types, and nothing was corrected.
    #expect(json["uncorrected"]?["kmeans_ari"] ?? 0 > 0.9)
    #expect(json["uncorrected"]?["pcr_comparison"] == 0)
    let types = try #require(json["X_types"])
    let batches = try #require(json["X_sources"])
    #expect(Set(types.keys) == Set(Self.metrics))
    #expect(types["kmeans_ari"] ?? 0 > 0.9)
    #expect(types["ilisi"] ?? 0 > 0.5)
    #expect(batches["ilisi"] ?? 1 < 0.1)
    #expect(types["total"] ?? 0 > batches["total"] ?? 1)
  }

  @Test func `MultiQC gets a row for each embedding, with the scores`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "X_sources", "--label-key", "cell_type"]
        + ["--json", "scores.json", "--multiqc", "y_mqc.json"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    func object(_ name: String) throws -> [String: Any] {
      let data = try Data(contentsOf: URL(filePath: folder.path(name)))
      return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let scores = try scores(Data(contentsOf: URL(filePath: folder.path("scores.json"))))
    let table = try object("y_mqc.json")
    #expect(table["plot_type"] as? String == "table")
    let rows = try #require(table["data"] as? [String: [String: Double]])
    #expect(Set(rows.keys) == ["x X_types", "x X_sources", "x uncorrected"])
    let defined = scores.mapValues { $0.filter { $0.value.isFinite } }
    let expected = try #require(defined["X_types"])
    #expect(try Set(#require(rows["x X_types"]).keys) == Set(expected.keys))
    for (name, score) in expected {
      #expect(abs((rows["x X_types"]?[name] ?? -1) - score) <= 0.00005, "\(name)")
    }
    let headers = try #require(table["headers"] as? [String: [String: Any]])
    #expect(Set(headers.keys) == Set(defined.values.flatMap(\.keys)))
    #expect(headers["kmeans_nmi"]?["placement"] as? Int == 1)
    let general = try object("y_general_mqc.json")
    #expect(general["plot_type"] as? String == "generalstats")
    let given = try #require(general["data"] as? [String: [String: Any]])
    let row = try #require(given["x X_types"])
    #expect(
      Set(row.keys) == [
        "score_total", "score_bio", "score_batch", "score_mixing", "evaluation_warnings",
        "verdict", "verdict_evidence",
      ])
    let total = try #require(row["score_total"] as? Double)
    #expect(abs(total - (scores["X_types"]?["total"] ?? 1)) <= 0.00005)
    // The same sentence in the text, the JSON and MultiQC.
    let json = try object("scores.json")
    for name in ["X_types", "X_sources"] {
      let told = try #require(json[name] as? [String: Any])
      let kind = try #require(told["verdict"] as? String)
      let evidence = try #require(told["verdict_evidence"] as? String)
      #expect(outcome.output.contains("'\(name)' looks \(kind): \(evidence)\n"))
      #expect(given["x \(name)"]?["verdict"] as? String == kind)
      #expect(given["x \(name)"]?["verdict_evidence"] as? String == evidence)
      #expect(name == "X_types" ? kind == "well corrected" : kind.hasPrefix("under"), "\(evidence)")
    }
    #expect((json["uncorrected"] as? [String: Any])?["verdict"] == nil)
    #expect(given["x uncorrected"] != nil && given["x uncorrected"]?["verdict"] == nil)
    let columns = try #require(general["pconfig"] as? [[String: Any]])
    #expect(columns.flatMap(\.keys).prefix(3) == ["verdict", "verdict_evidence", "score_total"])
  }

  @Test(.enabled(if: ReportTests.multiqc != nil, "name MultiQC's program in SCHARMONIZE_MULTIQC"))
  func `MultiQC shows the runs of evaluate`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "X_sources", "--label-key", "cell_type"]
        + ["--multiqc", "y_mqc.json"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    let program = try #require(ReportTests.multiqc)
    let shown = try Program.start(
      [".", "--strict", "--no-ansi", "-o", "shown"], in: folder.url, program: URL(filePath: program)
    ).wait()
    #expect(shown.status == 0, "\(shown.error)")
    func lines(_ name: String) throws -> [Substring] {
      try String(contentsOfFile: folder.path("shown/multiqc_data/\(name).txt"), encoding: .utf8)
        .split(separator: "\n")
    }
    for table in ["multiqc_general_stats", "multiqc_scharmonize_scores_table"] {
      let rows = try lines(table).dropFirst().map { $0.split(separator: "\t").first }
      #expect(Set(rows) == ["x X_sources", "x X_types", "x uncorrected"], "\(table)")
    }
  }

  @Test(arguments: [
    (["--multiqc", "y.json"], 64), (["--multiqc", "none/y_mqc.json"], 73),
    (["--json", "y_general_mqc.json", "--multiqc", "y_mqc.json"], 64),
  ])
  func `files for MultiQC that cannot be are refused before any work`(
    arguments: [String], status: Int
  ) throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types"] + arguments, in: folder.url)
    #expect(Int(outcome.status) == status && outcome.output == "", "\(outcome.error)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["x.h5ad"])
  }

  @Test func `the table names embeddings, mixing and what was kept`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "--quiet"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output.contains("X_types"))
    #expect(
      outcome.output.contains("Mixing of the batches (0 separate, 1 as their sizes predict):"))
    #expect(
      outcome.output.contains(
        "Preserved neighbourhoods of each batch, compared with principal components of the counts:")
    )
  }

  @Test(arguments: [
    ["x.h5ad", "--embedding", "X_types,X_sources"], ["--embedding=X_types,X_sources", "x.h5ad"],
    ["--embedding", "X_types", "x.h5ad", "--embedding", "X_sources"],
    ["--embedding", "X_types", "X_sources", "x.h5ad"],
  ])
  func `embeddings are listed, repeated, or words before the file`(arguments: [String]) throws {
    let outcome = try Program.run(
      ["evaluate", "--quiet", "--csv", "-"] + arguments, in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
    #expect(
      outcome.output.split(separator: "\n").map { $0.prefix { $0 != "," } }
        == ["embedding", "X_types", "X_sources", "uncorrected"])
  }

  @Test func `an embedding named twice is refused`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types,X_types"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("'--embedding' names an embedding twice, or an empty one."))
  }

  @Test func `the counts are those that the integration read, or of a layer`() throws {
    let planted = PlantedBatches([[0, 1], [0, 1]], cellsOfType: 25)
    try planted.write(
      to: folder.path("layered.h5ad"), columns: ("batch", "cell_type"),
      embeddings: [("X_types", planted.types.map { [Float($0), 0.5] })], countsLayer: "counts",
      change: { log1p($0) })
    func omitted(_ options: [String]) throws -> Bool {
      let outcome = try Program.run(
        ["evaluate", "layered.h5ad", "--embedding", "X_types"] + options, in: folder.url)
      #expect(outcome.status == 0)
      return outcome.output.contains("no uncorrected expression to compare with")
    }
    #expect(try omitted([]))
    #expect(try !omitted(["--layer", "counts"]))
    let run = try Program.run(
      ["layered.h5ad", "--layer", "counts", "-o", "out.h5ad", "--visits", "640"], in: folder.url)
    #expect(run.status == 0, "\(run.error)")
    let outcome = try Program.run(
      ["evaluate", "out.h5ad", "--label-key", "cell_type"], in: folder.url)
    #expect(
      outcome.error.contains(
        "the counts are those of 'layers/counts', which the integration of the file read\n"),
      "\(outcome.error)")
    #expect(!outcome.output.contains("no uncorrected expression to compare with"))
    // A matrix that was named is not passed over.
    let none = try Program.run(["evaluate", "out.h5ad", "--layer", "count"], in: folder.url)
    #expect(none.status == 65)
    #expect(none.error.contains("Error: 'out.h5ad' has no layer 'count' (did you mean 'counts'?)"))
    let both = try Program.run(
      ["evaluate", "out.h5ad", "--layer", "counts", "--use-raw"], in: folder.url)
    #expect(both.status == 64)
    #expect(both.error.contains("'--layer' and '--use-raw' cannot be combined; give one."))
  }

  @Test func `an embedding that merged sorted samples is warned of`() throws {
    let planted = PlantedBatches([[0], [1], [2]])
    try planted.write(
      to: folder.path("sorted.h5ad"),
      embeddings: [
        (
          "X_cloud",
          planted.rows.indices.map { [Float($0 * 37 % 101) / 101, Float($0 * 53 % 103) / 103] }
        )
      ])
    let outcome = try Program.run(
      ["evaluate", "sorted.h5ad", "--embedding", "X_cloud", "--batch-key", "lab", "--quiet"],
      in: folder.url)
    #expect(outcome.status == 0)
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(
      lines.first.map(String.init)
        == "Warning: no two batches are found to share cell types, as with sorted samples only; an "
        + "embedding that mixes such batches completely merges different cell types; check the "
        + "types with '--label-key'")
    #expect(
      lines.dropFirst().allSatisfy {
        $0.hasPrefix("Warning: 'X_cloud': possible overcorrection of batch 'lab")
      })
    #expect(outcome.output.contains("  X_cloud: no shared population, overlaid 0."))
  }

  @Test func `values that are no counts are told, with what that leaves out`() throws {
    let planted = PlantedBatches([[0, 1], [0, 1]], cellsOfType: 25)
    let points = planted.types.map { [Float($0), 0.5] }
    try planted.write(
      to: folder.path("scaled.h5ad"), columns: ("batch", "cell_type"),
      embeddings: [("X_types", points)], change: { $0 - 3 })
    let outcome = try Program.run(
      ["evaluate", "scaled.h5ad", "--embedding", "X_types", "--label-key", "cell_type"]
        + ["--quiet"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(
      outcome.output.contains(
        "no uncorrected expression to compare with, so metrics that need it are omitted, and "
          + "totals are of the remaining metrics: 'X' in 'scaled.h5ad' "))
    #expect(outcome.output.contains("pcr_comparison                    -\n"))
  }

  @Test func `what is not there is said with what is`() throws {
    let embedding = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_umap"], in: folder.url)
    #expect(embedding.status == 65)
    #expect(
      embedding.error
        == "Error: 'x.h5ad' has no 'X_umap' in 'obsm'; there are: X_sources, "
        + "X_types\n")
    let label = try Program.run(
      ["evaluate", "x.h5ad", "--embedding", "X_types", "--label-key", "type"], in: folder.url)
    #expect(label.status == 65)
    #expect(
      label.error
        == "Error: 'x.h5ad' has no column 'type' in 'obs'; there are: batch, "
        + "cell_type\n")
  }
}
