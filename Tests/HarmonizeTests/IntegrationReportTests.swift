internal import CellFiles
internal import Numerics
internal import Report
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import RunReports
@testable import Training

@Suite struct IntegrationReportTests {
  /// Options for a small model that keeps what a report compares with.
  private static func options(_ uncorrected: Int = 1_000, threads: Int = 1) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: 2_000, threads: threads)
    options.uncorrectedCells = uncorrected
    return options
  }

  private func scatter(_ report: Report) throws -> ScatterFigure {
    try #require(
      report.sections.flatMap(\.blocks).compactMap {
        if case .scatter(let figure) = $0 { figure } else { nil }
      }.first)
  }

  private func heatmaps(_ report: Report) -> [HeatmapFigure] {
    report.sections.flatMap(\.blocks).compactMap {
      if case .heatmap(let figure) = $0 { figure } else { nil }
    }
  }

  private func bars(_ report: Report) -> [BarsFigure] {
    report.sections.flatMap(\.blocks).compactMap {
      if case .bars(let figure) = $0 { figure } else { nil }
    }
  }

  private func tables(_ report: Report, in section: String) -> [ReportTable] {
    report.sections.filter { $0.title == section }.flatMap(\.blocks).compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  @Test func `every section is there, and pictures show every cell before and after`() throws {
    var counts: [Float] = []
    let cells = smallCells { counts = $0 }
    let result = try integrate(cells, options: Self.options())
    var options = ReportOptions()
    options.labelKey = "type"
    options.labels = (0..<120).map { $0 == 5 ? nil : $0 % 4 < 2 ? "T 10" : "T 9" }
    options.commandLine = ["scharmonize", "it's.h5ad", "-o", "a b"]
    let report = try result.report(of: cells, options: options)
    #expect(
      report.sections.map(\.title) == [
        "Summary", "Before and after", "Composition of the batches", "Mixing of the batches",
        "Preserved neighbourhoods of each batch", "Mixing within each cell type",
        "Cells and genes", "Training", "Methods", "Run",
      ])
    #expect(report.title == "Integration of 2 batches")

    let figure = try scatter(report)
    #expect(figure.panels.map(\.title) == ["before: uncorrected expression", "after: embedding"])
    #expect(figure.panels.allSatisfy { $0.points.count == 120 })
    #expect(figure.names.count == 120 && figure.names[3] == "cell3")
    #expect(figure.colourings.map(\.name) == ["batch", "type"])
    #expect(figure.colourings[0].levels == ["a", "b"] && figure.colourings[0].codes[1] == 1)
    #expect(figure.colourings[0].isDistinct)
    #expect(figure.colourings[1].levels == ["T 9", "T 10"])
    #expect(figure.colourings[1].codes.prefix(6) == [1, 1, 0, 0, 1, -1])
    #expect(figure.caption.hasPrefix("Each point is one of 120 cells, in a UMAP of the first"))

    #expect(figure.highlighted == "batch")
    #expect(
      figure.gradients.map(\.name) == ["counts of each cell", "genes detected in each cell"])
    // The sum of a cell's counts over all genes, and the number of genes with a count.
    let rows = (0..<120).map { counts[30 * $0..<30 * ($0 + 1)] }
    #expect(figure.gradients[0].values == rows.map { $0.reduce(0, +) })
    #expect(figure.gradients[1].values == rows.map { row in Float(row.count { $0 > 0 }) })

    let bars = self.bars(report)
    #expect(bars.map(\.parts.name) == ["type", "batch"])
    #expect(bars[0].rows.map(\.name) == ["a", "b"] && bars[1].rows.map(\.name) == ["T 9", "T 10"])
    #expect(bars[0].rows.map(\.total).reduce(0, +) == 120)
    #expect(bars[0].rows.map(\.missing) == [0, 1] && bars[1].parts.totals.reduce(0, +) == 119)
    let within = try #require(tables(report, in: "Mixing within each cell type").first)
    #expect(
      within.rows.map { Array($0.prefix(3)) } == [
        [.level("T 10", colouring: "type"), .number(59), .number(2)],
        [.level("T 9", colouring: "type"), .number(60), .number(2)],
      ])

    let pairs = heatmaps(report)
    #expect(pairs.count == 2 && pairs.allSatisfy { $0.rows == ["a", "b"] && $0.values.count == 4 })
    let mixing = try #require(result.record.mixing)
    #expect(
      tables(report, in: "Mixing of the batches").first?.rows.first
        == [
          .level("a", colouring: "batch"),
          .number(try #require(mixing.batches[0].before)),
          .number(try #require(mixing.batches[0].after)),
          .number(mixing.batches[0].overlaidBefore), .number(mixing.batches[0].overlaidAfter),
        ])
    #expect(
      tables(report, in: "Preserved neighbourhoods of each batch").first?.rows.count == 2)
    let methods = report.sections[8].blocks
    #expect(
      methods.first
        == .quotation(result.record.methodsParagraph(umap: result.record.layoutOptions).text))
    #expect(
      report.sections[9].blocks == [
        .quotation("scharmonize 'it'\\''s.h5ad' -o 'a b'"),
        .facts([
          Fact("scharmonize", scharmonizeVersion), Fact("seed", "0"),
          Fact("SHA-256 of the model", result.record.modelDigest),
        ]),
      ])
  }

  @Test func `the same run gives the same page, at any number of threads`() throws {
    let cells = smallCells()
    let pages = try (1...3).map { threads in
      try integrate(cells, options: Self.options(threads: threads)).report(of: cells).html()
    }
    #expect(pages[0] == pages[1] && pages[0] == pages[2])
  }

  @Test func `keeping uncorrected cells changes nothing else`() throws {
    let cells = smallCells()
    let with = try integrate(cells, options: Self.options(50))
    let without = try integrate(cells, options: Self.options(0))
    #expect(with.embedding == without.embedding)
    #expect(with.record.modelDigest == without.record.modelDigest)
    #expect(without.uncorrected == nil)
    let kept = try #require(with.uncorrected)
    #expect(kept.cells.count == 50 && kept.cells == kept.cells.sorted())
    #expect(kept.coordinates.cellCount == 50)

    let figure = try scatter(try with.report(of: cells))
    #expect(figure.panels.allSatisfy { $0.points.count == 50 })
    #expect(figure.names == kept.cells.map { "cell\($0)" })
    #expect(
      figure.caption.hasPrefix("Each point is one of 50 cells, drawn with seed 0 from 120, in"))
    let after = try without.report(of: cells)
    #expect(try scatter(after).panels.map(\.title) == ["after: embedding"])
    #expect(heatmaps(after).isEmpty)
    #expect(try scatter(after).gradients.isEmpty)
  }

  @Test func `without labels, bars show the clusters of the alignment or the populations`() throws {
    let cells = smallCells()
    let result = try integrate(cells, options: Self.options())
    let bars = self.bars(try result.report(of: cells))
    #expect(bars.map(\.parts.name) == ["cluster", "batch"])
    #expect(bars[0].parts.levels.first == "cluster 1")
    #expect(bars[1].rows.map(\.total).reduce(0, +) == 120)
    // The largest group is the first.
    #expect(bars[0].parts.totals == bars[0].parts.totals.sorted(by: >))

    var options = Self.options()
    options.alignment = nil
    #expect(self.bars(try integrate(cells, options: options).report(of: cells)).isEmpty)
    #expect(numberedGroups("population", [7, 7]) == nil)
    #expect(
      numberedGroups("population", [7, 2, 2])
        == Colouring("population", levels: ["population 1", "population 2"], codes: [1, 0, 0]))
  }

  @Test(arguments: [1, 120])
  func `labels that cannot be compared have no table of mixing`(labels: Int) throws {
    let cells = smallCells()
    let result = try integrate(cells, options: Self.options())
    var options = ReportOptions()
    options.labels = (0..<120).map { "label \($0 % labels)" }
    let report = try result.report(of: cells, options: options)
    #expect(!report.sections.map(\.title).contains("Mixing within each cell type"))
    #expect(bars(report).count == 2)
  }

  @Test func `a layout that the result has is the one shown`() throws {
    let cells = smallCells()
    var result = try integrate(cells, options: Self.options(40))
    try result.addUMAP()
    let layout = try #require(result.umap)
    let figure = try scatter(try result.report(of: cells))
    #expect(
      figure.panels[1].points
        == figure.names.map { name in
          let cell = Int(name.dropFirst(4)) ?? -1
          return SIMD2(layout[cell].first ?? 0, layout[cell].last ?? 0)
        })
  }

  @Test func `one batch, batches of one cell, and labels of every kind have a page`() throws {
    let small = smallCells(count: 60)
    func cells(_ batches: [Int32]) -> CellDataset {
      CellDataset(
        parts: small.parts, names: small.names, genes: small.genes,
        batches: BatchAssignment(
          names: (0...(batches.max() ?? 0)).map { "<s>\($0)" }, batchOfCell: batches))
    }
    let one = cells([Int32](repeating: 0, count: 60))
    let alone = try integrate(one, options: Self.options())
    var none = ReportOptions()
    none.labels = [String?](repeating: nil, count: 60)
    let single = try alone.report(of: one, options: none)
    #expect(single.title == "Integration of 1 batch")
    #expect(!single.sections.map(\.title).contains("Mixing of the batches"))
    #expect(try scatter(single).colourings[1].levels.isEmpty)
    #expect(!single.html().contains("<s>"))

    let each = cells((0..<60).map { Int32($0) })
    let result = try integrate(each, options: Self.options())
    var many = ReportOptions()
    many.labels = (0..<60).map { "label \($0)" }
    let report = try result.report(of: each, options: many)
    #expect(heatmaps(report).allSatisfy { $0.rows.count == 60 })
    #expect(try scatter(report).colourings[1].levels.count == 60)
    #expect(!report.html().contains("<s>"))
  }

  @Test func `labels must be one for each cell`() throws {
    let cells = smallCells()
    let result = try integrate(cells, options: Self.options())
    var options = ReportOptions()
    options.labels = ["a"]
    #expect(
      throws: UsageError(
        "1 label for 120 cells; give one label per cell, or nil")
    ) { try result.report(of: cells, options: options) }
  }

  @Test func `a critic has a curve of its own`() throws {
    let cells = smallCells()
    var options = Self.options()
    options.training.adversary = 1
    let report = try integrate(cells, options: options).report(of: cells)
    let lines = report.sections.flatMap(\.blocks).compactMap {
      if case .lines(let figure) = $0 { figure } else { nil }
    }
    #expect(
      lines.map { $0.series.map(\.name) } == [
        ["loss", "reconstruction"], ["divergence"], ["critic", "by chance"],
      ])
    #expect(lines[2].series[1].values.allSatisfy { $0 == 0.5 })
  }

  @Test func `a name that is no output is refused before any work`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("r.html")
    try Report.checkWritable(path)
    #expect(
      throws: UsageError(
        "the output of `Report` is also the output '\(path)'; name two files")
    ) { try Report.checkWritable(path, outputs: [path]) }
    #expect(throws: OutputError.self) { try Report.checkWritable(folder.path("no/r.html")) }
  }
}
