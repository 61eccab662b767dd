import CellFiles
import Foundation
internal import Support
import Testing
import TestSupport

/// Files that replay what people reported of what stands beside a matrix.
@Suite(.enabled(if: TestFiles.shared("cases/files") != nil, "the folder of cases is not here"))
struct CompanionCaseTests {
  private func open(_ name: String) throws -> CellFile {
    try CellFile(readingAt: #require(TestFiles.shared("cases/files/\(name)")).path)
  }

  @Test func `headings of barcodes and genes`() throws {
    let a = try open("mtx_tables/a")
    #expect(a.cellCount == 160 && a.geneCount == 200)
    #expect(a.columnNames == ["Genotype", "Condition", "Batch", "CellType"])
    #expect(Set(try a.column("Batch").labels()) == ["1", "2"])
    #expect(a.batchKeyCandidates().map(\.name) == ["Batch"])
    let b = try open("mtx_tables/b")
    #expect(b.geneCount == 200 && b.genes[1] == Gene(name: "Gene1", id: "ENSG00000000001"))
    #expect(try rows(of: a) == rows(of: b))
  }

  @Test func `libraries of cellranger aggr`() throws {
    let file = try open("aggr/aggr.h5")
    #expect(file.columnNames == ["sample_id", "donor", "barcode_suffix"])
    let suffixes = file.cellNames.map { String($0.suffix(1)) }
    #expect(try file.column("barcode_suffix").labels() == suffixes)
    #expect(try file.column("sample_id").labels() == suffixes.map { $0 == "1" ? "A" : "B" })
    #expect(try JoinedCells([file], batchKey: "donor").batches.names == ["d1", "d2"])
  }

  @Test func `cells as rows, and their table`() throws {
    let files = try ["s0", "s1"].map { try open("parse/\($0)/DGE_filtered") }
    #expect(files.allSatisfy { $0.cellCount == 80 && $0.geneCount == 200 })
    #expect(files[0].genes[1] == Gene(name: "Gene1", id: "ENSG00000000001"))
    #expect(try JoinedCells(files, batchKey: "sample").batches.names == ["don0", "don1"])
    // The same cells as the archive of the other case.
    let same = try open("geo_names/GSM441160_matrix_MH001.mtx.gz")
    #expect(try rows(of: files[0]) == rows(of: same))
  }

  @Test func `spliced, unspliced and ambiguous`() throws {
    let file = try open("alevin_fry/af/alevin")
    #expect(file.cellCount == 160 && file.geneCount == 200)
    #expect(file.genes[1].name == "ENSG00000000001")
    #expect(file.notices.contains { $0.hasSuffix("of 200 genes; the three are summed") })
  }

  @Test func `names of an archive`() throws {
    for (name, first) in [
      ("GSM441160_matrix_MH001", "GTATCGGCTACCGCAA-1"),
      ("GSM441161_matrix_RP002", "AAATAGTACCCTATTT-1"),
    ] {
      let file = try open("geo_names/\(name).mtx.gz")
      #expect(file.cellNames[0] == first && file.cellCount == 80 && file.geneCount == 200)
    }
  }
}
