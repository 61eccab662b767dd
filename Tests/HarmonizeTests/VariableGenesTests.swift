import CellFiles
import Foundation
import Testing
import TestSupport
@testable import CountData
@testable import Numerics

@Suite struct VariableGenesTests {
  /// The genes that scanpy chose, as Tests/Fixtures/make_variable_genes.py stored them.
  static func stored(_ name: String) throws -> [String] {
    try geneList(
      readingAt: TestFiles.fixtures.appending(path: "variable_genes_\(name).txt").path)
  }

  @Test(
    .enabled(if: TestFiles.shared != nil, "needs the real data"),
    .nightly("reads real data"),
    arguments: ["lungmix_celseq2_dropseq", "pbmc_kang_ctrl_stim"])
  func `the chosen genes are scanpy's`(name: String) throws {
    let file = try #require(TestFiles.shared("data/\(name).h5ad"))
    let cells = try CellDataset(readingAt: [file.path])
    let summary = try CellSummary(
      of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: false
    ) { _ in }
    let chosen = variableGenes(2_000, votes: summary.moments.votes).map { cells.genes[$0] }
    let expected = try Set(Self.stored(name))
    #expect(chosen.count == 2_000)
    let agreeing = chosen.count { expected.contains($0) }
    #expect(agreeing >= 1_990, "\(agreeing) of 2,000 agree")
  }

  /// What scanpy says of `Fixtures/reference/genes.h5ad`.
  private struct Reference: Decodable {
    let dispersions: [String: [Double?]]
    let batches_of_gene: [Int]
    let selected: [Int]
  }

  @Test func `dispersions and chosen genes are scanpy's`() throws {
    let folder = ReferenceCells.folder
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: folder.appending(path: "genes.json")))
    let cells = try CellDataset(readingAt: [folder.appending(path: "genes.h5ad").path])
    let summary = try CellSummary(
      of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: false
    ) { _ in }
    let votes = summary.moments.votes
    #expect(votes.count == 3)
    var inTop = [Int](repeating: 0, count: cells.genes.count)
    for (batch, vote) in votes.enumerated() {
      let expected = try #require(reference.dispersions["b\(batch)"])
      let found = standardizedDispersions(vote).map { $0.flatMap { $0.isNaN ? nil : $0 } }
      for (gene, (own, other)) in zip(found, expected).enumerated() {
        #expect((own == nil) == (other == nil), "gene \(gene) of batch \(batch)")
        // scanpy computes in single precision.
        if let own, let other { #expect(abs(own - other) < 1e-3, "gene \(gene) of \(batch)") }
      }
      for gene in variableGenes(60, votes: [vote]) where found[gene] != nil { inTop[gene] += 1 }
    }
    #expect(inTop == reference.batches_of_gene)
    #expect(variableGenes(60, votes: votes).sorted() == reference.selected)
  }

  @Test func `few genes are all chosen`() {
    let vote = GeneMoments.Vote(cells: 30, means: [1, 2, 0], variances: [1, 9, 0])
    #expect(variableGenes(3, votes: [vote]) == [0, 1, 2])
    #expect(variableGenes(10, votes: [vote, vote]) == [0, 1, 2])
  }

  @Test func `a gene in the top of more batches comes first`() {
    // 40 genes of equal mean: their dispersions are standardized in one bin.
    func vote(high: [Int]) -> GeneMoments.Vote {
      var variances = (0..<40).map { 1 + Double($0) / 100 }
      for gene in high { variances[gene] = 50 }
      return GeneMoments.Vote(
        cells: 100, means: [Double](repeating: 1, count: 40), variances: variances)
    }
    let votes = [vote(high: [3, 7]), vote(high: [3, 9]), vote(high: [3, 7])]
    #expect(variableGenes(2, votes: votes) == [3, 7])
  }

  @Test func `a gene alone in its bin counts as one deviation up, an absent one as none`() {
    let vote = GeneMoments.Vote(
      cells: 30, means: [1, 1.001, 1000, 0, 1], variances: [2, 3, 1, 0, 0])
    let dispersions = standardizedDispersions(vote)
    #expect(dispersions[2] == 1)
    #expect(dispersions[3] == nil)
    #expect(dispersions[4]?.isNaN == true)
    #expect(abs((dispersions[0] ?? 0) + 0.5.squareRoot()) < 1e-9)
  }
}
