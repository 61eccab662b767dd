import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct InspectTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let rows = madeCounts(cells: 40, genes: 10)
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(
      rows.map { $0.map { $0 == 0 ? 0 : log1p($0) } }, at: "X", layout: .csr, of: Float.self)
    try file.writeMatrix(rows, at: "layers/counts", layout: .csc, of: Int32.self)
    try file.writeTable(
      "obs", index: (0..<40).map { "c\($0)" }, columns: ["donor", "quality", "type"])
    try file.writeTable("var", index: (0..<10).map { "g\($0)" })
    try file.writeCategorical(
      "obs/donor", codes: (0..<40).map { $0 % 4 }, categories: ["p", "q", "r", "s"])
    try file.write((0..<40).map { Double($0) / 7 }, at: "obs/quality")
    try file.write(strings: (0..<40).map { "t\($0 % 3)" }, at: "obs/type")
    try file.close()
  }

  @Test func `it says what is there, and the command to run`() throws {
    let stored = madeCounts(cells: 40, genes: 10).joined().count { $0 != 0 }
    let outcome = try Program.run(["inspect", "x.h5ad"], in: folder.url)
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    #expect(
      outcome.output == """
        x.h5ad: h5ad, 40 cells × 10 genes
          cells: c0, c1, c2, …
          genes: g0, g1, g2, …
          matrices:
            X              csr float32  \(stored) stored  log-normalized values
            layers/counts  csc int32    \(stored) stored  counts
          columns of obs:
            donor    categories  4 levels   p, q, r, s  ← looks like a batch key
            quality  floats      40 levels  0.0 to 5.571428571428571
            type     strings     3 levels   t0, t1, t2
        To integrate:
          scharmonize x.h5ad --batch-key donor --layer counts -o harmonized.h5ad

        """)
  }

  @Test func `the command that it names works`() throws {
    let outcome = try Program.run(["inspect", "x.h5ad"], in: folder.url)
    let command = try #require(outcome.output.split(separator: "\n").last)
    let arguments = command.split(separator: " ").dropFirst().map(String.init)
    let run = try Program.run(
      arguments + ["--visits", "320", "--hidden", "16"], in: folder.url)
    #expect(run.status == 0, "\(run.error)")
  }

  @Test func `JSON has the same for programs`() throws {
    let outcome = try Program.run(["inspect", "x.h5ad", "--json"], in: folder.url)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let file = try #require((json["files"] as? [[String: Any]])?.first)
    #expect(file["cells"] as? Int == 40)
    let matrices = try #require(file["matrices"] as? [[String: Any]])
    #expect(matrices.map { $0["is_counts"] as? Bool } == [false, true])
    let columns = try #require(file["columns"] as? [[String: Any]])
    #expect(columns.map { $0["looks_like_batch_key"] as? Bool } == [true, false, false])
    #expect((json["command"] as? String)?.contains("--batch-key donor") == true)
  }

  @Test func `a file that is not there`() throws {
    let outcome = try Program.run(["inspect", "none.h5ad"], in: folder.url)
    #expect(outcome.status == 66)
    #expect(outcome.error == "Error: cannot open 'none.h5ad': there is no such file\n")
  }
}
