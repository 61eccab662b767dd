import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// Every kind of input through the whole program, to an `.h5ad`.
@Suite struct InputFormatsTests {
  let folder: TemporaryFolder
  private let small = ["--visits", "320", "--hidden-sizes", "16", "--no-align"]

  init() throws { folder = try TemporaryFolder() }

  private func made(_ name: String) -> String {
    TestFiles.fixtures.appending(path: "formats/\(name)").path
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments + ["-o", "out.h5ad"] + small, in: folder.url)
  }

  private func error(_ arguments: [String]) throws -> (text: String?, status: Int32) {
    let outcome = try run(arguments)
    let line = outcome.error.split(separator: "\n").first { $0.hasPrefix("Error: ") }
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
    let text = line.map { String($0).replacing(made("x").dropLast(), with: "") }
    return (text, outcome.status)
  }

  @Test(arguments: [
    ("scope.loom", "batch"), ("two.h5mu", "donor"), ("loompy3.loom", "batch"),
    ("uneven.h5mu", "batch"),
  ])
  func `columns of the cells come along`(name: String, key: String) throws {
    let outcome = try run([made(name), "--batch-key", key])
    #expect(outcome.status == 0, "\(outcome.error)")
    let input = try CellFile(readingAt: made(name))
    let output = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(output.format == .h5ad && output.cellNames == input.cellNames)
    for column in input.columnNames where column != "batch" {
      #expect(try output.column(column).labels() == input.column(column).labels(), "\(column)")
    }
    #expect(try output.column("batch").labels() == input.column(key).labels())
    var (read, written) = (0.0, 0.0)
    try input.forEachRowBlock(as: Double.self) { read += $0.values.reduce(0, +) }
    try output.forEachRowBlock(as: Double.self) { written += $0.values.reduce(0, +) }
    #expect(read == written)
  }

  @Test func `a sheet of folders and files, with the union of their genes`() throws {
    let sheet = "path,kit,batch\n\(made("mtx_v2")),new,p\n\(made("v3_narrow.h5")),old,q\n"
    try Data(sheet.utf8).write(to: folder.url.appending(path: "sheet.csv"))
    let outcome = try run(["--samples", "sheet.csv", "--join", "outer"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let output = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(output.cellCount == 48 && output.geneCount == 11)
    #expect(try output.column("kit").levels().names == ["new", "old"])
    #expect(try output.column("batch").levels().names == ["p", "q"])
    #expect(
      try output.varColumn("measured_in").labels() == (0..<11).map { $0 < 8 ? "p|q" : "p" })
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.strings("uns/scharmonize/join") == ["outer"])
    #expect(try file.strings("uns/scharmonize/gene_names") == ["id"])
  }

  @Test func `genes are called as it is asked for`() throws {
    let outcome = try run([
      made("mtx_v2"), made("v3_big_endian.h5"), "--gene-names", "id",
    ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let output = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(output.genes[0].name == "ENSG00000000001")
    #expect(try output.varColumn("gene_symbols").labels()[0] == "GENE0")
  }

  @Test func `what is wrong is said, and with which exit code`() throws {
    #expect(
      try error([made("axis1.h5mu")])
        == (
          "Error: 'axis1.h5mu' holds several modalities; choose one with '--modality': one, two", 65
        ))
    #expect(
      try error([made("two.h5mu"), "--modality", "atac"])
        == ("Error: 'two.h5mu' has no modality 'atac'; it has: prot, rna", 65))
    #expect(
      try error([made("v2_two_genomes.h5")])
        == (
          "Error: 'v2_two_genomes.h5' holds several genomes; choose one with '--genome': "
            + "hg19, mm10", 65
        ))
    #expect(
      try error([made("mtx_v2"), made("mtx_v2/matrix.mtx")])
        == ("Error: 'mtx_v2' and 'mtx_v2/matrix.mtx' are the same file; give it once", 64))
    #expect(
      try error(["--samples", "none.csv"])
        == ("Error: cannot open 'none.csv': there is no such file", 66))
    try Data("path,x\nnone.h5ad,1\n".utf8).write(to: folder.url.appending(path: "s.csv"))
    #expect(
      try error(["--samples", "s.csv"])
        == ("Error: cannot open 'none.h5ad': there is no such file", 66))
    #expect(
      try error([]) == (
        "Error: Give the files to read, or '--samples' with a sheet that lists them.", 64
      ))
    #expect(
      try error(["a.h5ad", "--samples", "s.csv"])
        == ("Error: Files and '--samples' cannot be combined; give one.", 64))
  }

  @Test func `only an .h5ad and a .zarr can be added to`() throws {
    let copy = folder.path("x.loom")
    try FileManager.default.copyItem(atPath: made("scope.loom"), toPath: copy)
    let before = try Data(contentsOf: URL(filePath: copy))
    let outcome = try Program.run(["x.loom", "--in-place", "--batch-key", "batch"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.hasPrefix(
        "Error: '--in-place' adds the result to an .h5ad or .zarr, and 'x.loom' is loom; "
          + "give '-o FILE.h5ad'"))
    #expect(try Data(contentsOf: URL(filePath: copy)) == before)
  }
}
