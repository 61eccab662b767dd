import CellFiles
import Foundation
import Harmonize
import Numerics
import TestSupport
import Testing
@testable import CountData
@testable import Integration
@testable import Support

/// Counts of genes of interest are scaled by one factor for each gene and batch.
@Suite struct CorrectedGenesTests {
  static let pool = ThreadPool(threads: 2)

  /// Makes counts of two genes in three clusters and two batches, of which the second lacks a cluster.
  ///
  /// Each cell has 1000 counts of three genes, `rates[k][g] * factors[s][g]` of gene `g`, and
  /// `molecule` counts of each of 20 others.
  static func cells(
    rates: [[Double]], factors: [[Double]], molecule: Float = 1
  ) -> (CellDataset, [Int32]) {
    var dense: [Float] = []
    // Most counts are of single molecules.
    let molecules = [Float](repeating: molecule, count: 20)
    var batches: [Int32] = []
    var clusters: [Int32] = []
    for (s, own) in factors.enumerated() {
      for k in 0..<(s == 0 ? 3 : 2) {
        // A third gene holds the rest of each cell's 1000 counts.
        for _ in 0..<(20 + 30 * s * k) {
          let counts = zip(rates[k], own).map { Float($0 * $1) }
          dense += counts + [1000 - counts.reduce(0, +)] + molecules
          batches.append(Int32(s))
          clusters.append(Int32(k))
        }
      }
    }
    return (
      CellDataset(
        counts: MatrixInMemory(dense: dense, geneCount: 23),
        names: batches.indices.map { "c\($0)" },
        genes: ["A", "B", "rest"] + (0..<20).map { "M\($0)" },
        batches: BatchAssignment(names: ["x", "y"], batchOfCell: batches)), clusters
    )
  }

  static func factors(_ cells: CellDataset, _ clusters: [Int32]) throws -> GeneFactors {
    try GeneFactors(
      ClusterSums(of: [0, 1, 2], in: cells, cluster: clusters, clusterCount: 3) { _ in },
      pool: pool)
  }

  @Test func `factors are those of the model, at any composition`() throws {
    let (cells, clusters) = Self.cells(
      rates: [[40, 10], [5, 80], [200, 1]], factors: [[1, 1], [3, 0.5]])
    let found = try Self.factors(cells, clusters)
    #expect(abs(found.factor(ofGene: 0, batch: 0) / found.factor(ofGene: 0, batch: 1) - 3) < 0.1)
    #expect(abs(found.factor(ofGene: 1, batch: 0) / found.factor(ofGene: 1, batch: 1) - 0.5) < 0.02)
    #expect(found.onlyBatch == [-1, -1, -1] && found.absent == 0)
  }

  @Test func `with size factors, factors are of rates instead of shares`() throws {
    let (cells, clusters) = Self.cells(
      rates: [[40, 10], [5, 80], [200, 1]], factors: [[1, 1], [3, 0.5]])
    func ratio(_ sizes: [Float]?) throws -> Float {
      let found = GeneFactors(
        try ClusterSums(
          of: [0], in: cells, cluster: clusters, clusterCount: 3, sizeFactors: sizes
        ) { _ in }, pool: Self.pool)
      return found.factor(ofGene: 0, batch: 0) / found.factor(ofGene: 0, batch: 1)
    }
    // Each cell has 1020 counts.
    let totals = [Float](repeating: 1_020, count: cells.count)
    #expect(try ratio(totals) == ratio(nil))
    // Cells of twice the size have half the rate, which the batch does not explain.
    let sizes = cells.batches.batchOfCell.map { $0 == 1 ? Float(2_040) : 1_020 }
    #expect(abs(try ratio(sizes) - 1.5) < 0.1)
  }

