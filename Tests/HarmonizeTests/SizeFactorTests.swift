import CellFiles
import Foundation
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import NeuralNet
@testable import RunReports
@testable import Support
@testable import Training

/// Counts divided by the size of each cell instead of by their total.
@Suite struct SizeFactorTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Cells of two types with the same proportions of genes; a cell of type 1 has four times the counts of
  /// a cell of type 0 of its size.
  static func cells(count: Int = 240, unit: Double = 1) -> CellDataset {
    var random = Xoshiro256(seed: 7)
    let genes = 30
    var dense: [Float] = []
    var areas: [Double] = []
    for cell in 0..<count {
      let area = exp(0.4 * random.standardNormal())
      areas.append(area * (cell % 2 == 1 ? unit : 1))
      for gene in 0..<genes {
        var mean = 2 * area * (isDense(cell) ? 4 : 1) * Double(1 + gene % 5)
        if cell % 2 == 1, gene % 3 == 0 { mean *= 2 }
        let noise = 1 + random.standardNormal() / max(1, mean).squareRoot()
        dense.append(Float(max(0, mean * noise).rounded()))
      }
    }
    var cells = CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes),
      names: (0..<count).map { "cell\($0)" }, genes: (0..<genes).map { "gene\($0)" },
      batches: BatchAssignment(names: ["a", "b"], batchOfCell: (0..<count).map { Int32($0 % 2) }))
    cells.setColumn("area", to: areas)
    return cells
  }

  private static func isDense(_ cell: Int) -> Bool { cell / 2 % 2 == 1 }

  private static func options(_ column: String?, visits: Int = 20_000) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: visits)
    options.sizeFactor = column
    return options
  }

  private static func summary(_ cells: CellDataset, _ sizes: [Double]?) throws -> CellSummary {
    try CellSummary(of: cells, minimumCounts: 1, minimumGenes: 0, anyScale: false, sizes: sizes) {
      _ in
    }
  }

  @Test func `sizes are scaled in each batch to the median total`() {
    let batches = BatchAssignment(names: ["a", "b", "c"], batchOfCell: [0, 0, 0, 1, 1, 2])
    let scaled = scaledSizes(
      [1, 2, 3, 100, 300, 7], totals: [10, 40, 50, 8, 8, 0], kept: [0, 1, 2, 3, 4],
      batches: batches)
    // The medians are 2 and 40, 200 and 8, and of all cells 3 and 10.
    #expect(scaled == [20, 40, 60, 4, 12, 7.0 / 3 * 10])
    #expect(
      scaledSizes(
        [1, 2], totals: [0, 0], kept: [0, 1],
        batches: BatchAssignment(names: ["a"], batchOfCell: [0, 0])) == [1, 2])
    #expect(
      scaledSizes(
        [1, 2], totals: [5, 6], kept: [],
        batches: BatchAssignment(names: ["a"], batchOfCell: [0, 0])) == [1, 2])
  }

  @Test func `filters that leave no cell are told, with sizes as without`() {
    var (plain, sized) = (Self.options(nil), Self.options("area"))
    (plain.minimumCounts, sized.minimumCounts) = (1_000_000, 1_000_000)
    func message(_ options: IntegrationOptions) -> String? {
      #expect(throws: (any Error).self) { try integrate(Self.cells(), options: options) }
        .map { "\($0)" }
    }
    #expect(message(plain) != nil && message(plain) == message(sized))
  }

  @Test func `sizes that are the totals give the inputs of totals`() throws {
    let cells = Self.cells()
    let plain = try Self.summary(cells, nil)
    let sized = try Self.summary(cells, plain.totals)
    #expect(plain.sizeFactors == nil && plain.divisors == plain.totals)
    #expect(sized.divisors == plain.totals)
    #expect(sized.moments.pooled.means == plain.moments.pooled.means)
    let genes = Array(cells.genes.indices)
    var (a, b) = (Minibatch(), Minibatch())
    try CountStore(cells, selected: genes, summary: plain) { _ in }
      .fill(&a, with: 0..<50, batches: cells.batches.batchOfCell)
    try CountStore(cells, selected: genes, summary: sized) { _ in }
      .fill(&b, with: 0..<50, batches: cells.batches.batchOfCell)
    #expect(a.inputs == b.inputs && a.counts == b.counts)
    #expect(a.sizeFactors.isEmpty && b.sizeFactors == plain.totals[0..<50].map { Float($0) })
  }

  @Test func `moments, rates and inputs are of counts divided by sizes`() throws {
    let cells = Self.cells()
    let sizes = try SizeFactors("area", of: cells)
    let summary = try Self.summary(cells, sizes.values)
    let genes = Array(cells.genes.indices)
    let store = try CountStore(cells, selected: genes, summary: summary) { _ in }
    var minibatch = Minibatch()
    store.fill(&minibatch, with: 0..<cells.count, batches: cells.batches.batchOfCell)
    var sums = [Double](repeating: 0, count: genes.count)
    for cell in 0..<cells.count {
      let factor = summary.divisors[cell]
      for k in Int(minibatch.starts[cell])..<Int(minibatch.starts[cell + 1]) {
        let rate = Double(minibatch.counts[k]) / factor
        sums[Int(minibatch.genes[k])] += rate
        #expect(abs(Double(minibatch.inputs[k]) - log1p(1e4 * rate)) < 1e-4)
      }
    }
    let rates = try #require(summary.meanRates(of: genes))
    for (rate, sum) in zip(rates, sums) {
      #expect(abs(Double(rate) - sum / Double(cells.count)) < 1e-6)
    }
    #expect(try Self.summary(cells, nil).meanRates(of: genes) == nil)
  }

  @Test func `types that differ in counts per size alone come apart, and batches together`() throws
  {
    let cells = Self.cells()
    let plain = try integrate(cells, options: Self.options(nil))
    let sized = try integrate(cells, options: Self.options("area"))
    func apart(_ result: IntegrationResult, _ group: (Int) -> Bool) -> Float {
      IntegrationTests.separation(result.embedding, of: group)
    }
    #expect(apart(plain, Self.isDense) < 0.2)
    #expect(apart(sized, Self.isDense) > 0.5)
    #expect(apart(sized) { $0 % 2 == 1 } < 0.1)
    let record = try #require(sized.record.sizeFactor)
    #expect(record.column == "area" && record.batches.map(\.name) == ["a", "b"])
    #expect(plain.record.sizeFactor == nil)
    #expect(!String(decoding: try plain.record.json(), as: UTF8.self).contains("size_factor"))
    let text = sized.record.methodsParagraph().text
    #expect(
      text.contains(
        "log(1 + 10,000 x / s) for a count x of a cell with size factor s: 'area', multiplied in each "
          + "batch by one number so that its median is that of the cells' total counts."), "\(text)"
    )
    #expect(
      text.contains(
        "the logarithms of the gene rates were averaged, and the rates divided by the square root of "
          + "their sum to p"), "\(text)")
  }

  @Test func `the unit of a batch changes nothing`() throws {
    let one = try integrate(Self.cells(), options: Self.options("area", visits: 1_000))
    let other = try integrate(Self.cells(unit: 1024), options: Self.options("area", visits: 1_000))
    #expect(one.embedding == other.embedding)
  }

  @Test func `corrected expression is that of a cell of its size`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: Self.options("area"))
    let sizes = try Self.summary(cells, SizeFactors("area", of: cells).values).divisors
    let table = result.correctedExpression(of: 0..<8)
    let decoded = result.model.network.decode(
      Matrix(result.latent.rows(Array(0..<8))), from: cells.batches.batchOfCell[0..<8].map { $0 })
    for cell in 0..<8 {
      for gene in 0..<table.columns {
        let expected = Float(sizes[cell]) * exp(decoded[cell, gene])
        let found = table.values[cell * table.columns + gene]
        #expect(abs(found - expected) < 1e-4 * expected)
      }
    }
  }

  @Test func `a model keeps the column, and maps cells by it`() throws {
    let cells = Self.cells()
    let result = try integrate(cells, options: Self.options("area"))
    let path = folder.path("model.h5")
    try Model(result, of: cells).write(to: path)
    let model = try Model(readingAt: path)
    #expect(model.sizeFactorKey == "area" && model.trained.network.hasRates)
    #expect(try Certificate(of: model).input == "log1p-size")
    let mapped = try model.map(cells)
    for (a, b) in zip(mapped.latent.values, result.latent.values) { #expect(abs(a - b) < 1e-5) }
    var other = cells
    other.setColumn("area", to: [Double](repeating: 3, count: cells.count))
    #expect(try model.map(other).latent != mapped.latent)
    other.columns = [:]
    #expect(
      throws: SizeFactorError.ofModel(.noColumn(column: "area", part: nil, numeric: []))
    ) { try model.map(other) }
  }

  @Test func `the control with permuted batches has the sizes`() throws {
    let cells = Self.cells(count: 120)
    let options = Self.options("area", visits: 1_000)
    var result = try integrate(cells, options: options)
    try result.testAgainstNull(cells, options: options)
    #expect(result.record.nullTest != nil)
  }

  @Test(
    arguments: [
      (nil, "2 of 240 cells have no value of the size factor 'area', first 'cell3'"),
      (
        0,
        "the size factor 'area' is '0.0' in cell 'cell3', and not a finite number above 0 (2 of 240 "
          + "cells in all); replace it, or remove the cells"
      ),
      (-1, "the size factor 'area' is '-1.0' in cell 'cell3', and not a finite number above 0"),
      (
        .infinity,
        "the size factor 'area' is 'inf' in cell 'cell3', and not a finite number above 0"
      ),
      (1e9, "the size factor 'area' is 1000000000.0 in cell 'cell3', and its median is "),
      (1e-300, "the size factor 'area' is 1e-300 in cell 'cell3', and its median is "),
    ] as [(Double?, String)])
  func `a size that is no size is told with its cell`(value: Double?, start: String) {
    var cells = Self.cells()
    var areas = (0..<240).map { Double($0 % 5 + 1) }
    for cell in [3, 9] { areas[cell] = value ?? .nan }
    cells.setColumn("area", to: areas)
    let error = #expect(throws: SizeFactorError.self) {
      try integrate(cells, options: Self.options("area"))
    }
    #expect(error.map { "\($0)".hasPrefix(start) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `columns that are none, text or zero are refused`() {
    var cells = Self.cells()
    cells.setColumn("type", to: (0..<240).map { Optional("t\($0 % 3)") })
    cells.setColumn("zero", to: [Double](repeating: 0, count: 240))
    func message(_ column: String, _ change: (inout IntegrationOptions) -> Void = { _ in })
      -> String
    {
      var options = Self.options(column)
      change(&options)
      let error = #expect(throws: (any Error).self) { try integrate(cells, options: options) }
      return error.map { "\($0)" } ?? ""
    }
    #expect(
      message("volume")
        == "the cells have no column 'volume' for `sizeFactor`; columns of numbers are 'area', "
        + "'zero'")
    #expect(
      message("type")
        == "the size factor 'type' is 't0' in cell 'cell0', and not a number, as in all other cells; give "
        + "a column such as the area of each cell")
    #expect(
      message("zero")
        == "the size factor 'zero' is '0.0' in cell 'cell0', and not a finite number above 0, as in all "
        + "other cells; give a column such as the area of each cell")
    #expect(
      message("area") { $0.model.loss = .meanSquaredError }
        == "`loss = mse` uses values unchanged, so `sizeFactor` has no effect; leave out one of "
        + "`sizeFactor` and `loss = mse`")
    #expect(
      message("area") { $0.featureKind = .peaks }
        == "peaks are divided by the number of fragments of the cell, so `sizeFactor` has no effect; "
        + "leave out one of `sizeFactor` and `featureKind = peaks`")
  }

  @Test func `sizes as text are numbers, and equal sizes have a notice`() throws {
    var cells = Self.cells(count: 120)
    cells.setColumn("text", to: (0..<120).map { Optional("\($0 % 4 + 1).5") })
    #expect(try SizeFactors("text", of: cells).values.prefix(3) == [1.5, 2.5, 3.5])
    cells.setColumn("same", to: [Double](repeating: 2, count: 120))
    #expect(
      try SizeFactors("same", of: cells).notice
        == "the size factor 'same' is 2 in all cells, so counts are divided by one number in each "
        + "batch")
    #expect(try SizeFactors("text", of: cells).notice == nil)
  }

  @Test func `a training is resumed with the same sizes only`() throws {
    let cells = Self.cells(count: 120)
    var other = cells
    other.setColumn("area", to: (0..<120).map { Double($0 % 7 + 1) })
    func identity(_ cells: CellDataset, _ column: String?) throws -> TrainingIdentity {
      let options = Self.options(column)
      let given = try GivenColumns(options, of: cells)
      let summary = try Self.summary(cells, given.sizes?.values)
      let store = try CountStore(cells, selected: [0, 1], summary: summary) { _ in }
      return try TrainingIdentity(cells, genes: ["a", "b"], summary, store, given, options)
    }
    #expect(try identity(cells, "area") == identity(cells, "area"))
    #expect(try identity(cells, "area") != identity(other, "area"))
    #expect(try identity(cells, nil) == identity(other, nil))
    #expect(try identity(cells, nil).options["sizeFactor"] == nil)
  }
}
