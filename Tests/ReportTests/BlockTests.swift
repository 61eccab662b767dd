import Foundation
import Testing
@testable import Report

@Suite struct `Report: numbers` {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (1234.5, 1, "1,234.5"), (-1_234_567, 0, "−1,234,567"),
    (999, 0, "999"), (0.5, 3, "0.500"), (.nan, 2, "–"), (.infinity, 2, "–"), (1e300, 0, "1e+300"),
  ])
  func `numbers have commas and points in any locale`(value: Double, decimals: Int, text: String) {
    #expect(fixed(value, decimals) == text)
  }

  @Test func `axes have round numbers, and any values have an axis`() throws {
    let axis = try #require(Axis([0.83, 1.9], ticks: 5, isRounded: true))
    #expect(axis.ticks.map(axis.label) == ["0.8", "1", "1.2", "1.4", "1.6", "1.8", "2"])
    let steps = try #require(Axis([1, 20], ticks: 8))
    #expect(
      steps.ticks.map(steps.label) == ["2", "4", "6", "8", "10", "12", "14", "16", "18", "20"])
    #expect(Axis([], ticks: 5) == nil)
    let ranges: [[Double]] = [
      [0, 0], [7], [1e-300, 2e-300], [-1.7e308, 1.7e308], [1e17, 1e17 + 32],
    ]
    for values in ranges {
      let axis = try #require(Axis(values, ticks: 5, isRounded: true))
      #expect(axis.ticks.count < 20)
      #expect(values.allSatisfy { (0...1).contains(axis.share($0)) })
    }
  }
}

@Suite struct `Report: blocks` {
  private func page(_ block: ReportBlock) throws -> (text: String, outline: Outline) {
    let page = Report(title: "", lead: "", sections: [ReportSection("", [block])]).html()
    return (page, try Outline(page))
  }

  @Test func `bars run from an empty one to a full one`() throws {
    let table = ReportTable(
      caption: "Bars.", columns: [.init("kept", bars: 1...3, decimals: 1)],
      rows: [0.5, 1, 2, 3, 9, .nan].map { [.number($0)] } + [[.missing]])
    let page = try page(.table(table)).text
    let widths = page.matches(of: /class="bar".*?width:([0-9.]+)%/).map { String($0.1) }
    #expect(widths == ["0", "0", "50", "100", "100"])
    #expect(page.contains("no value"))
  }

  @Test func `a table of thousands of rows tells how many it shows`() throws {
    let rows = (0..<3000).map { [ReportTable.Value.text("row \($0)"), .number(1)] }
    let table = ReportTable(caption: "Long.", columns: [.init("name"), .init("n")], rows: rows)
    let outline = try page(.table(table)).outline
    #expect(outline.counts["tr"] == 201)
    #expect(outline.text.contains("Long. The first 200 of 3,000 rows are shown."))
  }

  @Test func `a row of the wrong length is shown as far as it goes`() throws {
    let table = ReportTable(
      caption: "Ragged.", columns: [.init("a"), .init("b")],
      rows: [[.text("1")], [.text("1"), .text("2"), .text("3")]])
    let outline = try page(.table(table)).outline
    #expect(outline.counts["td"] == 1)
  }

  @Test func `values that are not finite leave gaps in a line`() throws {
    let figure = LineFigure(
      caption: "Loss.", stepsTitle: "epoch", steps: [1, 2, 3, 4, 5], valuesTitle: "loss",
      series: [
        .init("training", values: [1, 2, .nan, 4, .infinity]), .init("short", values: [1]),
      ])
    let page = try page(.lines(figure)).text
    let line = try #require(page.firstMatch(of: /class="line".*?<path d="([^"]*)"/)).1
    #expect(line.split(separator: "M").count == 2)
    #expect(page.contains("<title>training: 4 at epoch 4</title>"))
  }

  @Test func `of very many steps some are drawn, and the page says so`() throws {
    let count = 100_000
    let figure = LineFigure(
      caption: "Long.", stepsTitle: "step", steps: (0..<count).map(Double.init),
      valuesTitle: "loss", series: [.init("a", values: (0..<count).map(Double.init))])
    let (page, outline) = try page(.lines(figure))
    #expect(outline.text.contains("Long. One step in 50 is drawn."))
    #expect(outline.text.contains("The first 200 of 100,000 rows are shown."))
    #expect(page.utf8.count < 200_000)
  }

  @Test func `a heatmap's steps span its range, and a pair without a value has none`() throws {
    let figure = HeatmapFigure(
      caption: "Mixing.", rows: ["a", "b"], columns: ["a", "b", "c"],
      values: [-1, 0, 0.5, 1, 2, .nan])
    let page = try page(.heatmap(figure)).text
    let classes = page.matches(of: /<td class="(.*?)">/).map { String($0.1) }
    #expect(classes == ["h0", "h0", "h8", "h15", "h15", "none"])
  }