  @Test func `counts of molecules with many reads say less about factors`() throws {
    let rates = [[40.0, 10], [5, 80], [200, 1]]
    func ratio(_ molecule: Float) throws -> (found: Float, typical: [Double]) {
      let (cells, clusters) = Self.cells(
        rates: rates, factors: [[1, 1], [3, 0.5]], molecule: molecule)
      let sums = try ClusterSums(
        of: [0, 1, 2], in: cells, cluster: clusters, clusterCount: 3
      ) { _ in }
      let found = GeneFactors(sums, pool: Self.pool)
      return (
        found.factor(ofGene: 0, batch: 0) / found.factor(ofGene: 0, batch: 1), sums.typicalCounts
      )
    }
    let few = try ratio(1.75)
    let many = try ratio(50.5)
    let most = try ratio(5_000)
    #expect(few.typical == [1, 1] && many.typical == [50, 50] && most.typical == [1_024, 1_024])
    #expect(few.found > many.found && many.found > most.found && most.found > 1)
  }

  @Test func `a gene keeps its sum, and ratios within a batch`() throws {
    let (cells, clusters) = Self.cells(
      rates: [[40, 10], [5, 80], [200, 1]], factors: [[1, 1], [3, 0.5]])
    let scaled = ScaledCells(
      cells: cells, genes: [1, 0],
      factors: try GeneFactors(
        ClusterSums(of: [1, 0], in: cells, cluster: clusters, clusterCount: 3) { _ in },
        pool: Self.pool))
    var (before, after) = ([Double](repeating: 0, count: 2), [Double](repeating: 0, count: 2))
    var ratios: [Float] = []
    try cells.parts[0].matrix.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        let values = Array(block.values[block.starts[row]..<block.starts[row + 1]])
        before[0] += Double(values[1])
        before[1] += Double(values[0])
        ratios.append(values[0])
      }
    }
    var cell = 0
    try scaled.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        #expect(Array(block.genes[block.starts[row]..<block.starts[row + 1]]) == [0, 1])
        after[0] += Double(block.values[block.starts[row]])
        after[1] += Double(block.values[block.starts[row] + 1])
        ratios[cell] = block.values[block.starts[row] + 1] / ratios[cell]
        cell += 1
      }
    }
    for gene in 0..<2 { #expect(abs(after[gene] / before[gene] - 1) < 1e-5) }
    #expect(Set(ratios.map { ($0 * 1e5).rounded() }).count == 2)
  }

  @Test func `a gene of one batch alone is named, unless its cells are`() throws {
    // B is expressed by batch x in all clusters; A in cluster 2 alone, which batch y lacks.
    let (cells, clusters) = Self.cells(
      rates: [[0, 10], [0, 80], [200, 1]], factors: [[1, 1], [1, 0]])
    let found = try Self.factors(cells, clusters)
    #expect(found.onlyBatch == [-1, 0, -1])
    #expect(abs(found.factor(ofGene: 1, batch: 0) - 1) < 1e-6)
    #expect(abs(found.factor(ofGene: 0, batch: 0) - 1) < 1e-6)
  }

  @Test func `a gene without counts is left as it is`() throws {
    let (cells, clusters) = Self.cells(
      rates: [[0, 10], [0, 80], [0, 1]], factors: [[1, 1], [1, 1]])
    let found = try Self.factors(cells, clusters)
    #expect(found.absent == 1 && found.factor(ofGene: 0, batch: 1) == 1)
  }

  @Test func `factors do not depend on the number of threads, or on the other genes`() throws {
    let result = try Self.small
    let all = try ScaledGenes(.all, of: result.0, result.1) { _ in }
    let some = try ScaledGenes(.listed([result.1.genes[3]]), of: result.0, result.1) { _ in }
    #expect(all.factors.factor(ofGene: 3, batch: 1) == some.factors.factor(ofGene: 0, batch: 1))
    var other = result.0
    other.record.options.threads = 4
    let four = try ScaledGenes(.all, of: other, result.1) { _ in }
    #expect(four.factors.factors == all.factors.factors)
  }

  private static var small: (IntegrationResult, CellDataset) {
    get throws {
      let cells = smallCells()
      return (try integrate(cells, options: IntegrationTests.options(visits: 640)), cells)
    }
  }

  @Test func `genes that the data lack are named, and none at all is an error`() throws {
    var (result, cells) = try Self.small
    let names = [cells.genes[2], "NOSUCH", cells.genes[0], "NOSUCH", "OTHER"]
    let corrected = try CorrectedOutput("c.h5ad", genes: .listed(names), inputs: [])
    try corrected.check(cells, IntegrationOptions())
    try corrected.measure(&result, of: cells)
    let record = try #require(result.record.corrected)
    #expect(record.genes == 2 && record.unknown == ["NOSUCH", "OTHER"])
    #expect(
      result.record.warnings.contains(
        "2 of 4 genes for `correctedGenes` are not in the data: 'NOSUCH', 'OTHER'"))
    let none = try CorrectedOutput("c.h5ad", genes: .listed(["NOSUCH"]), inputs: [])
    let error = #expect(throws: UsageError.self) {
      try none.check(cells, IntegrationOptions())
    }
    #expect(
      error?.message
        == "none of the 1 gene for `correctedGenes` is in the data, such as 'NOSUCH'; genes of the data "
        + "have names such as '\(cells.genes[0])'")
  }

  @Test func `what contradicts counts is refused`() throws {
    let both = #expect(throws: UsageError.self) {
      try CorrectedOutput("c.h5ad", as: "a", genes: .all, inputs: [])
    }
    #expect(
      both?.message
        == "`correctedGenes` scales counts to the level of all batches, and `correctedAs` decodes as "
        + "one batch; leave one of the two out")
    var options = IntegrationOptions()
    options.model.loss = .meanSquaredError
    let corrected = try CorrectedOutput("c.h5ad", genes: .all, inputs: [])
    let loss = #expect(throws: UsageError.self) { try corrected.check(smallCells(), options) }
    #expect(
      loss?.message
        == "`correctedGenes` scales counts, and `loss = mse` takes values of any scale; leave one of "
        + "the two out")
  }

  @Test func `the methods paragraph and the report tell of the genes`() throws {
    var (result, cells) = try Self.small
    let corrected = try CorrectedOutput(
      "c.h5ad", genes: .listed([cells.genes[0], "NOSUCH"]), inputs: [])
    try corrected.measure(&result, of: cells)
    let clusters = try #require(result.record.corrected).clusters
    #expect(
      result.record.methodsParagraph().text.contains(
        "The counts of 1 gene were divided by a factor for each gene and batch, estimated by a "
          + "Poisson model with effects of gene and cluster and of gene and batch over \(clusters) "
          + "k-means clusters of the embedding, and rescaled to the gene's sum over all cells."))
    let html = try result.report(of: cells).html()
    #expect(html.contains("genes with corrected counts") && html.contains("NOSUCH"))
  }
}

