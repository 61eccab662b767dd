import Foundation
import Testing
@testable import Report

@Suite struct `Report: bars` {
  private func page(_ figure: BarsFigure) throws -> (text: String, outline: Outline) {
    let page = Report(title: "", lead: "", sections: [ReportSection("", [.bars(figure)])]).html()
    return (page, try Outline(page))
  }

  private func widths(_ page: String) -> [String] {
    page.matches(of: /;width:([0-9.]+)%" title/).map { String($0.1) }
  }

  @Test func `segments are the shares of a bar, and cells in no part are one of them`() throws {
    let figure = BarsFigure(
      caption: "Types.",
      rows: [.init("a", counts: [0: 1, 1: 2], missing: 1), .init("b", counts: [1: 5])],
      parts: "type", levels: ["T", "B"])
    let (page, outline) = try page(figure)
    #expect(widths(page) == ["25", "50", "25", "100"])
    #expect(page.contains(#"title="B: 50.0%, 2 cells""#))
    #expect(outline.text.contains("no value"))
    // The table of values has the same numbers.
    #expect(outline.text.contains("a4121") && outline.text.contains("b5050"))
  }

  @Test func `very many bars and parts are limited, and the page says so`() throws {
    let rows = (0..<100).map { row in
      BarsFigure.Row(
        "batch \(row)", counts: Dictionary(uniqueKeysWithValues: (0..<300).map { ($0, row + 1) }))
    }
    let figure = BarsFigure(
      caption: "Types.", rows: rows, parts: "type", levels: (0..<300).map { "type \($0)" },
      isDistinct: true)
    let (page, outline) = try page(figure)
    #expect(outline.text.contains("Types. The 60 bars with the most cells of 100 are shown."))
    #expect(outline.text.contains("batch 99") && !outline.text.contains("batch 39"))
    #expect(outline.text.contains("260 others"))
    #expect(widths(page).count == 60 * 41)
    #expect(page.utf8.count < 600_000)
  }

  @Test func `a figure without cells says so`() throws {
    let figure = BarsFigure(
      caption: "Types.", rows: [.init("a", counts: [:])], parts: "type", levels: ["T"])
    #expect(try page(figure).outline.text.contains("Types. There are no cells to count."))
  }

  @Test func `parts have the colours of the colouring of their name`() {
    let points = [SIMD2<Float>](repeating: .zero, count: 3)
    let colours = LevelColours(
      Report(
        title: "", lead: "",
        sections: [
          ReportSection(
            "",
            [
              .scatter(
                ScatterFigure(
                  caption: "", panels: [.init("", points: points)],
                  colourings: [Colouring("type", levels: ["b", "a"], codes: [0, 1, 1])])),
              .bars(
                BarsFigure(
                  caption: "", rows: [.init("x", counts: [0: 1])], parts: "type",
                  levels: ["a", "c"])),
            ])
        ]))
    #expect(colours["type"].places == ["b": 0, "a": 1, "c": 2])
    #expect(colours["type"].counts["a"] == 2)
  }
}

@Suite struct `Report: small panels and numbers` {
  private func page(batches: Int, cells: Int = 3_000) -> String {
    var sample = SampleReport(cells: cells)
    sample.batches = (1...batches).map { "donor \($0)" }
    return sample.report().html()
  }

  @Test(arguments: [(1, 0), (2, 2), (24, 24), (100, 24)])
  func `each batch has a small panel, up to 24`(batches: Int, panels: Int) throws {
    let page = page(batches: batches)
    #expect(page.matches(of: /class="one"/).count == panels)
    let text = try Outline(page).text
    #expect(text.contains("levels with the most cells are shown") == (batches > 24))
    #expect(text.contains("The 24 of 100 levels") == (batches == 100))
  }

  @Test func `a page of 100 batches and 60 labels with names of 200 letters stays small`() throws {
    var sample = SampleReport(cells: 3_000)
    sample.batches = (1...100).map { "\($0) " + String(repeating: "batch ", count: 33) }
    sample.types = (1...60).map { "\($0) " + String(repeating: "type ", count: 39) }
    let page = sample.report().html()
    #expect(page.utf8.count < 4_000_000)
    #expect(try Outline(page).text.contains("30 others, in the same grey"))
  }

  @Test func `captions are outside of the boxes that scroll`() throws {
    let page = page(batches: 3)
    #expect(try Outline(page).counts["caption"] == nil)
    #expect(page.contains(#"<p class="caption" id="#))
  }

  @Test func `adjacent heatmaps are one group`() throws {
    #expect(page(batches: 3).matches(of: /<div class="beside"><figure class="heatmap"/).count == 1)
  }

  @Test func `a level has one colour on light and dark pages`() {
    let page = page(batches: 3)
    #expect(!page.contains("--d:") && !page.contains("on-dark"))
  }

  @Test func `counts of several magnitudes have a logarithmic scale`() throws {
    let values = (0..<1000).map { Float(100 * pow(10, Double($0) / 500)) }
    let scale = try #require(GradientScale(Gradient("counts", values: values)))
    #expect(scale.isLogarithmic)
    #expect(abs(scale.value(at: 0.5) / 1000 - 1) < 0.05)
    #expect(scale.shade(1) == 1 && scale.shade(1e9) == 255 && scale.shade(.nan) == 0)
    #expect(abs(Int(scale.shade(1000)) - 128) <= 2)
  }

  @Test func `numbers near each other, with zeros, or all equal, have a linear scale`() throws {
    #expect(try !#require(GradientScale(Gradient("", values: [900, 1100]))).isLogarithmic)
    let zeros = try #require(GradientScale(Gradient("", values: [0, 1, 1000])))
    #expect(!zeros.isLogarithmic && zeros.shade(500) == 128)
    #expect(try #require(GradientScale(Gradient("", values: [7, 7]))).shade(7) == 128)
    #expect(GradientScale(Gradient("", values: [.nan, .infinity])) == nil)
    #expect(GradientScale(Gradient("", values: [])) == nil)
  }

  @Test func `shades are of the same cells, in the order of the places`() throws {
    let points = (0..<300).map { SIMD2(Float($0), 0) }
    let gradient = Gradient("n", values: (0..<300).map { $0 == 9 ? .nan : Float($0) })
    let figure = ScatterFigure(
      caption: "", panels: [.init("", points: points)], colourings: [], gradients: [gradient])
    let data = ScatterData(figure)
    let places = data.places(figure.panels[0])
    let shades = data.shades(gradient, try #require(GradientScale(gradient)))
    for k in 0..<300 {
      let x = Int(places[4 * k]) | Int(places[4 * k + 1]) << 8
      let cell = Int((Double(x) / 65534 * 299).rounded())
      #expect(cell == 9 ? shades[k] == 0 : abs(Int(shades[k]) - (1 + cell * 254 / 299)) <= 2)
    }
  }
}
