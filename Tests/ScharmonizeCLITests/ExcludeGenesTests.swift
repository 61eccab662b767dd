import Foundation
import HDF5
import Testing
import TestSupport

/// What '--exclude-genes' takes.
@Suite struct ExcludeGenesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let rows = madeCounts(cells: 40, genes: 20).map {
      $0.enumerated().map { $1 + ($0 < 3 ? 1 : 0) }
    }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(rows, at: "X", of: Float.self)
    try file.writeTable("obs", index: (0..<40).map { "c\($0)" }, columns: ["batch"])
    try file.writeTable("var", index: (0..<20).map { $0 < 4 ? "MT-\($0)" : "G\($0)" })
    try file.write(strings: (0..<40).map { $0 % 2 == 0 ? "a" : "b" }, at: "obs/batch")
    try file.close()
    try Data("G7\nG9\tx\nG7\n".utf8).write(to: folder.url.appending(path: "list.txt"))
  }

  private func run(_ names: String...) throws -> Program.Outcome {
    try Program.run(
      ["x.h5ad", "--exclude-genes"] + names + ["-o", "out.h5ad"] + IntegrateTests.fast,
      in: folder.url)
  }

  @Test func `sets, patterns and files leave genes out`() throws {
    let outcome = try run("mito", "G1?", "list.txt", "G5")
    // MT-0 to MT-3, G10 to G19, G7, G9 and G5 leave 3.
    #expect(outcome.status == 65)
    #expect(
      outcome.error.hasSuffix(
        "Error: excluding 'mito', 'G1?', 'list.txt', 'G5' leaves 3 genes of 20, and at least 10 are "
          + "needed; exclude fewer with '--exclude-genes'\n"))
    let fewer = try run("mito", "list.txt", "XIST")
    #expect(fewer.status == 0, "\(fewer.error)")
    #expect(
      fewer.error.contains(
        "\n6 genes of 20 are excluded from the selection, but not from the totals: 4 by 'mito', 2 "
          + "by 'list.txt'\n"))
    #expect(
      fewer.error.contains(
        "\nWarning: no gene matches 'XIST', so it excludes none; genes have names such as 'MT-0'\n")
    )
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.read("uns/scharmonize/genes_used", as: Int.self) == [14])
    #expect(try file.read("uns/scharmonize/genes_excluded", as: Int.self) == [6])
    #expect(
      try file.strings("uns/scharmonize/excluded_genes") == ["mito", "list.txt", "XIST"])
  }

  @Test func `a file that is not there is refused`() throws {
    let outcome = try run("lists/none.txt")
    #expect(outcome.status == 66)
    #expect(
      outcome.error == "Error: cannot read the list of genes 'lists/none.txt': no such file\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }
}
