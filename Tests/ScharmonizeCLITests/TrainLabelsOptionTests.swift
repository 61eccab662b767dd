import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// The values of '--train-labels', and its traces in the outputs and in 'evaluate'.
@Suite struct TrainLabelsOptionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let planted = PlantedBatches([[0, 1, 2], [0, 1, 2]], cellsOfType: 20)
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(planted.rows, at: "X", of: Float.self)
    let columns = ["batch", "type", "half", "copy", "fine", "one", "none", "condition"]
    try file.writeTable("obs", index: (0..<120).map { "x\($0)" }, columns: columns)
    try file.writeTable("var", index: (0..<160).map { "G\($0)" })
    func write(_ column: String, _ value: (Int) -> String) throws {
      try file.write(strings: (0..<120).map(value), at: "obs/\(column)")
    }
    try write("batch") { "b\(planted.batches[$0])" }
    try write("type") { "t\(planted.types[$0])" }
    try write("half") { $0 % 2 == 0 ? "t\(planted.types[$0])" : $0 % 4 == 1 ? "unknown" : "NA" }
    try write("copy") { "t\(planted.types[$0])" }
    try write("fine") { "t\(planted.types[$0])\($0 % 2)" }
    try write("one") { _ in "x" }
    try write("none") { _ in "unlabelled" }
    try write("condition") { "\($0 % 2)" }
    try file.close()
  }

  private static let fast = [
    "--visits", "640", "--minibatch-size", "32", "--hidden-sizes", "8", "--n-latent", "3",
    "--threads", "2",
  ]

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["x.h5ad"] + arguments + Self.fast, in: folder.url)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
  }

  @Test func `the labels are in the record, the file and the report`() throws {
    let outcome = try run([
      "--train-labels", "half", "-o", "out.h5ad", "--json", "run.json", "--report", "report.html",
      "--model", "model.h5",
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "60 of 120 cells count as unlabelled in 'half': 'NA' (30 cells) and 'unknown' (30 cells)"),
      "\(outcome.error)")
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.strings("uns/scharmonize/training_labels") == ["t0", "t1", "t2"])
    #expect(try file.strings("uns/scharmonize/options/train_labels") == ["half"])
    let record = try text("run.json")
    #expect(record.contains("\"train_labels\" : \"half\""))
    #expect(record.contains("\"are_used\" : true"))
    let report = try text("report.html")
    #expect(report.contains("Batches were compared within the labels in "))
    #expect(report.contains("Labels of the training"))
    let mapped = try Program.run(
      ["map", "model.h5", "x.h5ad", "-o", "mapped.h5ad", "-q"], in: folder.url)
    #expect(mapped.status == 0, "\(mapped.error)")
  }

  @Test func `the default leaves no trace of labels`() throws {
    #expect(try run(["-o", "out.h5ad", "--json", "run.json"]).status == 0)
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.kind(of: "uns/scharmonize/options/train_labels") == nil)
    #expect(try file.kind(of: "uns/scharmonize/training_labels") == nil)
    #expect(try !text("run.json").contains("train_labels"))
    #expect(try !text("run.json").contains("training_labels"))
    let outcome = try Program.run(
      ["evaluate", "out.h5ad", "--label-key", "type", "--json", "s.json", "--csv", "s.csv"],
      in: folder.url)
    #expect(outcome.status == 0 && !outcome.output.contains("trained with"))
    #expect(try !text("s.json").contains("trained_labels"))
    #expect(try !text("s.csv").contains("trained_labels"))
  }

  /// Two batches that share one of three types, as samples that were sorted.
  @Test func `notices about sorted samples say that labels decide`() throws {
    let planted = PlantedBatches([[0, 1], [1, 2]], cellsOfType: 30)
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(planted.rows, at: "X", of: Float.self)
    let cells = planted.types.indices
    try file.writeTable(
      "obs", index: cells.map { "x\($0)" }, columns: ["batch", "type", "treatment", "sample"])
    try file.writeTable("var", index: (0..<160).map { "G\($0)" })
    try file.write(strings: cells.map { "b\(planted.batches[$0])" }, at: "obs/batch")
    try file.write(strings: cells.map { "t\(planted.types[$0])" }, at: "obs/type")
    try file.write(
      strings: cells.map { planted.batches[$0] == 0 ? "none" : "drug" }, at: "obs/treatment")
    // Each sample holds one type, and its column is that of the types.
    try file.write(
      strings: cells.map { "\(planted.batches[$0])-\(planted.types[$0])" }, at: "obs/sample")
    try file.close()
    let without = try run(["-o", "out.h5ad", "--label-key", "type"])
    #expect(without.status == 0, "\(without.error)")
    #expect(without.error.contains("are removed with the batch effect; to compare them"))
    #expect(without.error.contains("Warning: labels and batches are confounded"))
    #expect(without.error.contains("Warning: labels in one batch only: 't0', 't2'; such"))

    let outcome = try run(["-o", "out.h5ad", "--label-key", "type", "--train-labels", "type"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "\neach batch of 'batch' has one value of 'treatment' (2 values); differences between these "
          + "values are removed with the batch effect within each label of 'type', and differences "
          + "between those are kept; to compare them"), "\(outcome.error)")
    #expect(
      outcome.error.contains(
        "; batches were compared within the labels in 'type', so differences between labels are kept; "
          + "cells of 2 labels in one batch only were compared with no other batch: 't0', 't2'\n"),
      "\(outcome.error)")
    let sorted = try run(["-o", "out.h5ad", "--batch-key", "sample", "--train-labels", "type"])
    #expect(sorted.status == 0, "\(sorted.error)")
    #expect(
      sorted.error.contains(
        "\neach batch of 'sample' has one value of 'treatment' (2 values), 'batch' (2 values); "
          + "differences between these values are removed with the batch effect within each label of "
          + "'type', and"), "\(sorted.error)")
    #expect(!outcome.error.contains("are confounded"))
    #expect(!outcome.error.contains("cannot be distinguished from the batch effect"))
  }

  @Test func `scores by labels of the training are marked everywhere`() throws {
    #expect(try run(["--train-labels", "type", "-o", "out.h5ad"]).status == 0)
    for column in ["type", "copy"] {
      let outcome = try Program.run(
        [
          "evaluate", "out.h5ad", "--label-key", column, "--json", "s.json", "--csv", "s.csv",
          "--report", "s.html",
        ], in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      let note =
        "'X_scharmonize' was trained with the labels in 'type', so scores by '\(column)' are of labels "
        + "that the training has seen"
      #expect(outcome.output.contains("note: \(note)\n"), "\(outcome.output)")
      #expect(
        try text("s.html").contains("was trained with the labels in "))
      let scores = try JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.url.appending(path: "s.json")))
      let rows = try #require(scores as? [String: [String: Any]])
      #expect(rows["X_scharmonize"]?["trained_labels"] as? String == "type")
      #expect(rows["uncorrected"]?["trained_labels"] == nil)
      let lines = try text("s.csv").split(separator: "\n").map(String.init)
      #expect(lines[0].hasSuffix(",trained_labels") && lines[1].hasSuffix(",type"))
      #expect(lines[2].hasSuffix(","))
    }
    let other = try Program.run(
      ["evaluate", "out.h5ad", "--label-key", "fine", "--json", "s.json"], in: folder.url)
    #expect(
      other.output.contains(
        "note: 'X_scharmonize' was trained with the labels in 'type', so scores by 'fine' are independent "
          + "of the training only as far as the two columns are\n"), "\(other.output)")
    #expect(try !text("s.json").contains("trained_labels"))
    let none = try Program.run(["evaluate", "out.h5ad"], in: folder.url)
    #expect(none.status == 0 && !none.output.contains("was trained with"))
  }

  @Test(
    arguments: [
      (
        ["--train-labels", "one"], 65,
        "all 120 labelled cells have the label 'x' in 'one', which tells no cells apart; give a column "
          + "with two labels or more, or leave out '--train-labels'"
      ),
      (
        ["--train-labels", "none"], 65,
        "none of the 120 cells has a label in 'none'; give some cells a label, or leave out "
          + "'--train-labels'"
      ),
      (
        ["--train-labels", "batch"], 65,
        "'batch' is the column of the batches, and labels match cells of different batches; give a "
          + "column with cell types, or leave out '--train-labels'"
      ),
      (
        ["--train-labels", "type", "--unlabelled", "todo"], 65,
        "no cell has 'todo' in 'type', which has 't0', 't1', 't2'; correct '--unlabelled', or leave it "
          + "out"
      ),
      (
        ["--unlabelled", "todo"], 64,
        "'--unlabelled' is a text among labels; give '--train-labels' as well"
      ),
      (
        ["--train-labels", "type", "--composition", "equal"], 64,
        "'--composition equal', which compares whole batches, cannot be combined with "
          + "'--train-labels'; give '--composition matched'"
      ),
      (
        ["--train-labels", "type", "--decoder-norm", "per-batch"], 64,
        "'--decoder-norm per-batch', which compares whole batches, cannot be combined with "
          + "'--train-labels'; give '--decoder-norm matched'"
      ),
      (
        ["--train-labels", "type", "--protect", "condition"], 64,
        "'--protect' cannot be combined with '--train-labels'; leave one of the two out"
      ),
    ] as [([String], Int32, String)])
  func `what cannot be used is refused before any training, and nothing is written`(
    arguments: [String], status: Int32, sentence: String
  ) throws {
    let outcome = try run(arguments + ["-o", "out.h5ad", "--json", "run.json"])
    #expect(outcome.status == status)
    #expect(outcome.error.hasSuffix("Error: \(sentence)\n"), "\(outcome.error)")
    #expect(!outcome.error.contains("training 1"))
    for name in ["out.h5ad", "run.json"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
  }

  @Test func `a missing column and an embedding are refused`() throws {
    let missing = try run(["--train-labels", "typ", "-o", "out.h5ad"])
    #expect(missing.status == 65)
    #expect(missing.error.contains("'typ'"), "\(missing.error)")
    let embedding = try Program.run(
      ["x.h5ad", "--train-labels", "type", "--from-embedding", "X_pca", "-o", "out.h5ad"],
      in: folder.url)
    #expect(embedding.status == 64)
    #expect(
      embedding.error.hasSuffix(
        "Error: '--train-labels' cannot be combined with '--from-embedding' yet; leave one of the two "
          + "out\n"), "\(embedding.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }
}
