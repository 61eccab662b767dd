import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// Peaks on the command line: what is said, and what is refused before anything is written.
@Suite struct PeaksRunTests {
  private static let fast = [
    "--hidden-sizes", "16", "--n-latent", "4", "--n-components", "4", "--visits", "2000",
    "--minibatch-size", "32", "--quiet",
  ]

  /// Simulated peaks of 150 cells of three batches.
  private static func simulated(
    in folder: TemporaryFolder, _ outputs: [String], peaks: Int = 600
  ) throws {
    let outcome = try Program.run(
      ["simulate", "--peaks", "--cells", "150", "--genes", "\(peaks)", "--median-counts", "60"]
        + outputs.flatMap { ["-o", $0] }, in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test func `simulated peaks are integrated, mapped, evaluated and inspected`() throws {
    let folder = try TemporaryFolder()
    try Self.simulated(in: folder, ["cells.h5ad"])
    let run = try Program.run(
      [
        "cells.h5ad", "-o", "out.h5ad", "--model", "model.h5", "--json", "run.json", "--report",
        "report.html", "--label-key", "cell_type",
      ] + Self.fast.dropLast(), in: folder.url)
    #expect(run.status == 0, "\(run.error)")
    let messages = run.error
    #expect(messages.contains("150 cells, 600 peaks, 3 batches"))
    #expect(
      messages.contains(
        "the features are peaks, as their names are genomic intervals, such as 'chr1:10000-10500'; "
          + "'--feature-kind genes' treats them as genes"), "\(messages)")
    #expect(messages.contains("'--peak-counts fragments' leaves them unchanged"), "\(messages)")
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"feature_kind\" : \"peaks\""))
    #expect(record.contains("\"loss\" : \"poisson\"") && record.contains("\"log_fragments\""))
    #expect(record.contains("\"batches_of_reads\""))
    let page = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("were converted to ⌈x / 2⌉ fragments (Martens et al. 2024)"))
    #expect(page.contains("log(1 + N / n)") && !page.contains("gene proportions"))
    let mapped = try Program.run(
      ["map", "model.h5", "cells.h5ad", "-o", "mapped.h5ad"], in: folder.url)
    #expect(mapped.status == 0, "\(mapped.error)")
    #expect(mapped.error.contains("so they were converted to fragments"), "\(mapped.error)")
    let scores = try Program.run(
      ["evaluate", "out.h5ad", "--label-key", "cell_type"], in: folder.url)
    #expect(
      scores.status == 0 && scores.output.contains("principal components of the peaks' TF-IDF"),
      "\(scores.output)\(scores.error)")
    let inspection = try Program.run(
      ["inspect", "cells.h5ad", "--batch-key", "batch"], in: folder.url)
    #expect(
      inspection.output.contains("the features are peaks, as their names are genomic intervals"),
      "\(inspection.output)")
  }

  @Test func `peaks of 10x files and modalities are said to be peaks, and can be overruled`() throws
  {
    let folder = try TemporaryFolder()
    try Self.simulated(in: folder, ["a.h5", "b.h5"])
    let refused = try Program.run(
      ["a.h5", "b.h5", "-o", "x.h5ad", "--feature-type", "Gene Expression"] + Self.fast,
      in: folder.url)
    #expect(
      refused.status == 65
        && refused.error.contains(
          "'a.h5' has no features of type 'Gene Expression'; choose one with '--feature-type': Peaks"
        ),
      "\(refused.error)")
    let files = ["a.h5", "b.h5", "-o", "x.tsv"]
    let run = try Program.run(
      files + ["--report", "r.html", "--json", "r.json"] + Self.fast.dropLast(), in: folder.url)
    #expect(
      run.status == 0
        && run.error.contains("the features are peaks, as their type is 'Peaks'"), "\(run.error)")
    #expect(
      run.error.contains(
        "'b.h5' has no features of type 'Gene Expression'; those of its only type, 'Peaks', are read\n"
      ),
      "\(run.error)")
    let named = try Program.run(
      ["a.h5", "b.h5", "-o", "y.tsv", "--feature-type", "Peaks"] + Self.fast.dropLast(),
      in: folder.url)
    #expect(named.status == 0 && !named.error.contains("only type"), "\(named.error)")
    func text(_ name: String) throws -> String {
      try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
    }
    #expect(try text("x.tsv") == text("y.tsv"))
    #expect(try text("r.json").contains("\"feature\" : \"peak\""))
    let page = try text("r.html")
    for part in [
      "Cells and peaks", "peaks used by the model", "before: uncorrected accessibility",
      "peaks detected in each cell",
    ] { #expect(page.contains(part), "\(part)") }
    #expect(!page.contains("Cells and genes") && !page.contains("genes detected"))
    let genes = try Program.run(
      files + ["--feature-kind", "genes"] + Self.fast.dropLast(), in: folder.url)
    #expect(genes.status == 0 && !genes.error.contains("peak"), "\(genes.error)")
    let loss = try Program.run(
      files + ["--loss", "nb", "--n-genes", "200", "--json", "-"] + Self.fast, in: folder.url)
    #expect(
      loss.status == 0 && loss.output.contains("\"loss\" : \"nb\"")
        && loss.output.contains("\"genes_used\" : 200"), "\(loss.output)")
  }

  @Test(
    arguments: [
      (["--peak-counts", "reads", "--feature-kind", "genes"], 64, "'--peak-counts' is for peaks"),
      (["--loss", "mse", "--feature-kind", "peaks"], 64, "'--loss mse' takes values of any scale"),
      (
        ["--corrected", "c.h5ad", "--corrected-genes", "list.txt"], 64,
        "'--corrected-genes' scales counts of genes, and the features are peaks"
      ),
      (["--exclude-genes", "chr*"], 65, "excluding 'chr*' leaves 0 genes of 600"),
      (["--genes", "list.txt"], 65, "1 peak of 600 is accessible in some cell and selected"),
      (["--feature-kind", "atac"], 64, "The value 'atac' is invalid for '--feature-kind <kind>'"),
    ] as [([String], Int32, String)])
  func `options that do not fit are refused, and nothing is written`(
    options: [String], status: Int32, message: String
  ) throws {
    let folder = try TemporaryFolder()
    try Self.simulated(in: folder, ["cells.h5ad"])
    try Data("chr1:10000-10500\n".utf8).write(to: folder.url.appending(path: "list.txt"))
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let run = try Program.run(["cells.h5ad", "-o", "x.h5ad"] + options + Self.fast, in: folder.url)
    #expect(run.status == status && run.error.contains(message), "\(run.status): \(run.error)")
    let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(before == after)
  }

  /// Writes an .h5mu with the modality `atac` of 60 cells and 200 peaks.
  private static func writeModality(_ path: String, change: (Double) -> Double = { $0 }) throws {
    let rows = madeCounts(cells: 60, genes: 200).map { $0.map(change) }
    let file = try File(creatingAt: path)
    try file.createGroup("mod")
    try file.createGroup("mod/atac")
    try file.writeMatrix(rows, at: "mod/atac/X", layout: .csr, of: Float.self)
    try file.writeTable("mod/atac/obs", index: (0..<60).map { "c\($0)" }, columns: ["batch"])
    try file.writeTable("mod/atac/var", index: (0..<200).map { "chr2:\($0)000-\($0)400" })
    try file.writeCategorical(
      "mod/atac/obs/batch", codes: (0..<60).map { $0 % 2 }, categories: ["a", "b"])
    try file.close()
  }

  @Test func `a modality that is not there, fractions and negative values are refused`() throws {
    let folder = try TemporaryFolder()
    try Self.writeModality(folder.path("m.h5mu"))
    func run(_ options: [String]) throws -> Program.Outcome {
      try Program.run(options + ["-o", "x.tsv"] + Self.fast.dropLast(), in: folder.url)
    }
    let good = try run(["m.h5mu", "--modality", "atac"])
    #expect(
      good.status == 0 && good.error.contains("the features are peaks, as the modality is 'atac'")
        && good.error.contains("'--peak-counts reads' halves them"), "\(good.error)")
    try FileManager.default.removeItem(atPath: folder.path("x.tsv"))
    let missing = try run(["m.h5mu", "--modality", "atec"])
    #expect(
      missing.status == 65 && missing.error.contains("'m.h5mu' has no modality 'atec'"),
      "\(missing.error)")
    try Self.writeModality(folder.path("t.h5mu")) { $0 * 1.25 }
    let fractions = try run(["t.h5mu"])
    #expect(
      fractions.status == 65
        && fractions.error.contains("'mod/atac/X' in 't.h5mu' holds fractions, first ")
        && fractions.error.contains("as after TF-IDF or normalization"), "\(fractions.error)")
    try Self.writeModality(folder.path("n.h5mu")) { $0 == 3 ? -3 : $0 }
    let negative = try run(["n.h5mu"])
    #expect(
      negative.status == 65 && negative.error.contains("negative values, first in cell"),
      "\(negative.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("x.tsv")))
  }
}
