import CellFiles
import Foundation
import HDF5
import TestSupport
import Testing

/// The files that `--corrected-genes` writes.
@Suite struct CorrectedGenesRunTests {
  let files: IntegrateFolder
  var folder: TemporaryFolder { files.folder }

  init() throws {
    files = try IntegrateFolder()
    try Data("g7\nNOSUCH\ng2\n".utf8).write(to: folder.url.appending(path: "genes.txt"))
  }

  @Test func `the counts of listed genes are written in their order, and unknown names told`()
    throws
  {
    for threads in 1...2 {
      let outcome = try files.run(
        [
          "x.h5ad", "-o", "out.csv", "--corrected", "\(threads).h5ad", "--corrected-genes",
          "genes.txt",
        ]
          + ["--json", "r.json", "--threads", "\(threads)"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        outcome.error.contains(
          "1 of 3 genes for '--corrected-genes' is not in the data: 'NOSUCH'"), "\(outcome.error)")
    }
    #expect(
      try Data(contentsOf: folder.url.appending(path: "1.h5ad"))
        == Data(contentsOf: folder.url.appending(path: "2.h5ad")))
    let file = try CellFile(readingAt: folder.path("1.h5ad"))
    #expect(file.genes.map(\.name) == ["g7", "g2"] && file.cellCount == 40)
    let counts = madeCounts(cells: 40, genes: 10)
    var factors = [Set<Float>](repeating: [], count: 4)
    var sums = [Double](repeating: 0, count: 2)
    try file.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        let cell = block.firstRow + row
        let expected = [7, 2].enumerated().filter { counts[cell][$0.element] > 0 }.map {
          Int32($0.offset)
        }
        let range = block.starts[row]..<block.starts[row + 1]
        #expect(Array(block.genes[range]) == expected)
        for k in range {
          let gene = Int(block.genes[k])
          let ratio = block.values[k] / Float(counts[cell][[7, 2][gene]])
          factors[2 * gene + cell % 2].insert((ratio * 1e4).rounded())
          sums[gene] += Double(block.values[k])
        }
      }
    }
    #expect(factors.allSatisfy { $0.count == 1 })
    for (gene, column) in [7, 2].enumerated() {
      let before = counts.reduce(0) { $0 + $1[column] }
      #expect(abs(sums[gene] / before - 1) < 1e-5)
    }
    let record = try String(contentsOf: folder.url.appending(path: "r.json"), encoding: .utf8)
    #expect(record.contains("\"unknown\" : [\n      \"NOSUCH\"\n    ]"))
    let out = try File(readingAt: folder.path("1.h5ad"))
    #expect(try out.info(of: "obsm/X_scharmonize").shape == [40, 4])
  }

  @Test func `all genes, of several files`() throws {
    let outcome = try files.run(
      [
        "first.h5", "second.h5", "-o", "out.h5ad", "--corrected", "c.h5ad", "--corrected-genes",
        "all",
      ])
    #expect(outcome.status == 0, "\(outcome.error)")
    let file = try CellFile(readingAt: folder.path("c.h5ad"))
    #expect(file.cellCount == 60 && file.geneCount == 8)
    #expect(file.columnNames.contains("batch"))
  }

  /// Arguments that are refused, with the exit code and the sentence.
  struct Refusal: Sendable {
    let arguments: [String]
    let status: Int32
    let sentence: String
  }

  static let refusals: [Refusal] = [
    Refusal(
      arguments: ["--corrected-genes", "all"], status: 64,
      sentence: "'--corrected-genes' needs '--corrected FILE'; give both."),
    Refusal(
      arguments: ["--corrected", "c.h5ad", "--corrected-genes", "all", "--corrected-as", "a"],
      status: 64,
      sentence: """
        '--corrected-genes' scales counts to the level of all batches, and '--corrected-as' decodes as \
        one batch; leave one of the two out
        """),
    Refusal(
      arguments: ["--corrected", "c.h5ad", "--corrected-genes", "all", "--loss", "mse"], status: 64,
      sentence: "'--corrected-genes' scales counts, and '--loss mse' takes values of any scale"),
    Refusal(
      arguments: ["--corrected", "c.h5ad", "--corrected-genes", "no.txt"], status: 66,
      sentence: "no such file"),
    Refusal(
      arguments: ["--corrected", "c.h5ad", "--corrected-genes", "none.txt"], status: 64,
      sentence: """
        none of the 1 gene for '--corrected-genes' is in the data, such as 'NOSUCH'; genes of the data \
        have names such as 'g0'
        """),
  ]

  @Test(arguments: refusals.indices)
  func `what cannot be corrected is refused before any training`(number: Int) throws {
    let refusal = Self.refusals[number]
    try Data("NOSUCH\n".utf8).write(to: folder.url.appending(path: "none.txt"))
    let outcome = try files.run(["x.h5ad", "-o", "out.h5ad"] + refusal.arguments)
    #expect(outcome.status == refusal.status, "\(outcome.error)")
    #expect(outcome.error.contains(refusal.sentence), "\(outcome.error)")
    #expect(!outcome.error.contains("training"))
    for name in ["out.h5ad", "c.h5ad"] {
      #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }
  }
}
