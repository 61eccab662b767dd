import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct SimulateTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `an h5ad has batches and types`() throws {
    let outcome = try Program.run(
      ["simulate", "-o", "x.h5ad", "--cells", "90", "--genes", "50", "--cell-types", "4"],
      in: folder.url)
    #expect(outcome.status == 0 && outcome.output == "" && outcome.error == "")
    let cells = try CellFile(readingAt: folder.path("x.h5ad"))
    #expect(cells.cellCount == 90 && cells.geneCount == 50)
    #expect(try cells.column("batch").levels().names == ["batch1", "batch2", "batch3"])
    #expect(
      try cells.column("cell_type").levels().names == ["type1", "type2", "type3", "type4"])
  }

  @Test func `several h5 are a batch each`() throws {
    let outcome = try Program.run(
      ["simulate", "-o", "a.h5", "-o", "b.h5", "--cells", "40", "--genes", "50"], in: folder.url)
    #expect(outcome.status == 0)
    for name in ["a.h5", "b.h5"] {
      let cells = try CellFile(readingAt: folder.path(name))
      #expect(cells.format == .tenXv3)
      #expect(cells.cellCount == 20 && cells.geneCount == 50)
    }
  }

  @Test func `the sample data are what the commands beside them make`() throws {
    let samples = TestFiles.root.appending(path: "sample-data")
    let text = try String(contentsOf: samples.appending(path: "README.md"), encoding: .utf8)
    let commands = text.split(separator: "\n").filter { $0.hasPrefix("scharmonize simulate") }
    #expect(commands.count == 2)
    for command in commands {
      let arguments = command.split(separator: " ").dropFirst().map(String.init)
      #expect(try Program.run(arguments, in: folder.url).status == 0)
    }
    for name in ["lab_a.h5", "lab_b.h5", "lab_c.h5", "cells.h5ad"] {
      let made = try CellFile(readingAt: folder.path(name))
      let stored = try CellFile(readingAt: samples.appending(path: name).path)
      #expect(made.cellNames == stored.cellNames && made.genes == stored.genes)
      #expect(try counts(made) == counts(stored), "\(name)")
    }
  }

  private func counts(_ file: CellFile) throws -> [Int32] {
    var all: [Int32] = []
    try file.forEachRowBlock(as: Int32.self) { block in
      all += block.genes
      all += block.values
    }
    return all
  }

  @Test(arguments: [
    (
      ["-o", "x.h5ad", "--cells", "0"],
      "Error: cannot simulate with '--cells' 0: it has to be at least one for each batch, 3"
    ),
    (
      ["-o", "a.h5", "-o", "b.h5", "--batches", "3"],
      "Error: '--batches 3' needs one .h5 for each batch, and '-o' names 2."
    ),
    (
      ["-o", "x.loom"],
      "Error: 'x.loom' is not a possible output; give one .h5ad, or one .h5 for each batch."
    ),
  ])
  func `what cannot be simulated is refused`(arguments: [String], message: String) throws {
    let outcome = try Program.run(["simulate"] + arguments, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.hasPrefix(message + "\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }
}