/// Fold changes of markers on real cells.
@Suite(.enabled(if: TestFiles.shared != nil, "needs the real data"))
struct CorrectedGenesRealTests {
  @Test func `fold changes within batches are kept, and batches of a type come closer`() throws {
    let file = try #require(TestFiles.shared("data/pbmc_10x_3chem_symphony.h5ad"))
    let cells = try CellDataset(readingAt: [file.path])
    var options = IntegrationOptions()
    options.training.visits = 12_000
    let result = try integrate(cells, options: options)
    let scaled = try ScaledGenes(.all, of: result, cells) { _ in }
    let types = try #require(try cells.labels("cell_type"))
    let groups = Groups(cells, types: types.ofCell, typeCount: types.names.count)
    let before = try groups.means(cells.parts[0].matrix, genes: cells.genes.count)
    let after = try groups.means(
      ScaledCells(cells: cells, genes: scaled.found.genes, factors: scaled.factors),
      genes: cells.genes.count)

    // Genes of at least two counts per 10,000 in the batch are clear enough for a fold change.
    var correlations: [Double] = []
    for batch in 0..<groups.batches {
      for type in 0..<groups.types where groups.count(batch, type) >= 30 {
        let genes = cells.genes.indices.filter { before.batch(batch, $0) >= 2 }
        correlations.append(
          Self.correlation(
            genes.map { before.change($0, batch, type) },
            genes.map { after.change($0, batch, type) }))
      }
    }
    #expect(correlations.count >= 10)
    #expect(correlations.allSatisfy { $0 >= 0.99 }, "\(correlations)")

    // The same type in two batches differs less.
    var (old, new) = (0.0, 0.0)
    for type in 0..<groups.types {
      let batches = (0..<groups.batches).filter { groups.count($0, type) >= 30 }
      for (a, b) in zip(batches, batches.dropFirst()) {
        for gene in cells.genes.indices
        where before.mean(a, type, gene) + before.mean(b, type, gene) > 20 {
          let difference = { (means: Means) in
            log2((means.mean(a, type, gene) + 0.5) / (means.mean(b, type, gene) + 0.5))
          }
          old += difference(before) * difference(before)
          new += difference(after) * difference(after)
        }
      }
    }
    #expect(new < 0.5 * old, "\(old) → \(new)")
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    AlignmentTests.correlation(a.map { Float($0) }, b.map { Float($0) })
  }

