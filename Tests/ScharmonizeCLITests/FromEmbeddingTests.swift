import CellFiles
import Foundation
import HDF5
import TestSupport
import Testing

/// The outputs and refusals of `--from-embedding`.
@Suite struct FromEmbeddingTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let made = PlantedCoordinates([[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    try made.write(to: folder.path("x.h5ad"), rows: 0..<360)
    try made.write(to: folder.path("new.h5ad"), rows: 360..<540, prefix: "new")
    try made.write(to: folder.path("plain.h5ad"), hasCounts: false, rows: 0..<360)
    try Data(made.table.utf8).write(to: folder.url.appending(path: "x.tsv"))
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  private func embedding(_ name: String) throws -> [Float] {
    try File(readingAt: folder.path(name)).read("obsm/X_scharmonize", as: Float.self)
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.path(name))
  }

  @Test func `an embedding is aligned, and everything that needs no counts is written`() throws {
    let outcome = try run(
      "x.h5ad", "--from-embedding", "X_pca", "--label-key", "type", "-o", "out.h5ad", "--model",
      "m.h5", "--json", "r.json", "--report", "r.html", "--multiqc", "x_mqc.json", "--umap")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output == "")
    for name in ["out.h5ad", "m.h5", "r.json", "r.html", "x_mqc.json", "x_general_mqc.json"] {
      #expect(exists(name), "\(name)")
    }
    #expect(!exists("out.h5ad.checkpoint"))
    let out = try File(readingAt: folder.path("out.h5ad"))
    #expect(try out.info(of: "obsm/X_scharmonize").shape == [360, 8])
    #expect(try out.info(of: "obsm/X_umap").shape == [360, 2])
    #expect(try out.kind(of: "obsm/X_scharmonize_latent") == nil)
    #expect(try out.strings("uns/scharmonize/options/from_embedding") == ["X_pca"])
    #expect(try out.kind(of: "uns/scharmonize/genes_used") == nil)
    let record = try String(contentsOf: folder.url.appending(path: "r.json"), encoding: .utf8)
    #expect(record.contains("\"dimensions\" : 8"))
    #expect(record.contains("\"from_embedding\" : \"X_pca\""))
    let mapped = try run("map", "m.h5", "new.h5ad", "-o", "mapped.h5ad")
    #expect(mapped.status == 0, "\(mapped.error)")
    let labels = try CellFile(readingAt: folder.path("mapped.h5ad")).column("scharmonize_label")
      .labels()
    let expected = (0..<180).map { "t\($0 / 60)" }
    #expect(zip(labels, expected).count { $0 == $1 } >= 178)
    let evaluated = try run(
      "evaluate", "out.h5ad", "--embedding", "X_scharmonize", "--label-key", "type",
      "--uncorrected",
      "X_pca")
    #expect(evaluated.status == 0, "\(evaluated.error)")
    #expect(evaluated.output.contains("X_scharmonize") && evaluated.output.contains("X_pca"))
  }

  @Test func `a table, a file without counts and other outputs give the same embedding`() throws {
    for (output, arguments) in [
      ("a.h5ad", ["x.h5ad", "--from-embedding", "X_pca"]),
      ("b.h5ad", ["x.h5ad", "--from-embedding", "x.tsv", "--threads", "1"]),
      ("c.h5ad", ["plain.h5ad", "--from-embedding", "X_pca", "--embedding-only"]),
    ] {
      let outcome = try Program.run(arguments + ["-o", output], in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    let first = try embedding("a.h5ad")
    #expect(try embedding("b.h5ad") == first && embedding("c.h5ad") == first)
    let inPlace = try run("plain.h5ad", "--from-embedding", "X_pca", "--in-place")
    #expect(inPlace.status == 0, "\(inPlace.error)")
    #expect(try embedding("plain.h5ad") == first)
    let table = try run("x.h5ad", "--from-embedding", "X_pca", "-o", "out.tsv")
    #expect(table.status == 0, "\(table.error)")
    let text = try String(contentsOf: folder.url.appending(path: "out.tsv"), encoding: .utf8)
    #expect(text.split(separator: "\n").count == 361)
  }

  /// Options that are refused beside `--from-embedding`, with the sentence.
  static let refused: [[String]: String] = [
    ["--corrected", "c.h5ad"]:
      "'--corrected' needs a network, and '--from-embedding' trains none; leave one out.",
    ["--checkpoint", "c"]: "'--from-embedding' trains nothing that could be saved",
    ["--resume"]: "'--from-embedding' trains nothing that could be saved",
    ["--layer", "counts"]: "'--from-embedding' reads no counts; leave '--layer' out.",
    ["--use-raw"]: "'--from-embedding' reads no counts; leave '--use-raw' out.",
    ["--n-genes", "500"]: """
    '--n-genes' has no effect on an embedding, which is aligned without reading counts or training a \
    network; leave it or '--from-embedding' out
    """,
    ["--visits", "500"]: "'--visits' has no effect on an embedding",
    ["--n-latent", "5"]: "'--n-latent' has no effect on an embedding",
    ["--no-align"]: "'--no-align' leaves an embedding as it is; leave it or '--from-embedding' out",
  ]

  @Test(arguments: refused.keys.sorted { $0[0] < $1[0] })
  func `options without effect are refused, and nothing is written`(options: [String]) throws {
    let sentence = try #require(Self.refused[options])
    let outcome = try Program.run(
      ["x.h5ad", "--from-embedding", "X_pca", "-o", "out.h5ad"] + options, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains(sentence), "\(outcome.error)")
    #expect(!exists("out.h5ad") && !exists("c.h5ad"))
  }

  @Test func `an embedding that is not there, or not of numbers, is refused`() throws {
    let missing = try run("x.h5ad", "--from-embedding", "X_lsi", "-o", "out.h5ad")
    #expect(missing.status == 65)
    #expect(missing.error.contains("X_lsi") && missing.error.contains("X_pca"))
    let noFile = try run("x.h5ad", "--from-embedding", "no.tsv", "-o", "out.h5ad")
    #expect(noFile.status == 66, "\(noFile.error)")
    try Data("cell\tA\tB\nc0\t1\tx\n".utf8).write(to: folder.url.appending(path: "bad.tsv"))
    let bad = try run("x.h5ad", "--from-embedding", "bad.tsv", "-o", "out.h5ad")
    #expect(bad.status == 65)
    #expect(bad.error.contains("'bad.tsv' has no row for 359 of 360 cells, such as 'c1'"))
    #expect(!exists("out.h5ad"))
  }

  @Test func `the counts of a file are not read`() throws {
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.delete("X")
    try file.close()
    let outcome = try run("x.h5ad", "--from-embedding", "X_pca", "-o", "out.h5ad")
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test func `several files are joined with their counts`() throws {
    let made = PlantedCoordinates([[0, 1, 2], [0, 1, 2]])
    for (name, rows) in [("a", 0..<180), ("b", 180..<360)] {
      try made.write(to: folder.path("\(name).h5ad"), rows: rows)
    }
    let outcome = try run(
      "a.h5ad", "b.h5ad", "--batch-key", "batch", "--from-embedding", "X_pca", "-o", "out.h5ad")
    #expect(outcome.status == 0, "\(outcome.error)")
    let out = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(out.cellCount == 360 && out.geneCount == 2)
    #expect(!out.varColumnNames.contains("scharmonize_gene"))
    #expect(try embedding("out.h5ad").count == 360 * 8)
  }
}
