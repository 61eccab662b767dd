import CellFiles
import Foundation
import Testing
import TestSupport

/// Files that replay what people reported of genes' names.
@Suite(.enabled(if: TestFiles.shared("cases/files") != nil, "the folder of cases is not here"))
struct GeneCaseTests {
  private func open(_ name: String) throws -> CellFile {
    try CellFile(readingAt: #require(TestFiles.shared("cases/files/\(name)")).path)
  }

  /// The total of a gene in the second of two joined files.
  private func total(_ gene: String, _ joined: JoinedCells) throws -> Double {
    let column = try #require(joined.genes.firstIndex { $0.name == gene })
    return try rows(of: joined)[joined.files[0].cellCount...].reduce(0) { $0 + $1[column] }
  }

  @Test(arguments: [
    ("row_numbers/s0", "row_numbers/s1"), ("row_numbers/n0.h5ad", "row_numbers/n1.h5ad"),
    ("numbered_genes/a0.h5ad", "numbered_genes/a1.h5ad"),
    ("numbered_genes/l0.loom", "numbered_genes/l1.loom"),
  ])
  func `matched by symbol, not by row`(first: String, second: String) throws {
    let joined = try JoinedCells([open(first), open(second)], batchKey: nil)
    #expect(joined.geneCount == 171)
    #expect(joined.genes.allSatisfy { $0.name.hasPrefix("Gene") })
    #expect(try total("Gene119", joined) == 40)
    if first.hasPrefix("numbered") {
      #expect(joined.notices.count { $0.contains("row numbers instead of gene names") } == 2)
    }
  }

  @Test func `names lost in an earlier result are refused`() throws {
    let files = try [open("numbered_genes/l.h5ad"), open("numbered_genes/a1.h5ad")]
    #expect(throws: CellFileError.self) { _ = try JoinedCells(files, batchKey: nil) }
  }

  @Test(arguments: ["c", "h"])
  func `tables with other columns and separators`(name: String) throws {
    let file = try open("mtx_tables/\(name)")
    #expect(file.geneCount == 200)
    #expect(file.genes[1] == Gene(name: "Gene1", id: "ENSG00000000001"))
    #expect(file.notices.count == (name == "h" ? 1 : 0))
  }

  @Test func `symbols survive joining`() throws {
    let folder = try TemporaryFolder()
    let joined = try JoinedCells(
      [open("symbols_lost/a0.h5ad"), open("symbols_lost/a1.h5ad")], batchKey: nil)
    try writeJoined(
      to: folder.path("out.h5ad"), cells: joined,
      usedGenes: Array(repeating: true, count: joined.geneCount), adding: AnnDataAdditions())
    let out = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(out.genes[7].name == "ENSG00000000007")
    #expect(try out.varColumn("feature_name").labels()[7] == "Gene7")
  }

  @Test func `probes are summed`() throws {
    let file = try open("probes/s0_raw_probe_bc_matrix.h5")
    #expect(file.genes[1] == Gene(name: "Gene1", id: "ENSG00000000001"))
    #expect(Set(file.genes.map(\.name)).count == file.geneCount && file.geneCount <= 200)
    #expect(file.notices.count == 1 && file.notices[0].contains("counts probes"))
    let joined = try JoinedCells([file, open("probes/s1_raw_probe_bc_matrix.h5")], batchKey: nil)
    #expect(joined.genes[1].id == "ENSG00000000001")
  }
}
