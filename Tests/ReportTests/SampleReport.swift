import Foundation
import Report

/// A report with every kind of block, of cells in clusters drawn at random, the same each time.
struct SampleReport {
  var cells = 60
  var batches = (1...3).map { "donor \($0)" }
  var types = ["B cell", "T cell", "monocyte", "NK cell"]
  var hasNames = true
  var warnings = ["Batch ‘donor 3’ lies apart: 4% of its neighbours are of other batches."]
  var figureRows: Int?

  func report() -> Report {
    var random = Steps(state: 7)
    let batch = (0..<cells).map { _ in Int(random.uniform() * Double(batches.count)) }
    let type = (0..<cells).map { i in
      // As in real data a few types are common and many are rare.
      i < types.count ? i : Int(pow(random.uniform(), 2.5) * Double(types.count))
    }
    let centres = types.indices.map { _ in SIMD2(random.uniform(), random.uniform()) * 20 }
    let shifts = batches.indices.map { _ in SIMD2(random.normal(), random.normal()) * 3 }
    func places(apart: Double) -> [SIMD2<Float>] {
      (0..<cells).map { i in
        let noise = SIMD2(random.normal(), random.normal()) * 0.7
        return SIMD2<Float>(centres[type[i]] + apart * shifts[batch[i]] + noise)
      }
    }
    let colourings = [
      Colouring("batch", levels: batches, codes: batch.map(Int32.init), isDistinct: true),
      Colouring(
        "cell_type", levels: types, codes: type.map { $0 % 97 == 5 ? -1 : Int32($0) }),
    ]
    let shown = figureRows.map { batches.prefix($0) } ?? batches[...]
    return Report(
      title: "Integration of \(cells) cells from \(batches.count) batches",
      lead: "One autoencoder was trained on all batches, and its embedding aligned.",
      sections: [
        ReportSection("Warnings", [.warnings(warnings)]),
        ReportSection(
          "Before and after",
          [
            .scatter(
              ScatterFigure(
                caption: "UMAP of the cells before and after the integration.",
                panels: [
                  .init("Before", points: places(apart: 1)),
                  .init("After", points: places(apart: 0.1)),
                ], colourings: colourings,
                gradients: [
                  Gradient(
                    "counts", values: (0..<cells).map { _ in Float(exp(8 + random.normal())) }),
                  Gradient(
                    "genes", values: (0..<cells).map { _ in Float(1500 + 400 * random.normal()) }),
                ], highlighted: "batch",
                names: hasNames
                  ? (0..<cells).map { "CELL\($0 * 7919 % 1_000_003)AGTCCTG-1_\($0 % 9)" } : []))
          ]),
        ReportSection("Composition", composition(colourings[0], colourings[1])),
        ReportSection(
          "Mixing",
          [
            .text("Of each pair of batches, how much their cells mix: 1 is as well as by chance."),
            mixing(shown, "before", 0.05), mixing(shown, "after", 0.35),
          ]),
        ReportSection(
          "Neighbourhoods",
          [
            .table(
              ReportTable(
                caption: "The share of each cell’s neighbours within its batch that was kept.",
                columns: [
                  .init("batch"), .init("cells"), .init("kept", bars: 0...1, decimals: 3),
                ],
                rows: batches.enumerated().map { i, name in
                  [
                    .level(name, colouring: "batch"),
                    .number(Double(batch.count { $0 == i })),
                    i == 2 ? .missing : .number(0.9 - 0.7 * Double(i * 13 % 17) / 17),
                  ]
                }))
          ]),
        ReportSection(
          "Training",
          [
            .lines(
              LineFigure(
                caption: "Loss per cell of the training cells and of those held out.",
                stepsTitle: "epoch", steps: (1...20).map(Double.init), valuesTitle: "loss",
                series: [
                  .init("training", values: (1...20).map { 0.8 + 1 / Double($0) }),
                  .init("held out", values: (1...20).map { $0 == 4 ? .nan : 0.9 + 1 / Double($0) }),
                ]))
          ]),
        ReportSection(
          "Methods",
          [
            .quotation(
              "Cells were integrated with scharmonize.\nCounts were modelled as they are."),
            .citations([
              Citation("Author A. A title. Journal, 2020.", url: "https://example.org/a?b=1&c=2")
            ]),
            .facts([Fact("epochs", "20"), Fact("latent dimensions", "30")]),
          ]),
      ])
  }

  private func mixing(_ names: ArraySlice<String>, _ place: String, _ least: Double) -> ReportBlock
  {
    .heatmap(
      HeatmapFigure(
        caption: "Mixing between each pair of batches, \(place).", rows: Array(names),
        columns: Array(names),
        values: names.indices.flatMap { i in
          names.indices.map { j in
            i == j ? .nan : least + 0.6 * Double((i * j * 31 + i + j) % 23) / 23
          }
        }))
  }

  private func composition(_ batches: Colouring, _ types: Colouring) -> [ReportBlock] {
    [(batches, types), (types, batches)].map { rows, parts in
      var bars = rows.levels.map { BarsFigure.Row($0, counts: [:]) }
      for (row, part) in zip(rows.codes, parts.codes) where row >= 0 {
        if part < 0 { bars[Int(row)].missing += 1 }
        if part >= 0 { bars[Int(row)].counts[Int(part), default: 0] += 1 }
      }
      return .bars(
        BarsFigure(
          caption: "The share of each \(parts.name) in each \(rows.name).", rows: bars,
          parts: parts.name, levels: parts.levels, isDistinct: parts.isDistinct))
    }
  }

  /// What breaks pages that trust names.
  static let hostile = [
    "</script><script>alert(1)</script>", "]]>", "<!--", "\"quoted\" & 'quoted'",
    "a\u{2028}b\nc\td",
    "\u{202E}reversed", "مرحبا", "🧬👩‍🔬", "\u{0}\u{7}\u{1B}[31m", "",
    String(repeating: "long ", count: 2000),
    "&amp;", "javascript:alert(1)", "a\u{FFFF}b", "e" + String(repeating: "\u{301}", count: 900),
  ]
}

/// A small generator of random numbers.
struct Steps {
  var state: UInt64

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 53)
  }

  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
}
