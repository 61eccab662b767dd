import CellFiles
import Foundation
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// Genes that are left out of the selection, but not of the totals.
@Suite struct GeneExclusionTests {
  private func excluded(_ exclusion: GeneExclusion, of names: [String]) -> [String] {
    zip(names, exclusion.matches(among: names.map { [$0] })).filter(\.1).map(\.0)
  }

  @Test func `sets are those of human and mouse`() {
    #expect(
      excluded("mito", of: ["MT-ND1", "mt-Co1", "MT.ATP6", "MT1A", "MTOR", "MTRNR2L1"])
        == ["MT-ND1", "mt-Co1", "MT.ATP6"])
    #expect(
      excluded(
        "ribo",
        of: [
          "RPS6", "Rpl13a", "RPLP0", "RPSA", "RPL36AL", "RPS6KA1", "RPS19BP1", "RPS6KB2", "MRPS2",
          "RPN1", "RPLX",
        ]) == ["RPS6", "Rpl13a", "RPLP0", "RPSA", "RPL36AL"])
    #expect(excluded("cycle", of: ["MKI67", "Top2a", "CD3E"]) == ["MKI67", "Top2a"])
    #expect(excluded("stress", of: ["FOS", "Hspa1a", "FOSL1"]) == ["FOS", "Hspa1a"])
    #expect(excluded("sex", of: ["XIST", "Eif2s3y", "RPS4X"]) == ["XIST", "Eif2s3y"])
  }

  @Test func `patterns match the whole name`() {
    let names = ["HLA-A", "HLA-DRA", "xHLA-A", "IGHV1-2", "IGHV3", "A.1", "AB1"]
    #expect(excluded("HLA-*", of: names) == ["HLA-A", "HLA-DRA"])
    #expect(excluded("*HLA-?", of: names) == ["HLA-A", "xHLA-A"])
    #expect(excluded("*HLA*A", of: names) == ["HLA-A", "HLA-DRA", "xHLA-A"])
    #expect(excluded("A.1", of: names) == ["A.1"])
    #expect(excluded("A?1", of: names) == ["A.1", "AB1"])
    #expect(excluded("*", of: names) == names)
    #expect(excluded("hla-*", of: names) == [])
    let worst = String(repeating: "*a", count: 30) + "b"
    #expect(excluded(GeneExclusion(worst), of: [String(repeating: "a", count: 3000)]) == [])
    #expect(
      excluded(GeneExclusion(name: "l.txt", genes: ["AB1", "HLA-*"]), of: names) == ["AB1"])
  }

  @Test func `excluded genes are not selected, and totals stay`() throws {
    let cells = smallCells()
    var options = CorrectedExpressionTests.options()
    options.geneList = nil
    options.geneCount = 12
    let whole = try integrate(cells, options: options)
    options.excludedGenes = ["gene1?", "gene3", "no-such"]
    let result = try integrate(cells, options: options)
    #expect(
      result.model.genes.allSatisfy { $0 != "gene3" && !$0.hasPrefix("gene1") || $0 == "gene1" })
    #expect(result.genesUsed.count == 12 && result.record.genesExcluded == 11)
    #expect(whole.record.genesExcluded == nil && whole.record.options.excludedGenes == nil)
    #expect(
      result.record.notices.contains {
        $0.hasPrefix("11 genes of ")
          && $0.hasSuffix(
            " are excluded from the selection, but not from the totals: 10 by 'gene1?', 1 by "
              + "'gene3'")
      })
    #expect(
      result.record.warnings.contains(
        "no gene matches 'no-such', so it excludes none; genes have names such as 'gene0'"))
    let json = String(decoding: try result.record.json(), as: UTF8.self)
    #expect(json.contains("\"genes_excluded\" : 11") && json.contains("\"gene1?\""))
    #expect(!String(decoding: try whole.record.json(), as: UTF8.self).contains("exclude"))

    // The input is what it would be with the same genes listed: totals are of all genes.
    var listed = options
    listed.excludedGenes = nil
    listed.geneList = result.model.genes
    #expect(try integrate(cells, options: listed).embedding == result.embedding)

    options.geneList = ["gene3", "gene5", "gene12"]
    #expect(try integrate(cells, options: options).model.genes == ["gene5"])
  }

  @Test func `too few genes left are refused`() throws {
    var options = CorrectedExpressionTests.options()
    options.geneList = nil
    options.excludedGenes = ["*"]
    let error = #expect(throws: CountDataError.self) {
      try integrate(smallCells(), options: options)
    }
    let count = smallCells().genes.count
    #expect(
      error?.description
        == "excluding '*' leaves 0 genes of \(count), and at least 10 are needed; exclude fewer with "
        + "`excludedGenes`")
    options.geneList = ["gene3"]
    options.excludedGenes = ["gene3"]
    let none = #expect(throws: CountDataError.self) {
      try integrate(smallCells(), options: options)
    }
    #expect(
      none?.description
        == "excluding 'gene3' leaves 0 genes of 1, and at least 1 is needed; exclude fewer with "
        + "`excludedGenes`")
  }
}
