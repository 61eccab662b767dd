import Foundation
import HDF5
import Testing
import TestSupport

/// What `--report` and `--multiqc` write.
@Suite struct ReportTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try Program.run(
      ["simulate", "-o", "x.h5ad", "--cells", "200", "--genes", "100", "--batches", "2"]
        + ["--cell-types", "2"], in: folder.url)
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["x.h5ad"] + arguments + IntegrateTests.fast, in: folder.url)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path(name), encoding: .utf8)
  }

  @Test func `a run writes its page, with the command, labels and the paragraph`() throws {
    let outcome = try run(
      ["-o", "out.h5ad", "--label-key", "cell_type", "--report", "r.html", "--json", "run.json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("\nreporting (run ") && outcome.error.contains("wrote r.html\n"))
    let page = try text("r.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
    for part in [
      "Integration of 2 batches", "before: uncorrected expression", "cell_type",
      "--report r.html", "Mixing of the batches", "were integrated with scharmonize",
    ] { #expect(page.contains(part), "\(part)") }
    #expect(!(try text("run.json")).contains("uncorrected"))

    // The same run is the same page, whatever else is written.
    #expect(
      try run(
        ["-o", "out.h5ad", "--label-key", "cell_type", "--report", "r.html", "--json", "run.json"]
      ).status == 0)
    #expect(try text("r.html") == page)
  }

  @Test func `the result has the same bytes with a report and without`() throws {
    #expect(try run(["-o", "a.h5ad", "--model", "a.h5", "--report", "r.html"]).status == 0)
    #expect(try run(["-o", "b.h5ad", "--model", "b.h5"]).status == 0)
    for name in ["h5ad", "h5"] {
      let a = try Data(contentsOf: folder.url.appending(path: "a.\(name)"))
      #expect(try Data(contentsOf: folder.url.appending(path: "b.\(name)")) == a, "\(name)")
    }
  }

  @Test(arguments: [["--report", "none/r.html"], ["--multiqc", "none/x_mqc.json"]])
  func `a page that cannot be written is found before the training`(arguments: [String]) throws {
    let outcome = try run(["-o", "out.h5ad"] + arguments)
    #expect(outcome.status == 73)
    #expect(
      outcome.error
        == "Error: cannot create '\(arguments[1])': there is no folder 'none'\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }

  @Test func `no two outputs are one file, and none is the input`() throws {
    for (arguments, sentence) in [
      (
        ["-o", "out.h5ad", "--json", "r.html", "--report", "r.html"],
        "the output of '--report' is also the output 'r.html'; name two files"
      ),
      (
        ["-o", "out.h5ad", "--report", "x_general_mqc.json", "--multiqc", "x_mqc.json"],
        "the output of '--multiqc' is also the output 'x_general_mqc.json'; name two files"
      ),
      (
        ["-o", "out.h5ad", "--report", "./x.h5ad"],
        "the output of '--report' is the input './x.h5ad'; name another file"
      ),
      (
        ["-o", "out.h5ad", "--multiqc", "x.json"],
        "'--multiqc' cannot be x.json; give a name that ends in _mqc.json, which MultiQC looks for"
      ),
    ] {
      let outcome = try run(arguments)
      #expect(outcome.status == 64)
      #expect(outcome.error == "Error: \(sentence)\n")
    }
  }

  @Test func `a column of labels that is not there is found before the training`() throws {
    let outcome = try run(["-o", "out.h5ad", "--label-key", "type", "--report", "r.html"])
    #expect(outcome.status == 65)
    #expect(!outcome.error.contains("training"))
    #expect(
      outcome.error.contains(
        "Error: 'x.h5ad' has no column 'type' in 'obs'; there are: batch, cell_type"))
  }

  @Test func `two embeddings are compared on a page`() throws {
    #expect(try run(["-o", "out.h5ad", "--umap"]).status == 0)
    let outcome = try Program.run(
      ["evaluate", "out.h5ad", "--embedding", "X_scharmonize", "X_umap", "--label-key"]
        + ["cell_type", "--report", "r.html"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    let page = try text("r.html")
    for part in [
      "Comparison of 2 embeddings", "Two-dimensional embeddings are shown unchanged",
      "Bio conservation", "kBET",
      "Preserved neighbourhoods", "in X_scharmonize", "s41592-021-01336-8",
    ] {
      #expect(page.contains(part) || page.contains(part.replacing("'", with: "&#39;")), "\(part)")
    }

    let none = try Program.run(
      ["evaluate", "out.h5ad", "--report", "none/r.html"], in: folder.url)
    #expect(none.status == 73)
    let input = try Program.run(["evaluate", "out.h5ad", "--report", "out.h5ad"], in: folder.url)
    #expect(input.status == 64)
    let twice = try Program.run(
      ["evaluate", "out.h5ad", "--json", "a", "--report", "a"], in: folder.url)
    #expect(twice.status == 64)
  }

  @Test func `runs of one folder lie side by side for MultiQC`() throws {
    for name in ["one", "two"] {
      let outcome = try run(["-o", "\(name).csv", "--multiqc", "\(name)_mqc.json"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.error.contains("wrote \(name)_mqc.json\n"))
      let bars = try JSONSerialization.jsonObject(with: Data(text("\(name)_mqc.json").utf8))
      let content = try #require(bars as? [String: Any])
      #expect(content["id"] as? String == "scharmonize_mixing")
      #expect((content["data"] as? [String: [String: Double]])?[name]?.count == 2)
      #expect(try text("\(name)_general_mqc.json").contains("\"\(name)\" : {"))
    }
  }

  @Test func `the assessment is in the record, the file, MultiQC and the last line`() throws {
    let outcome = try run(
      ["-o", "out.h5ad", "--json", "run.json", "--multiqc", "out_mqc.json", "--log-format", "json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let record = try JSONSerialization.jsonObject(with: Data(text("run.json").utf8))
    let mixing = (record as? [String: Any])?["mixing"] as? [String: Any]
    let verdict = try #require(mixing?["verdict"] as? [String: String])
    let (kind, evidence) = try (#require(verdict["kind"]), #require(verdict["evidence"]))
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.strings("uns/scharmonize/verdict") == [kind])
    #expect(try file.strings("uns/scharmonize/verdict_evidence") == [evidence])
    let content = try JSONSerialization.jsonObject(with: Data(text("out_general_mqc.json").utf8))
    let rows = (content as? [String: Any])?["data"] as? [String: [String: Any]]
    #expect(rows?["out"]?["verdict"] as? String == kind)
    #expect(rows?["out"]?["verdict_evidence"] as? String == evidence)
    #expect(outcome.error.contains("\"verdict\":\"\(kind)\""), "\(outcome.error)")
  }

  /// The program, where the environment names it.
  static let multiqc = ProcessInfo.processInfo.environment["SCHARMONIZE_MULTIQC"]

  @Test(.enabled(if: multiqc != nil, "name MultiQC's program in SCHARMONIZE_MULTIQC"))
  func `MultiQC shows the runs`() throws {
    for name in ["one", "two"] {
      #expect(
        try run(
          ["-o", "\(name).csv", "--seed", name == "one" ? "1" : "2", "--multiqc"]
            + ["\(name)_mqc.json"]
        ).status == 0)
    }
    let program = try #require(Self.multiqc)
    let outcome = try Program.start(
      [".", "--strict", "--no-ansi", "-o", "shown"], in: folder.url,
      program: URL(filePath: program)
    ).wait()
    #expect(outcome.status == 0, "\(outcome.error)")
    let table = try text("shown/multiqc_data/multiqc_general_stats.txt").split(separator: "\n")
    #expect(table.count == 3)
    #expect(table.first?.contains("scharmonize_general-mixing_after") == true, "\(table)")
    #expect(table.dropFirst().map { $0.split(separator: "\t").first } == ["one", "two"])
    let bars = try text("shown/multiqc_data/multiqc_scharmonize_mixing_plot.txt")
    #expect(bars.split(separator: "\n").count == 3, "\(bars)")
    #expect(try text("shown/multiqc_report.html").contains("Mixing by batch"))
  }
}
