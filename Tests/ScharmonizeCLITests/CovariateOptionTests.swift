import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What '--covariate' takes, and what it leaves in the outputs.
@Suite struct CovariateOptionTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, cells) in [("x", 60), ("y", 30)] {
      var rows = madeCounts(cells: cells, genes: 20, seed: name == "x" ? 1 : 2)
      for cell in rows.indices { rows[cell][0] += 1 }
      let file = try File(creatingAt: folder.path("\(name).h5ad"))
      try file.writeMatrix(rows, at: "X", of: Float.self)
      try file.writeTable(
        "obs", index: (0..<cells).map { "\(name)\($0)" },
        columns: ["batch", "phase", "percent_mito"] + (name == "x" ? ["gaps", "twin"] : []))
      try file.writeTable("var", index: (0..<20).map { "G\($0)" })
      try file.write(strings: (0..<cells).map { $0 % 2 == 0 ? "a" : "b" }, at: "obs/batch")
      try file.write(strings: (0..<cells).map { ["G1", "S", "G2M"][$0 / 2 % 3] }, at: "obs/phase")
      try file.write(
        (0..<cells).map { Float($0 % 7) / 100 }, at: "obs/percent_mito", shape: [cells])
      if name == "x" {
        try file.write(
          (0..<cells).map { $0 == 4 ? Float.nan : Float($0 % 5) }, at: "obs/gaps", shape: [cells])
        try file.write(strings: (0..<cells).map { $0 % 2 == 0 ? "left" : "right" }, at: "obs/twin")
      }
      try file.close()
    }
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments + IntegrateTests.fast, in: folder.url)
  }

  @Test func `the effects of columns of files are removed, recorded and kept in the model`() throws
  {
    let outcome = try run(
      "x.h5ad", "--covariate", "phase, percent_mito", "-o", "out.h5ad", "--json", "run.json",
      "--model", "model.h5", "--report", "report.html")
    #expect(outcome.status == 0, "\(outcome.error)")
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.strings("uns/scharmonize/covariates") == ["phase", "percent_mito"])
    #expect(try file.strings("uns/scharmonize/covariate_kinds") == ["categorical", "continuous"])
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"explained_after\""))
    #expect(record.contains("\"phase\",\n      \"percent_mito\""))
    let report = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("The effects of the covariates "))

    let mapped = try Program.run(
      ["map", "model.h5", "y.h5ad", "-o", "mapped.h5ad", "-q"], in: folder.url)
    #expect(mapped.status == 0, "\(mapped.error)")
  }

  @Test func `several files are one column`() throws {
    let outcome = try run("x.h5ad", "y.h5ad", "--covariate", "phase,percent_mito", "-o", "o.h5ad")
    #expect(outcome.status == 0, "\(outcome.error)")
    let missing = try run("x.h5ad", "y.h5ad", "--covariate", "twin", "-o", "p.h5ad")
    #expect(missing.status == 65)
    #expect(missing.error.contains("'y.h5ad' has no column 'twin' in 'obs'"), "\(missing.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("p.h5ad")))
  }

  @Test(
    arguments: [
      (
        "gaps", 65,
        "1 of 60 cells have no value of the covariate 'gaps', first 'x4'; give them one, or remove "
          + "them"
      ),
      (
        "phase:continuous", 65,
        "the covariate 'phase' is 'G1' in cell 'x0', and not a finite number; replace it, or give "
          + "'--covariate phase:categorical'"
      ),
      (
        "twin", 65,
        "the covariate 'twin' is the same in all cells of each batch, so its effect cannot be told "
          + "from that of the batches, which is removed anyway; leave it out"
      ),
      (
        "batch", 65,
        "the covariate 'batch' is the same in all cells of each batch, so its effect cannot be told "
          + "from that of the batches, which is removed anyway; leave it out"
      ),
    ])
  func `bad covariates are refused before any training, and nothing is written`(
    covariate: String, status: Int32, sentence: String
  ) throws {
    let outcome = try run(
      "x.h5ad", "--covariate", covariate, "-o", "out.h5ad", "--json", "run.json", "--model",
      "model.h5")
    #expect(outcome.status == status)
    #expect(outcome.error.hasSuffix("Error: \(sentence)\n"), "\(outcome.error)")
    #expect(!outcome.error.contains("training"))
    for name in ["out.h5ad", "run.json", "model.h5"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
  }

  @Test func `a column of labels is no covariate`() throws {
    let outcome = try run(
      "x.h5ad", "--label-key", "phase", "--covariate", "phase", "-o", "out.h5ad")
    #expect(outcome.status == 65)
    #expect(
      outcome.error.hasSuffix(
        "Error: the covariate 'phase' is the same in all cells of each label in 'phase', so removing "
          + "its effect would remove differences between cell types; leave it out\n"))
  }

  @Test(arguments: [("phase,", 64), ("phase,phase:categorical", 64), (",", 64)])
  func `an empty or repeated name is a usage error`(text: String, status: Int32) throws {
    let outcome = try run("x.h5ad", "--covariate", text, "-o", "out.h5ad")
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains("--covariate") || outcome.error.contains("an empty name"))
  }

  @Test func `new cells without the model's covariates are refused`() throws {
    #expect(
      try run("x.h5ad", "--covariate", "twin2", "-o", "out.h5ad").error
        .contains("has no column 'twin2' in 'obs'"))
    #expect(
      try run("x.h5ad", "--covariate", "phase", "-o", "out.h5ad", "--model", "model.h5").status == 0
    )
    let file = try File(creatingAt: folder.path("bare.h5ad"))
    try file.writeAnnData(
      madeCounts(cells: 20, genes: 20), batches: (0..<20).map { _ in "c" },
      genes: (0..<20).map { "G\($0)" })
    try file.close()
    let outcome = try Program.run(
      ["map", "model.h5", "bare.h5ad", "-o", "mapped.h5ad", "-q"], in: folder.url)
    #expect(outcome.status == 65)
    #expect(
      outcome.error.contains("'bare.h5ad' has no column 'phase' in 'obs'"), "\(outcome.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("mapped.h5ad")))
  }
}
