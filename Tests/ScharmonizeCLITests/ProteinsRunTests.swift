import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// Proteins in `obsm` on the command line.
@Suite struct ProteinsRunTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let file = try File(creatingAt: folder.path("cells.h5ad"))
    try file.writeAnnData(
      madeCounts(cells: 90, genes: 40), batches: (0..<90).map { "b\($0 % 3)" })
    try file.writeMatrix(
      madeCounts(cells: 90, genes: 12, seed: 5).map { $0.map { $0 + 3 } },
      at: "obsm/protein_expression", layout: .dense, of: Int64.self)
    try file.writeMatrix(
      madeCounts(cells: 90, genes: 12).map { $0.map { log(1.5 + $0) } }, at: "obsm/protein_clr",
      layout: .dense, of: Double.self)
    try file.write(strings: (0..<12).map { "CD\($0)" }, at: "uns/protein_names")
    try file.close()
  }

  @Test func `a table of obsm is inspected, integrated and evaluated`() throws {
    let inspection = try Program.run(["inspect", "cells.h5ad"], in: folder.url)
    #expect(inspection.output.contains("obsm/protein_expression"), "\(inspection.output)")
    let run = try Program.run(
      [
        "cells.h5ad", "--layer", "obsm/protein_expression", "-o", "out.h5ad", "--json", "run.json",
      ] + IntegrateTests.fast, in: folder.url)
    #expect(run.status == 0, "\(run.error)")
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"feature_kind\" : \"proteins\""), "\(record)")
    #expect(record.contains("\"dropout\" : 0,"), "\(record)")
    let output = try File(readingAt: folder.path("out.h5ad"))
    // The genes of the file are not those of the run.
    #expect(try output.children(of: "var") == ["_index"])
    #expect(try output.info(of: "obsm/X_scharmonize").shape[0] == 90)
    let scores = try Program.run(["evaluate", "out.h5ad"], in: folder.url)
    #expect(scores.status == 0, "\(scores.error)")
  }

  @Test(arguments: [
    ("obsm/adt", "has no 'adt' in 'obsm'; there are: protein_clr, protein_expression"),
    ("obsm/protein_clr", "'obsm/protein_clr' in 'cells.h5ad' looks "),
  ])
  func `what holds no counts is refused`(layer: String, message: String) throws {
    let run = try Program.run(
      ["cells.h5ad", "--layer", layer, "-o", "out.h5ad"] + IntegrateTests.fast, in: folder.url)
    #expect(run.status == 65 && run.error.contains(message), "\(run.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }
}
