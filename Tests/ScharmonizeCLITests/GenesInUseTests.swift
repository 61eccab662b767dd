import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// The marks of the genes in use in what a run writes.
@Suite struct GenesInUseTests {
  let files: IntegrateFolder
  var folder: TemporaryFolder { files.folder }

  init() throws { files = try IntegrateFolder() }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try files.run(arguments)
  }

  @Test func `the genes in use are marked in a copy, and marked anew by a later run`() throws {
    func flags(_ name: String, _ column: String = "var/scharmonize_gene") throws -> [Bool] {
      try File(readingAt: folder.path(name)).booleans(column)
    }
    let first = folder.path("first.txt")
    let second = folder.path("second.txt")
    for (path, genes) in [(first, 0..<8), (second, 3..<10)] {
      let lines = genes.map { "g\($0)\n" }.joined()
      try lines.write(toFile: path, atomically: true, encoding: .utf8)
    }
    for more in [[], ["--embedding-only"]] {
      #expect(try run(["x.h5ad", "-o", "1.h5ad", "--genes", first] + more).status == 0)
      #expect(try flags("1.h5ad") == (0..<10).map { $0 < 8 })
    }
    let marked = try run([
      "x.h5ad", "-o", "1.h5ad", "--genes", first, "--model", "m.h5", "--seed",
      "18446744073709551615",
    ])
    #expect(marked.status == 0)
    let order = try File(readingAt: folder.path("1.h5ad")).attribute("column-order", of: "var")
    #expect(order?.strings == ["scharmonize_gene"])
    #expect(
      try File(readingAt: folder.path("1.h5ad")).read("uns/scharmonize/seed", as: UInt64.self)
        == [.max])
    #expect(try run(["1.h5ad", "-o", "2.h5ad", "--genes", second]).status == 0)
    #expect(try flags("2.h5ad") == (0..<10).map { $0 >= 3 })
    let again = try File(readingAt: folder.path("2.h5ad")).attribute("column-order", of: "var")
    #expect(again?.strings == ["scharmonize_gene"])
    #expect(try Program.run(["map", "m.h5", "2.h5ad", "-o", "3.h5ad"], in: folder.url).status == 0)
    #expect(try flags("3.h5ad") == (0..<10).map { $0 < 8 })
  }

  @Test func `the genes of a raw matrix are marked in its own table`() throws {
    var rows = madeCounts(cells: 40, genes: 10)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path("raw.h5ad"))
    try file.writeAnnData(
      rows.map { Array($0[..<6]) }, batches: (0..<40).map { $0 % 2 == 0 ? "a" : "b" })
    try file.createGroup("raw")
    try file.writeMatrix(rows, at: "raw/X", layout: .csr, of: Float.self)
    try file.writeTable("raw/var", index: (0..<10).map { "g\($0)" })
    try file.close()
    #expect(try run(["raw.h5ad", "-o", "out.h5ad", "--use-raw"]).status == 0)
    let out = try File(readingAt: folder.path("out.h5ad"))
    #expect(try out.booleans("raw/var/scharmonize_gene") == [Bool](repeating: true, count: 10))
    #expect(try out.kind(of: "var/scharmonize_gene") == nil)
    // The table is left out together with the expression.
    #expect(try run(["raw.h5ad", "-o", "e.h5ad", "--use-raw", "--embedding-only"]).status == 0)
    let small = try File(readingAt: folder.path("e.h5ad"))
    #expect(try small.kind(of: "raw") == nil && small.kind(of: "var/scharmonize_gene") == nil)
  }
}
