import Foundation
internal import Support

extension Markup {
  /// The maximum number of steps of a line on a page.
  static let mostSteps = 2_000

  /// Adds a line chart, and a table of its values.
  mutating func lines(_ figure: LineFigure, id: String, _ colours: LevelColours) {
    let count = min(figure.steps.count, figure.series.map(\.values.count).max() ?? 0)
    let points = (0..<count).filter { i in figure.series.contains { value($0, i).isFinite } }
    let values = figure.series.flatMap { series in points.map { value(series, $0) } }
      .filter(\.isFinite)
    let steps = points.map { figure.steps[$0] }.filter(\.isFinite)
    guard let x = Axis(steps, ticks: 8), let y = Axis(values, ticks: 5, isRounded: true) else {
      element("p", ["class": "calm"], text: figure.caption + " There are no values to draw.")
      return
    }
    let frame = LineFrame(x: x, y: y)
    let stride = (count + Self.mostSteps - 1) / Self.mostSteps
    let drawn = Swift.stride(from: 0, to: count, by: max(1, stride))
    element("figure", ["class": "lines", "id": id]) { page in
      page.element("figcaption") { page in
        page.text(figure.caption)
        if stride > 1 { page.text(" One step in \(stride) is drawn.") }
      }
      page.element("div", ["class": "scroll"]) { page in
        page.element(
          "svg",
          [
            "viewBox": "0 0 \(LineFrame.width) \(LineFrame.height)", "role": "img",
            "aria-labelledby": "\(id)-title",
          ]
        ) { page in
          page.element(
            "title", ["id": "\(id)-title"],
            text: "\(figure.valuesTitle) over \(figure.stepsTitle), as lines; a table follows")
          page.axes(frame, figure)
          for (i, series) in figure.series.enumerated() {
            page.line(series, i, of: figure, drawn, frame, colours)
          }
        }
      }
      page.element("ul", ["class": "keys"]) { page in
        for (i, series) in figure.series.enumerated() {
          page.element("li") { page in
            page.raw(
              #"<svg viewBox="0 0 28 8" aria-hidden="true" class="sample" style="\#(colours.style(i))">"#
            )
            page.void("path", ["d": "M0 4H28", "stroke-dasharray": dashes(i)])
            page.raw("</svg>")
            page.name(series.name)
          }
        }
      }
      page.element("details") { page in
        page.element("summary", text: "Table of values")
        page.table(numbers(of: figure, count), id: "\(id)-numbers", colours)
      }
    }
  }

  private mutating func axes(_ frame: LineFrame, _ figure: LineFigure) {
    element("g", ["class": "axis"]) { page in
      for tick in frame.y.ticks {
        let y = compact(frame.top(tick))
        page.void("path", ["d": "M\(LineFrame.left) \(y)H\(LineFrame.right)"])
        page.element(
          "text", ["x": "\(LineFrame.left - 8)", "y": y, "dy": ".32em", "text-anchor": "end"],
          text: frame.y.label(tick))
      }
      for tick in frame.x.ticks {
        page.element(
          "text",
          [
            "x": compact(frame.left(tick)), "y": "\(LineFrame.bottom + 20)",
            "text-anchor": "middle",
          ], text: frame.x.label(tick))
      }
      page.element(
        "text",
        [
          "x": "\((LineFrame.left + LineFrame.right) / 2)", "y": "\(LineFrame.height - 6)",
          "text-anchor": "middle", "class": "of",
        ], text: figure.stepsTitle)
      page.element("text", ["x": "4", "y": "14", "class": "of"], text: figure.valuesTitle)
    }
  }

  private mutating func line(
    _ series: LineFigure.Series, _ place: Int, of figure: LineFigure, _ drawn: StrideTo<Int>,
    _ frame: LineFrame, _ colours: LevelColours
  ) {
    element("g", ["class": "line", "style": colours.style(place)]) { page in
      page.element("title", text: clipped(series.name))
      var path = ""
      var dots: [(x: String, y: String, step: Int)] = []
      var isBroken = true
      for i in drawn {
        let v = value(series, i)
        guard v.isFinite, figure.steps[i].isFinite else {
          isBroken = true
          continue
        }
        let (x, y) = (compact(frame.left(figure.steps[i])), compact(frame.top(v)))
        path += "\(isBroken ? "M" : "L")\(x) \(y)"
        dots.append((x, y, i))
        isBroken = false
      }
      page.void("path", ["d": path, "stroke-dasharray": dashes(place)])
      // A dot with its numbers for each value, if there is enough space.
      for dot in dots where dots.count <= 60 {
        page.element("circle", ["cx": dot.x, "cy": dot.y, "r": "3"]) { page in
          page.element(
            "title",
            text: "\(clipped(series.name)): \(significant(value(series, dot.step)))"
              + " at \(figure.stepsTitle) \(frame.x.label(figure.steps[dot.step]))")
        }
      }
    }
  }
}

private func value(_ series: LineFigure.Series, _ step: Int) -> Double {
  series.values.indices.contains(step) ? series.values[step] : .nan
}

private func significant(_ value: Double) -> String { printed("%.4g", value) }

/// Returns a dash pattern that distinguishes lines when colours do not.
private func dashes(_ place: Int) -> String? {
  [nil, "7 3", "2 3", "9 3 2 3", "12 4", "4 2"][place % 6]
}

private func numbers(of figure: LineFigure, _ count: Int) -> ReportTable {
  ReportTable(
    caption: "\(figure.valuesTitle) by \(figure.stepsTitle).",
    columns: [.init(figure.stepsTitle)] + figure.series.map { .init(clipped($0.name)) },
    rows: (0..<count).map { i in
      [.text(printed("%.6g", figure.steps[i]))]
        + figure.series.map {
          let v = value($0, i)
          return v.isFinite ? .text(significant(v)) : .missing
        }
    })
}

/// The positions of a chart's values, in the units of its drawing.
private struct LineFrame {
  static let width = 760
  static let height = 320
  static let left = 64
  static let right = 748
  static let bottom = 270
  private static let top = 30

  var x: Axis
  var y: Axis

  func left(_ step: Double) -> Double {
    Double(Self.left) + x.share(step) * Double(Self.right - Self.left)
  }

  func top(_ value: Double) -> Double {
    Double(Self.bottom) - y.share(value) * Double(Self.bottom - Self.top)
  }
}
