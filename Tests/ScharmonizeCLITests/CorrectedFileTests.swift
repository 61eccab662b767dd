import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What `--corrected` writes.
@Suite struct CorrectedFileTests {
  let files: IntegrateFolder
  var folder: TemporaryFolder { files.folder }

  init() throws { files = try IntegrateFolder() }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try files.run(arguments)
  }

  @Test func `corrected expression is written beside the result`() throws {
    let outcome = try run(["x.h5ad", "-o", "out.csv", "--corrected", "c.h5ad", "--json", "r.json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output == "")
    #expect(outcome.error.contains("\nwrote out.csv\nwrote c.h5ad\nwrote r.json\nmixing "))
    let before = try File(readingAt: folder.path("x.h5ad"))
    let after = try File(readingAt: folder.path("c.h5ad"))
    #expect(try after.info(of: "X").shape == [40, 10])
    let values = try after.read("X", as: Float.self)
    #expect(values.allSatisfy { $0.isFinite && $0 >= 0 })
    let counts = madeCounts(cells: 40, genes: 10)
    for cell in 0..<40 {
      let counted = counts[cell].reduce(1, +)
      let sum = values[cell * 10..<(cell + 1) * 10].reduce(0) { $0 + Double($1) }
      #expect(abs(sum - counted) < 1e-4 * counted, "cell \(cell)")
    }
    #expect(try after.strings("obs/batch") == before.strings("obs/batch"))
    #expect(try after.info(of: "obsm/X_scharmonize").shape == [40, 4])
    #expect(try after.strings("uns/scharmonize/decoded_as") == ["a", "b"])
    let record = try String(contentsOf: folder.url.appending(path: "r.json"), encoding: .utf8)
    #expect(record.contains("\"correcting\""))
  }

  @Test func `corrected expression has the same bytes, at any number of threads`() throws {
    for threads in 1...2 {
      let outcome = try run(
        ["x.h5ad", "-o", "out.csv", "--corrected", "\(threads).h5ad", "--corrected-as", "b"]
          + ["--threads", "\(threads)"])
      #expect(outcome.status == 0)
    }
    #expect(
      try Data(contentsOf: folder.url.appending(path: "1.h5ad"))
        == Data(contentsOf: folder.url.appending(path: "2.h5ad")))
    let file = try File(readingAt: folder.path("1.h5ad"))
    #expect(try file.strings("uns/scharmonize/decoded_as") == ["b"])
  }

  @Test func `in place, and corrected expression in a file of its own`() throws {
    let outcome = try run(["x.h5ad", "--in-place", "--corrected", "c.h5ad"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let input = try File(readingAt: folder.path("x.h5ad"))
    let corrected = try File(readingAt: folder.path("c.h5ad"))
    #expect(try input.strings("uns/something") == ["kept"])
    #expect(
      try input.read("obsm/X_scharmonize", as: Float.self)
        == corrected.read("obsm/X_scharmonize", as: Float.self))
    #expect(try corrected.info(of: "X").shape == [40, 10])
    #expect(try corrected.kind(of: "uns/something") == nil)
  }

  @Test func `corrected expression of 10x files has their genes' identifiers`() throws {
    let outcome = try run(
      [
        "first.h5", "second.h5", "-o", "out.csv", "--corrected", "c.h5ad", "--corrected-as",
        "second",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let cells = try CellFile(readingAt: folder.path("c.h5ad"))
    #expect(cells.cellCount == 60 && cells.geneCount == 8)
    #expect(try cells.column("batch").levels().names == ["first", "second"])
    #expect(try cells.varColumn("gene_ids").labels() == (0..<8).map { "ENSG\($0)" })
  }
}
