import Foundation
import Testing
@testable import Report

@Suite struct `Report: colours` {
  @Test(arguments: [1, 8, 10, 30, 64, 100, 10_000])
  func `as many colours as levels, all distinct, and none the grey of others`(count: Int) {
    let colours = Palette(count).colours
    #expect(colours.count == count)
    #expect(Set(colours).count == count)
    #expect(!colours.contains(Palette.shared) && !colours.contains(Palette.missing))
  }

  @Test(arguments: Palette.Page.allCases)
  func `every colour stands out from both pages`(page: Palette.Page) {
    let colours = Palette(10_000).colours + [Palette.shared]
    #expect(colours.allSatisfy { $0.contrast(with: page.background) >= 3 })
  }

  @Test func `contrast is that of the guidelines`() {
    #expect(abs(RGB(0xFFFFFF).contrast(with: RGB(0x000000)) - 21) < 1e-9)
    // The guidelines' own grey that just passes on white.
    #expect(abs(RGB(0x767676).contrast(with: RGB(0xFFFFFF)) - 4.54) < 0.005)
  }

  /// The set that the hues come from has 0.076 by this measure, between its orange and yellow to
  /// one eye or its green and purple to another, and not the contrast.
  @Test(arguments: Vision.allCases)
  func `the first eight are told apart by eyes with and without all cones`(vision: Vision) {
    #expect(nearest(Palette(8).colours, to: vision) >= 0.12)
  }

  /// With more colours eyes without all cones need the legend; the others need not.
  @Test func `thirty are told apart by the usual eye`() {
    #expect(nearest(Palette(12).colours, to: .usual) >= 0.12)
    #expect(nearest(Palette(30).colours, to: .usual) >= 0.08)
  }

  @Test func `a level keeps its colour when others are added`() {
    let many = Palette(300).colours
    for count in [3, 9, 64, 65] {
      #expect(Palette(count).colours == Array(many.prefix(count)))
    }
  }

  @Test func `shades of numbers are in order for every eye`() {
    for vision in Vision.allCases {
      let lightness = GradientScale.colours.map { vision.seen($0.linear).axes.x }
      // Rounding to 8 bits and the limits of screens may undo one small step, never several.
      #expect(zip(lightness, lightness.dropFirst(8)).allSatisfy { $0 < $1 }, "\(vision)")
    }
  }

  @Test func `OKLab is its author's`() {
    // Ottosson's page gives these for the CIE's XYZ of white and of the first axis alone.
    let white = OKLab(linear: SIMD3(1, 1, 1)).axes
    #expect(abs(white.x - 1) < 1e-6 && abs(white.y) < 1e-6 && abs(white.z) < 1e-6)
    for hex in [0x0055DE, 0x9E5C03, 0xF0E442, 0x123456] {
      let colour = RGB(hex)
      #expect(RGB(linear: OKLab(linear: colour.linear).linear) == colour)
    }
  }

  @Test(arguments: Palette.Page.allCases)
  func `text stands out from what it is on`(page: Palette.Page) throws {
    let named = Dictionary(uniqueKeysWithValues: Style.variables(on: page).map { ($0, $1) })
    for (ink, grounds) in [
      ("ink", ["page", "raised", "alarmed"]), ("soft", ["page", "raised"]),
      ("accent", ["page", "raised"]), ("alarm", ["alarmed"]),
    ] {
      for ground in grounds {
        let contrast = try #require(named[ink]).contrast(with: try #require(named[ground]))
        #expect(contrast >= 4.5, "\(ink) on \(ground)")
      }
    }
    // What tells where a button, a field or a bar is.
    for edge in ["edge", "bar"] {
      let colour = try #require(named[edge])
      #expect(colour.contrast(with: page.background) >= 3, "\(edge)")
    }
  }

  @Test(arguments: Palette.Page.allCases)
  func `a heatmap's numbers are read on every colour, and its colours are in order`(
    page: Palette.Page
  ) {
    let steps = (0..<HeatColours.count).map { HeatColours.step($0, on: page) }
    #expect(steps.allSatisfy { $0.ground.contrast(with: $0.ink) >= 4.5 })
    for vision in Vision.allCases {
      let lightness = steps.map { vision.seen($0.ground.linear).axes.x }
      let isAscending = page == .dark
      #expect(
        zip(lightness, lightness.dropFirst()).allSatisfy { isAscending ? $0 < $1 : $0 > $1 })
    }
  }

  private func nearest(_ colours: [RGB], to vision: Vision) -> Double {
    let seen = colours.map { vision.seen($0.linear) }
    return seen.indices.flatMap { i in (0..<i).map { seen[i].distance(to: seen[$0]) } }.min() ?? 1
  }
}

@Suite struct `Report: colours of levels` {
  private func report(_ colourings: [Colouring]) -> Report {
    let points = [SIMD2<Float>](repeating: .zero, count: colourings.first?.codes.count ?? 0)
    return Report(
      title: "", lead: "",
      sections: colourings.map {
        ReportSection(
          "",
          [
            .scatter(
              ScatterFigure(caption: "", panels: [.init("", points: points)], colourings: [$0]))
          ])
      })
  }

  @Test(arguments: [10, 100, 10_000])
  func `every batch has a colour of its own`(count: Int) {
    let levels = (0..<count).map { "batch \($0)" }
    let colours = LevelColours(
      report([Colouring("batch", levels: levels, codes: [0], isDistinct: true)]))
    let all = levels.map { colours.colour(colours["batch"].places[$0]) }
    #expect(Set(all).count == count)
  }

  @Test func `of many labels the thirty largest have colours, and the others one grey`() {
    let levels = (0..<1000).map { "label \($0)" }
    // The level k has k + 1 cells, up to 50.
    let codes = (0..<1000).flatMap { [Int32](repeating: Int32($0), count: min($0 + 1, 50)) }
    let colours = LevelColours(report([Colouring("label", levels: levels, codes: codes)]))
    let own = levels.filter { colours["label"].places[$0] != nil }
    #expect(own.count == 30)
    #expect(own.allSatisfy { (colours["label"].counts[$0] ?? 0) == 50 })
    #expect(colours.colour(colours["label"].places["label 3"]) == Palette.shared)
  }

  @Test func `a level has the same colour in every figure`() {
    let colours = LevelColours(
      report([
        Colouring("batch", levels: ["a", "b"], codes: [0, 1]),
        Colouring("batch", levels: ["c", "b"], codes: [0, 1]),
      ]))
    #expect(colours["batch"].places == ["a": 0, "b": 1, "c": 2])
    #expect(colours["batch"].counts["b"] == 2)
  }
}
