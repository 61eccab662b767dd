internal import CellFiles
import Foundation
internal import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import Simulation
@testable import Training

/// The union of genes: what a batch never measured is padding to its end.
@Suite struct GenePaddingTests {
  /// Cells in two parts: the second lacks the last genes of the first.
  static func cells(
    lacking: Int = 6, batches: [Int32]? = nil, change: (inout [Float]) -> Void = { _ in }
  ) -> CellDataset {
    let (count, genes) = (60, 24)
    var dense: [Float] = []
    for cell in 0..<2 * count {
      for gene in 0..<genes {
        let high = (cell % 4 < 2) == (gene < genes / 2)
        dense.append(Float((cell * 7 + gene * 13) % 5 + (high ? 9 : 1)))
      }
    }
    change(&dense)
    let kept = genes - lacking
    let second = (count..<2 * count).flatMap { dense[$0 * genes..<$0 * genes + kept] }
    let names = (0..<genes).map { "g\($0)" }
    return CellDataset(
      parts: [
        CellDataset.Part(
          name: "one",
          matrix: MatrixInMemory(dense: Array(dense[..<(count * genes)]), geneCount: genes),
          geneNames: names, sharedGenes: (0..<Int32(genes)).map(\.self)),
        CellDataset.Part(
          name: "two", matrix: MatrixInMemory(dense: second, geneCount: kept),
          geneNames: Array(names[..<kept]), sharedGenes: (0..<Int32(kept)).map(\.self)),
      ],
      names: (0..<2 * count).map { "c\($0)" }, genes: names,
      batches: BatchAssignment(
        names: ["a", "b"], batchOfCell: batches ?? (0..<2 * count).map { $0 < count ? 0 : 1 }))
  }

  @Test func `what each batch measured is known from the parts`() throws {
    let measured = try #require(Self.cells().genesMeasured)
    #expect(!measured[0].contains(false))
    #expect(measured[1] == (0..<24).map { $0 < 18 })
    #expect(Self.cells(lacking: 0).genesMeasured == nil)
    #expect(smallCells().genesMeasured == nil)
  }

  @Test func `the network has the padding, with the mean inputs of those who measured`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: IntegrationTests.options(visits: 640))
    let padding = try #require(result.model.network.padding)
    // The model's genes are ordered by name.
    let places = (18..<24).map { gene in result.model.genes.firstIndex(of: "g\(gene)") ?? -1 }
    #expect(padding.missing == [[], places.sorted().map { UInt16($0) }])
    // By hand: the mean of log(1 + 10⁴ x / t) over the first part's cells.
    let rows = try #require(cells.parts.first?.matrix)
    var sums = [Double](repeating: 0, count: 24)
    try rows.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        let range = block.starts[row]..<block.starts[row + 1]
        let total = block.values[range].reduce(0.0) { $0 + Double($1) }
        for k in range {
          sums[Int(block.genes[k])] += log(1 + 1e4 * Double(block.values[k]) / total) / 60
        }
      }
    }
    for (gene, place) in zip(18..<24, places) {
      #expect(abs(Double(padding.meanInputs[place]) - sums[gene]) < 1e-4, "gene \(gene)")
    }
  }

  @Test func `types stay apart and batches come together where genes are missing`() throws {
    let result = try integrate(Self.cells(), options: IntegrationTests.options(visits: 12_000))
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
    let types = IntegrationTests.separation(result.embedding) { $0 % 4 < 2 }
    let batches = IntegrationTests.separation(result.embedding) { $0 >= 60 }
    #expect(types > 1, "types: \(types)")
    #expect(batches < types / 4, "batches: \(batches), types: \(types)")
  }

  @Test func `a batch with cells in parts of different genes is two to the network`() throws {
    let cells = Self.cells(batches: (0..<120).map { Int32($0 % 2) })
    #expect(cells.batches.names == ["a / one", "a / two", "b / one", "b / two"])
    #expect(cells.batches.batchOfCell[59] == 2 && cells.batches.batchOfCell[60] == 1)
    #expect(cells.batchKeys.map(\.names) == [["a", "b"]])
    let result = try integrate(cells, options: IntegrationTests.options(visits: 640))
    #expect(result.embedding.values.allSatisfy { $0.isFinite })
    #expect(result.record.epochs.allSatisfy { $0.loss.isFinite })
  }

  @Test func `corrected expression adds up to what was counted, over the genes measured`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: IntegrationTests.options(visits: 640))
    let table = result.correctedExpression(of: [0, 100])
    for (row, genes, cell) in [(0, 24, 0), (1, 18, 100)] {
      let sum = result.genesUsed.indices.filter { result.genesUsed[$0] < genes }
        .reduce(0.0) { $0 + Double(table.values[row * 24 + $1]) }
      #expect(abs(sum / Double(result.totals[cell]) - 1) < 1e-4)
    }
    #expect(table.values[24..<48].allSatisfy { $0 > 0 })
  }

  @Test func `a batch has no vote on genes that it never measured`() {
    func vote(_ variances: [Double], measured: [Bool]? = nil) -> GeneMoments.Vote {
      GeneMoments.Vote(
        cells: 100,
        means: zip(variances, measured ?? variances.map { _ in true }).map { $1 ? 1 : 0 },
        variances: variances, measured: measured)
    }
    // Each is in the top of one batch; the mean of the second is not drawn down by a zero.
    var first = (0..<40).map { 1 + Double($0) / 100 }
    var second = first
    (first[3], second[3], second[7]) = (60, 20, 50)
    var isMeasured = [Bool](repeating: true, count: 40)
    isMeasured[7] = false
    first[7] = 0
    let votes = [vote(first, measured: isMeasured), vote(second)]
    #expect(variableGenes(1, votes: votes) == [7])
    var asZeros = votes
    asZeros[0].measured = nil
    #expect(variableGenes(1, votes: asZeros) == [3])
  }

  @Test func `files are joined, integrated and written`() throws {
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for (name, genes) in [("a", 40), ("b", 30)] {
      var options = SimulationOptions()
      (options.cells, options.genes) = (60, genes)
      options.seed = UInt64(genes)
      paths.append(folder.path("\(name).h5ad"))
      try Simulation(options).writeAnnData(to: paths[paths.count - 1])
    }
    var joining = JoiningOptions()
    joining.genes = .outer
    let cells = try CellDataset(readingAt: paths, joining: joining)
    #expect(cells.genes.count == 40)
    var result = try integrate(cells, options: IntegrationTests.options(visits: 640))
    let output = folder.path("out.h5ad")
    try Destination(output, inputs: paths).write(&result, of: cells)
    let written = try CellFile(readingAt: output)
    #expect(written.geneCount == 40)
    #expect(
      try written.varColumn("measured_in").labels()
        == (0..<40).map { $0 < 30 ? "a|b" : "a" })
  }
}