  /// The cells of each batch and type.
  struct Groups {
    let ofCell: [Int]
    let totals: [Double]
    let batches: Int
    let types: Int
    let sizes: [Int]

    init(_ cells: CellDataset, types ofCell: [Int32], typeCount: Int) {
      let (batchOfCell, types) = (cells.batches.batchOfCell, typeCount)
      let batches = cells.batches.names.count
      let groups = zip(batchOfCell, ofCell).map { Int($0) * types + Int($1) }
      var sizes = [Int](repeating: 0, count: batches * types)
      for group in groups { sizes[group] += 1 }
      var totals: [Double] = []
      try? cells.parts[0].matrix.forEachRowBlock(as: Float.self) { block in
        for row in 0..<block.rowCount {
          totals.append(
            block.values[block.starts[row]..<block.starts[row + 1]].reduce(0) { $0 + Double($1) })
        }
      }
      (self.ofCell, self.totals, self.batches, self.types) = (groups, totals, batches, types)
      self.sizes = sizes
    }

    func count(_ batch: Int, _ type: Int) -> Int { sizes[batch * types + type] }

    /// Returns the mean of values per 10,000 counts of the uncorrected cell in each group.
    func means(_ matrix: any ExpressionMatrix, genes: Int) throws -> Means {
      var sums = [Double](repeating: 0, count: batches * types * genes)
      try matrix.forEachRowBlock(as: Float.self) { block in
        for row in 0..<block.rowCount {
          let cell = block.firstRow + row
          for k in block.starts[row]..<block.starts[row + 1] {
            sums[ofCell[cell] * genes + Int(block.genes[k])] +=
              Double(block.values[k]) / totals[cell] * 1e4
          }
        }
      }
      return Means(sums: sums, groups: self, genes: genes)
    }
  }

  /// Mean expression of groups.
  struct Means {
    let sums: [Double]
    let groups: Groups
    let genes: Int

    func mean(_ batch: Int, _ type: Int, _ gene: Int) -> Double {
      sums[(batch * groups.types + type) * genes + gene]
        / Double(max(1, groups.count(batch, type)))
    }

    /// The mean over the cells of a batch, without one type if it is given.
    func batch(_ batch: Int, _ gene: Int, without type: Int = -1) -> Double {
      var (sum, cells) = (0.0, 0)
      for other in 0..<groups.types where other != type {
        sum += sums[(batch * groups.types + other) * genes + gene]
        cells += groups.count(batch, other)
      }
      return sum / Double(max(1, cells))
    }

    /// The log2 fold change of a type against the others of its batch.
    func change(_ gene: Int, _ batch: Int, _ type: Int) -> Double {
      log2(
        (mean(batch, type, gene) + 0.5) / (self.batch(batch, gene, without: type) + 0.5))
    }
  }
}