  @Test func `a heatmap of very many batches tells how many it shows`() throws {
    let names = (0..<300).map { "batch \($0)" }
    let figure = HeatmapFigure(
      caption: "Mixing.", rows: names, columns: names,
      values: [Double](repeating: 0.5, count: 90_000))
    let outline = try page(.heatmap(figure)).outline
    #expect(outline.counts["td"] == 10_001)
    #expect(outline.text.contains("The first 100 of 300 rows are shown."))
  }

  @Test func `a legend of ten thousand labels lists the largest and counts the others`() throws {
    var sample = SampleReport(cells: 20_000)
    sample.types = (1...10_000).map { "label \($0)" }
    sample.batches = (1...70).map { "donor \($0)" }
    let page = sample.report().html()
    let text = try Outline(page).text
    #expect(text.contains("Search 10,000 names"))
    #expect(text.contains("9,970 others, in the same grey"))
    #expect(text.contains("The largest 60 are listed. The other 10 also have their own colours"))
    #expect(page.matches(of: /data-level="/).count == 60 + 30 + 2 + 24)
    #expect(page.utf8.count < 2_000_000)
  }
}

@Suite struct `Report: data of cells` {
  private func figure(_ points: [SIMD2<Float>], levels: Int = 2) -> ScatterFigure {
    ScatterFigure(
      caption: "", panels: [.init("before", points: points), .init("after", points: points)],
      colourings: [
        Colouring(
          "batch", levels: (0..<levels).map { "\($0)" },
          codes: points.indices.map { Int32($0 % (levels + 1)) - 1 })
      ], names: points.indices.map { "cell \($0)" })
  }

  private func numbers(_ bytes: [UInt8], width: Int) -> [Int] {
    stride(from: 0, to: bytes.count, by: width).map { start in
      (0..<width).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
  }

  @Test func `places, levels and names are of the same cells in the same order`() throws {
    let points = (0..<1000).map { SIMD2(Float($0), Float(($0 * 37) % 1000)) }
    let figure = figure(points)
    let data = ScatterData(figure)
    let places = numbers(data.places(figure.panels[0]), width: 2)
    let names = try #require(data.names(figure)).split(separator: 10)
      .map { String(decoding: $0, as: UTF8.self) }
    let codes = data.codes(figure.colourings[0])
    #expect(codes.width == 1)
    var order: [Int] = []
    for k in 0..<1000 {
      let cell = try #require(Int(names[k].dropFirst(5)))
      order.append(cell)
      #expect(Int(codes.bytes[k]) == cell % 3)
      #expect(abs(Double(places[2 * k]) / 65534 * 999 - Double(points[cell].x)) < 0.01)
      #expect(abs(Double(places[2 * k + 1]) / 65534 * 999 - Double(points[cell].y)) < 0.01)
    }
    #expect(order != Array(0..<1000) && order.sorted() == Array(0..<1000))
  }

  @Test(arguments: [(255, 1), (256, 2), (65_535, 2), (65_536, 4)])
  func `levels take as many bytes as they need`(levels: Int, width: Int) {
    let figure = figure([SIMD2<Float>](repeating: .zero, count: levels + 1), levels: levels)
    let codes = ScatterData(figure).codes(figure.colourings[0])
    #expect(codes.width == width)
    #expect(numbers(codes.bytes, width: width).sorted() == Array(0...levels))
  }

  @Test func `cells without a place are left out, and the page says so`() throws {
    let figure = figure([SIMD2(.nan, 0), SIMD2(0, .infinity), SIMD2(0, 0), SIMD2(3, 1)])
    let data = ScatterData(figure)
    let places = numbers(data.places(figure.panels[0]), width: 2)
    #expect(places.sorted() == [0, 21845, 43689, 65534] + [Int](repeating: 65535, count: 4))
    let page = Report(
      title: "", lead: "", sections: [ReportSection("", [.scatter(figure)])]
    ).html()
    #expect(try Outline(page).text.contains("Not drawn in “before”: 2 cells without coordinates."))
  }

  @Test func `one place for all, the largest floats, and one cell, can be drawn`() {
    let largest = Float.greatestFiniteMagnitude
    for points in [
      [SIMD2<Float>(5, 5)], [SIMD2(1, 1), SIMD2(1, 1)],
      [SIMD2(-largest, 0), SIMD2(largest, largest)],
    ] {
      let figure = figure(points)
      let places = numbers(ScatterData(figure).places(figure.panels[0]), width: 2)
      #expect(places.count == 2 * points.count)
      #expect(places.allSatisfy { (0...65_534).contains($0) })
    }
  }

  @Test func `names that would take too much room are left out, and the page says so`() throws {
    var figure = figure([SIMD2<Float>](repeating: .zero, count: 30_000))
    figure.names = figure.names.map { $0 + String(repeating: "x", count: 180) }
    let page = Report(
      title: "", lead: "", sections: [ReportSection("", [.scatter(figure)])]
    ).html()
    #expect(try Outline(page).text.contains("Cell names are omitted because of their size"))
    #expect(page.utf8.count < 1_000_000)
  }
}
