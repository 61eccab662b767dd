internal import Support
internal import CellFiles
import Foundation
import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration

@Suite struct CorrectedExpressionTests {
  static let everyWay: [DecodedBatch] = [.batch(0), .batch(1), .everyBatch, .mixture]

  /// 120 cells of 30 genes, of which the model uses 20; cell 7 has no count.
  static func cells() -> CellDataset {
    smallCells { dense in for gene in 0..<30 { dense[7 * 30 + gene] = 0 } }
  }

  static func options(threads: Int = 1, loss: ReconstructionLoss = .negativeBinomial)
    -> IntegrationOptions
  {
    var options = IntegrationTests.options(threads: threads)
    options.geneList = (5..<25).map { "gene\($0)" }
    options.model.loss = loss
    return options
  }

  /// What was counted of the genes that the model uses; `(n)`.
  static func countedTotals(_ cells: CellDataset, genes: [Int]) throws -> [Float] {
    var totals = [Float](repeating: 0, count: cells.count)
    try cells.forEachRowBlock { _, block, first in
      for row in 0..<block.rowCount {
        for k in block.starts[row]..<block.starts[row + 1] where genes.contains(Int(block.genes[k]))
        {
          totals[first + row] += block.values[k]
        }
      }
    }
    return totals
  }

  private func row(_ cell: Int, of table: DenseTable) -> ArraySlice<Float> {
    table.values[cell * table.columns..<(cell + 1) * table.columns]
  }

  // MARK: Laws

  @Test func `library sizes are kept, and values are finite and not below zero`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: Self.options())
    let totals = try Self.countedTotals(cells, genes: Array(5..<25))
    #expect(result.totals == totals && totals[7] == 0)
    for batch in Self.everyWay {
      let table = result.correctedExpression(of: 0..<120, as: batch)
      #expect(table.rows == 120 && table.columns == 20)
      #expect(table.values.allSatisfy { $0.isFinite && $0 >= 0 })
      for cell in 0..<120 {
        let sum = row(cell, of: table).reduce(0) { $0 + Double($1) }
        #expect(
          abs(sum - Double(totals[cell])) <= 1e-6 * Double(totals[cell]), "cell \(cell), \(batch)")
      }
      #expect(row(7, of: table).allSatisfy { $0 == 0 })
    }
  }

  @Test func `fractions count as they are, also where the loss rounds them`() throws {
    let cells = smallCells { dense in dense = dense.map { $0 * 1.25 } }
    let result = try integrate(cells, options: Self.options())
    #expect(result.record.values == .fractionalCounts)
    #expect(result.totals == (try Self.countedTotals(cells, genes: Array(5..<25))))
  }

  @Test func `a row is the model's decoding of the cell`() throws {
    let result = try integrate(Self.cells(), options: Self.options())
    for batch in Self.everyWay {
      for cell in [0, 41, 119] {
        let rho = result.model.network.decode(
          Matrix(rows: 1, columns: 4, values: Array(result.latent[cell])),
          from: [result.batches[cell]], as: batch)
        let row = result.correctedExpression(of: [cell], as: batch)
        #expect(row.rows == 1)
        for (value, logarithm) in zip(row.values, rho.values) {
          let expected = Float(exp(Double(logarithm))) * result.totals[cell]
          #expect(abs(value - expected) <= 1e-5 * expected)
        }
      }
    }
  }

  @Test func `the average has the mean of the logarithms, up to the total`() throws {
    let result = try integrate(Self.cells(), options: Self.options())
    func logarithms(_ batch: DecodedBatch) -> [Float] {
      result.correctedExpression(of: [3], as: batch).values.map { log($0) }
    }
    let (first, second) = (logarithms(.batch(0)), logarithms(.batch(1)))
    let offsets = zip(logarithms(.everyBatch), zip(first, second)).map { $0 - ($1.0 + $1.1) / 2 }
    #expect(offsets.allSatisfy { abs($0 - offsets[0]) < 1e-4 })
    // The batches differ, or the test would say nothing.
    #expect(zip(first, second).contains { abs($0 - $1) > 0.1 })
  }

  @Test func `blocks and order of the cells do not matter`() throws {
    let result = try integrate(Self.cells(), options: Self.options())
    let whole = result.correctedExpression(of: 0..<120)
    for size in [1, 7, 16, 50] {
      var values: [Float] = []
      for first in stride(from: 0, to: 120, by: size) {
        values += result.correctedExpression(of: first..<min(first + size, 120)).values
      }
      #expect(values == whole.values, "blocks of \(size)")
    }
    let some = [90, 3, 3, 17]
    #expect(
      result.correctedExpression(of: some).values == some.flatMap { Array(row($0, of: whole)) })
    #expect(result.correctedExpression(of: []).rows == 0)
  }

  @Test func `the values have the same bytes at any number of threads`() throws {
    let one = try integrate(Self.cells(), options: Self.options(threads: 1))
    let two = try integrate(Self.cells(), options: Self.options(threads: 2))
    for batch in Self.everyWay {
      #expect(
        two.correctedExpression(of: 0..<120, as: batch)
          == one.correctedExpression(of: 0..<120, as: batch))
    }
  }

  @Test func `with the mse loss the decoder's output is given as it is`() throws {
    let result = try integrate(
      Self.cells(), options: Self.options(loss: .meanSquaredError))
    let output = result.model.network.decode(
      Matrix(rows: 120, columns: 4, values: result.latent.values), from: result.batches,
      as: .batch(1))
    #expect(result.correctedExpression(of: 0..<120, as: .batch(1)).values == output.values)
  }

  // MARK: Sense

  @Test func `batches come together and types stay apart`() throws {
    let cells = smallCells(count: 240)
    let result = try integrate(cells, options: IntegrationTests.options(visits: 20_000))
    func profile(_ table: DenseTable) -> Embedding {
      Embedding(
        cellCount: table.rows, dimensions: table.columns,
        values: (0..<table.rows).flatMap { cell in
          let total = row(cell, of: table).reduce(0, +)
          return row(cell, of: table).map { log1p(1e4 * $0 / total) }
        })
    }
    let own = profile(
      DenseTable(
        rows: 240, columns: 30,
        values: (0..<240).flatMap { cell in
          result.correctedExpression(of: [cell], as: .batch(cell % 2)).values
        }))
    let corrected = profile(result.correctedExpression(of: 0..<240))
    func batches(_ profiles: Embedding) -> Float {
      IntegrationTests.separation(profiles) { $0 % 2 == 1 }
    }
    #expect(batches(own) > 0.1, "as each its own: \(batches(own))")
    #expect(batches(corrected) < batches(own) / 10, "\(batches(corrected)) of \(batches(own))")
    #expect(IntegrationTests.separation(corrected) { $0 % 4 < 2 } > 1)
  }

  // MARK: The model

  @Test func `the model knows its genes and batches by name`() throws {
    let result = try integrate(Self.cells(), options: Self.options())
    #expect(result.model.genes == (5..<25).map { "gene\($0)" }.sorted())
    #expect(result.model.batches == ["a", "b"])
    #expect(try result.model.batch(named: "b") == .batch(1))
    #expect(try result.model.batch(named: nil) == .everyBatch)
    let error = #expect(throws: HarmonizeError.self) { try result.model.batch(named: "c") }
    #expect(
      error?.description == "cannot decode as batch 'c', which does not exist; there are 2: 'a', "
        + "'b'")
    #expect(error.flatMap { failureCategory(of: $0) } == .usage)
  }
}
