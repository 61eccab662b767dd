import Foundation
import Harmonize
import HDF5
import Testing
import TestSupport

@Suite struct CorrectedOutputTests {
  let folder: TemporaryFolder
  let paths: [String]

  /// Two files of 30 cells and 12 genes; one is of the two batches `a` and `b`.
  init() throws {
    folder = try TemporaryFolder()
    paths = [folder.path("x.h5ad"), folder.path("y.h5ad")]
    for (number, path) in paths.enumerated() {
      var rows = madeCounts(cells: 30, genes: 12, seed: UInt64(number + 1))
      for cell in rows.indices { rows[cell][0] += 1 }
      let file = try File(creatingAt: path)
      try file.writeAnnData(rows, batches: (0..<30).map { $0 % 2 == 0 ? "a" : "b" })
      try file.close()
    }
  }

  private func options() -> IntegrationOptions {
    var options = IntegrationTests.options(visits: 640)
    options.geneList = (2..<10).map { "g\($0)" }
    return options
  }

  @Test func `the file holds what the result gives, of all cells of a single h5ad`() throws {
    let cells = try CellDataset(readingAt: [paths[0]])
    var options = options()
    options.minimumCounts = 12
    var result = try integrate(cells, options: options)
    #expect(result.cellsUsed.count < 30)
    let output = folder.path("corrected.h5ad")
    var fractions: [Double] = []
    try CorrectedOutput(output, as: "b", inputs: [paths[0]]).write(&result, of: cells) { progress in
      #expect(progress.stage == .correcting)
      fractions.append(progress.fraction)
    }
    #expect(fractions.first == 0 && fractions.last == 1)
    #expect(result.record.seconds[.correcting] != nil)

    let file = try File(readingAt: output)
    #expect(try file.info(of: "X").shape == [30, 8])
    #expect(
      try file.read("X", as: Float.self)
        == result.correctedExpression(of: 0..<30, as: .batch(1)).values)
    #expect(try file.strings("uns/scharmonize/decoded_as") == ["b"])
    #expect(try file.booleans("uns/scharmonize/trained_on").count { $0 } == result.cellsUsed.count)
    #expect(try file.read("obsm/X_scharmonize", as: Float.self) == result.embedding.values)
    #expect(try file.read("obsm/X_scharmonize_latent", as: Float.self) == result.latent.values)
    let written = try CellFile(readingAt: output)
    #expect(written.cellNames == cells.cellNames)
    #expect(written.genes.map(\.name) == result.model.genes)
    #expect(written.columnNames == ["batch", "scharmonize_trained"])
    #expect(
      try written.column("scharmonize_trained")
        == .booleans((0..<30).map(Set(result.cellsUsed).contains)))
    #expect(try written.column("batch").labels() == (0..<30).map { $0 % 2 == 0 ? "a" : "b" })
  }

  @Test func `of several files it has the cells that passed the filters, and their file`() throws {
    let cells = try CellDataset(readingAt: paths)
    var options = options()
    options.minimumCounts = 12
    var result = try integrate(cells, options: options)
    #expect(result.cellsUsed.count < 60)
    let output = folder.path("corrected.h5ad")
    try CorrectedOutput(output, inputs: paths).write(&result, of: cells)
    let file = try File(readingAt: output)
    #expect(
      try file.read("X", as: Float.self)
        == result.correctedExpression(of: result.cellsUsed).values)
    #expect(try file.strings("uns/scharmonize/decoded_as") == ["x", "y"])
    let written = try CellFile(readingAt: output)
    #expect(written.cellNames == cells.cellNames.selecting(result.cellsUsed))
    #expect(written.columnNames == ["batch", "batch_input"])
    #expect(
      try written.column("batch").labels() == result.cellsUsed.map { $0 < 30 ? "x" : "y" })
  }

  @Test func `the progress handler stops the writing, and no file is left`() throws {
    struct Stop: Error {}
    let cells = try CellDataset(readingAt: [paths[0]])
    var result = try integrate(cells, options: options())
    #expect(throws: Stop.self) {
      try CorrectedOutput(folder.path("out.h5ad"), inputs: [paths[0]]).write(&result, of: cells) {
        if $0.fraction == 1 { throw Stop() }
      }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.sorted() == ["x.h5ad", "y.h5ad"])
  }

  @Test func `a batch without a cell to learn from is refused`() throws {
    var rows = madeCounts(cells: 30, genes: 12)
    for cell in rows.indices { rows[cell][2] += cell == 1 ? 1 : 100 }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeAnnData(rows, batches: ["a", "rare"] + (2..<30).map { $0 % 2 == 0 ? "a" : "b" })
    try file.close()
    let cells = try CellDataset(readingAt: [paths[0]])
    var options = options()
    options.minimumCounts = 80
    var result = try integrate(cells, options: options)
    let corrected = try CorrectedOutput(
      folder.path("out.h5ad"), as: "rare", inputs: [paths[0]])
    try corrected.check(cells, IntegrationOptions())
    let error = #expect(throws: HarmonizeError.self) { try corrected.write(&result, of: cells) }
    #expect(
      error?.description
        == "no cell of batch 'rare' passed the filters, so the model cannot decode as this batch; "
        + "lower `minimumCounts` or `minimumGenes`, or name another batch")
    #expect(error.flatMap { failureCategory(of: $0) } == .data)
  }

  @Test func `cells that come from no file cannot be written with one`() throws {
    var result = try integrate(smallCells(), options: IntegrationTests.options(visits: 640))
    let error = #expect(throws: UsageError.self) {
      try CorrectedOutput(folder.path("out.h5ad"), inputs: []).write(&result, of: smallCells())
    }
    #expect(
      error?.description
        == "cells in memory cannot be written as a copy of a file")
  }
}
