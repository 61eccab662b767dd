import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// The values of '--protect', and its traces in the outputs.
@Suite struct ProtectOptionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    var rows = madeCounts(cells: 80, genes: 20)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(rows, at: "X", of: Float.self)
    try file.writeTable(
      "obs", index: (0..<80).map { "x\($0)" }, columns: ["batch", "condition", "gaps", "one"])
    try file.writeTable("var", index: (0..<20).map { "G\($0)" })
    try file.write(strings: (0..<80).map { "s\($0 % 4)" }, at: "obs/batch")
    try file.write(
      strings: (0..<80).map { $0 % 4 < 2 ? "control" : "treated" }, at: "obs/condition")
    try file.write(strings: (0..<80).map { $0 == 5 ? "nan" : "\($0 % 2)" }, at: "obs/gaps")
    try file.write(strings: (0..<80).map { _ in "x" }, at: "obs/one")
    try file.close()
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["x.h5ad"] + arguments + IntegrateTests.fast, in: folder.url)
  }

  @Test func `the factor is in the record, the file and the report`() throws {
    let outcome = try run(
      "--protect", "condition", "-o", "out.h5ad", "--json", "run.json", "--report", "report.html",
      "--model", "model.h5")
    #expect(outcome.status == 0, "\(outcome.error)")
    // The notice no longer says that what is protected is removed.
    #expect(
      outcome.error.contains(
        "\neach batch of 'batch' has one value of 'gaps' (2 values); differences between these values "
          + "are removed with the batch effect within each level of 'condition', and differences "
          + "between those are kept; to compare them after the correction, give batches that were "
          + "measured together the same name\n"), "\(outcome.error)")
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.strings("uns/scharmonize/protected_levels") == ["control", "treated"])
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"protect\" : \"condition\""))
    #expect(record.contains("\"column\" : \"condition\""))
    let report = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("Batches were compared within the 2 levels of "))
    let mapped = try Program.run(
      ["map", "model.h5", "x.h5ad", "-o", "mapped.h5ad", "-q"], in: folder.url)
    #expect(mapped.status == 65)
    #expect(mapped.error.contains("the model protects 'condition'"), "\(mapped.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("mapped.h5ad")))
  }

  @Test(
    arguments: [
      (
        ["--protect", "gaps"], 65,
        "1 of 80 cells have no level of the protected 'gaps', first 'x5'; give them one, or remove them"
      ),
      (
        ["--protect", "one"], 65,
        "the protected 'one' is 'x' in all cells, so it has no differences; leave it out"
      ),
      (
        ["--protect", "batch"], 65,
        "no two batches share one of the 4 levels of the protected 'batch', so nothing could be "
          + "corrected; protect a factor with several batches in a level, or give other batches"
      ),
      (
        ["--protect", "condition", "--decoder-norm", "per-batch"], 64,
        "'--decoder-norm per-batch' would remove differences between the levels of the protected "
          + "'condition'; give '--decoder-norm matched'"
      ),
      (
        ["--protect", "condition", "--adversary", "2"], 64,
        "'--adversary 2' would remove differences between the levels of the protected 'condition'; "
          + "leave it out"
      ),
    ] as [([String], Int32, String)])
  func `what cannot be protected is refused before any training, and nothing is written`(
    arguments: [String], status: Int32, sentence: String
  ) throws {
    let outcome = try Program.run(
      ["x.h5ad"] + arguments + ["-o", "out.h5ad", "--json", "run.json"] + IntegrateTests.fast,
      in: folder.url)
    #expect(outcome.status == status)
    #expect(outcome.error.hasSuffix("Error: \(sentence)\n"), "\(outcome.error)")
    #expect(!outcome.error.contains("training"))
    for name in ["out.h5ad", "run.json"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
  }
}
