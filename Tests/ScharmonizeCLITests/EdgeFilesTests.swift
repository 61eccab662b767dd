import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// Files at the edge of what can be, through the whole program.
@Suite struct EdgeFilesTests {
  static let options = ["--visits", "320", "--hidden-sizes", "8", "--n-latent", "3"]

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `whole numbers that single precision rounds are told of, and kept as they are`() throws
  {
    var rows = madeCounts(cells: 40, genes: 10)
    for cell in rows.indices { rows[cell][0] += 1 }
    rows[3][4] = 0x1p53
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeAnnData(rows, batches: (0..<40).map { $0 % 2 == 0 ? "a" : "b" })
    try file.delete("X")
    try file.writeMatrix(rows, at: "X", of: Int64.self)
    try file.close()
    let outcome = try Program.run(
      ["x.h5ad", "-o", "y.h5ad", "--json", "run.json"] + Self.options, in: folder.url)
    #expect(outcome.status == 0)
    let record = try String(contentsOfFile: folder.path("run.json"), encoding: .utf8)
    #expect(
      record.contains(
        "'X' in 'x.h5ad' holds counts of 16777216 or more, the largest about 9.007199e+15; the "
          + "training uses the first seven digits of such counts"))
    #expect(!record.contains("\"nan\"") && !record.contains("inf\""))
    let kept = try File(readingAt: folder.path("y.h5ad")).read("X/data", as: Int64.self)
    #expect(kept.max() == 1 << 53)
  }

  @Test func `unusual names come back from text and from HDF5`() throws {
    let names = ["a\nb", "a\tb", "a,b", "a\"b", "a\"\u{301}b", "a\r\nb", "", " ", "é", "=1+1"]
    var rows = madeCounts(cells: names.count, genes: 6)
    for cell in rows.indices { rows[cell][0] += 1 }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeAnnData(
      rows, batches: names.indices.map { $0 % 2 == 0 ? "s\n1" : "s,\"2" }, cells: names)
    try file.close()
    for output in ["y.csv", "y.tsv", "y.h5", "y.h5ad"] {
      let outcome = try Program.run(["x.h5ad", "-o", output] + Self.options, in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
    #expect(try File(readingAt: folder.path("y.h5")).strings("cells") == names)
    #expect(try Array(CellFile(readingAt: folder.path("y.h5ad")).cellNames) == names)
    let csv = try String(contentsOfFile: folder.path("y.csv"), encoding: .utf8)
    for name in [
      "\"a\nb\",", "\na\tb,", "\"a,b\",", "\"a\"\"b\",", "\"a\"\"\u{301}b\",", "\"a\r\nb\",",
    ] {
      #expect(csv.utf8.contains(name.utf8), "\(name)")
    }
    let tsv = try String(contentsOfFile: folder.path("y.tsv"), encoding: .utf8)
    #expect(tsv.utf8.contains("\"a\tb\"\t".utf8) && tsv.utf8.contains("\na,b\t".utf8))
  }

  @Test func `a NUL in a name is written as a sign that stands for none`() throws {
    try writeTable(
      to: folder.path("y.csv"), cellNames: ["a\0b"],
      table: DenseTable(rows: 1, columns: 1, values: [1]))
    let csv = try String(contentsOfFile: folder.path("y.csv"), encoding: .utf8)
    #expect(csv == "cell,scharmonize_1\na\u{FFFD}b,1.0\n")
    let file = try File(creatingAt: folder.path("y.h5"))
    try file.write(strings: ["a\0b", "a\0c"], at: "cells")
    #expect(try file.strings("cells") == ["a\u{FFFD}b", "a\u{FFFD}c"])
    try file.close()
  }
}
