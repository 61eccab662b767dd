import Foundation
import Testing
import TestSupport
@testable import Report

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite struct `Report: the page` {
  /// With SCHARMONIZE_UPDATE=1 in the environment the page is written instead of compared.
  @Test func `a small page is the one that was looked at`() throws {
    let page = SampleReport().report().html()
    let file = TestFiles.fixtures.appending(path: "report/small.html")
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(page.utf8).write(to: file)
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    #expect(stored == page, "the page differs; run SCHARMONIZE_UPDATE=1 swift test")
  }

  static let resources =
    [("style", "report.css")]
    + ["report", "drawing", "labels", "pictures", "panels", "saving", "start"].map {
      ("script", "\($0).js")
    }

  @Test(arguments: resources)
  func `the page has the script's and the style's files byte for byte`(
    element: String, name: String
  ) throws {
    let file = TestFiles.root.appending(path: "Sources/Report/Page/\(name)")
    let bytes = try Data(contentsOf: file)
    let page = Data(SampleReport().report().html().utf8)
    #expect(page.range(of: bytes + Data("/*]]>*/</\(element)>\n".utf8)) != nil)
    // Either would end the element in a browser or in an XML reader.
    #expect(bytes.range(of: Data("</\(element)".utf8)) == nil)
    #expect(bytes.range(of: Data("]]>".utf8)) == nil)
  }

  @Test func `every script of the folder is in the page`() throws {
    let folder = TestFiles.root.appending(path: "Sources/Report/Page")
    let scripts = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".js") }
    #expect(Set(scripts) == Set(Self.resources.map(\.1)).subtracting(["report.css"]))
  }

  @Test func `the same report is the same bytes`() {
    let sample = SampleReport(cells: 500)
    #expect(sample.report().html() == sample.report().html())
  }

  @Test func `hostile names are text, and nothing else`() throws {
    var sample = SampleReport(cells: 90)
    (sample.batches, sample.types) = (SampleReport.hostile, SampleReport.hostile)
    sample.warnings = SampleReport.hostile
    var report = sample.report()
    report.title = SampleReport.hostile[0]
    report.sections.append(
      ReportSection(
        "\"><img src=x>",
        [
          .citations([Citation("Evil", url: "javascript:alert(1)")]),
          .facts(SampleReport.hostile.map { Fact($0, $0) }),
          .quotation("</blockquote>\n]]>"),
        ]))
    let outline = try Outline(report.html())
    // No name adds a script to those of the data and the page's own.
    let plain = try Outline(SampleReport(cells: 90).report().html())
    #expect(outline.counts["script"] == plain.counts["script"])
    #expect(outline.counts["img"] == nil)
    #expect(outline.links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("https://") })
    #expect(outline.text.contains("</script><script>alert(1)</script>"))
    #expect(outline.text.contains("(empty name)"))
  }

  @Test func `the page loads nothing, and lets nothing load`() throws {
    let page = SampleReport().report().html()
    let outline = try Outline(page)
    #expect(outline.metadata.contains { $0.hasPrefix("default-src 'none'; ") })
    #expect(outline.attributes.isDisjoint(with: ["src", "srcset", "action", "data", "onclick"]))
    #expect(!page.contains("url(") && !page.contains("@import") && !page.contains("fetch("))
    #expect(outline.counts["link"] == nil && outline.counts["iframe"] == nil)
  }

  @Test func `headings follow each other, and identifiers are unique`() throws {
    let outline = try Outline(SampleReport().report().html())
    #expect(outline.headings.first == 1)
    #expect(zip(outline.headings, outline.headings.dropFirst()).allSatisfy { $1 <= $0 + 1 })
    #expect(Set(outline.identifiers).count == outline.identifiers.count)
    let targets = outline.links.filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
    #expect(targets.count == 8)
    #expect(Set(targets).isSubset(of: outline.identifiers))
  }

  @Test func `an empty report, and empty blocks, are pages that say so`() throws {
    #expect(try Outline(Report(title: "", lead: "").html()).counts["h1"] == 1)
    let report = Report(
      title: "Nothing", lead: "",
      sections: [
        ReportSection(
          "Empty",
          [
            .warnings([]), .facts([]), .citations([]), .text(""), .quotation(""),
            .table(ReportTable(caption: "A table.", columns: [], rows: [])),
            .scatter(ScatterFigure(caption: "Cells.", panels: [], colourings: [])),
            .lines(
              LineFigure(
                caption: "Lines.", stepsTitle: "epoch", steps: [1, 2], valuesTitle: "loss",
                series: [.init("training", values: [.nan, .infinity])])),
            .heatmap(HeatmapFigure(caption: "Squares.", rows: [], columns: [], values: [])),
          ])
      ])
    let text = try Outline(report.html()).text
    #expect(text.contains("No warnings."))
    #expect(text.contains("The table has no rows."))
    #expect(text.contains("Cells. There are no cells to draw."))
    #expect(text.contains("Lines. There are no values to draw."))
    #expect(text.contains("Squares. There are no values to show."))
  }

  @Test func `without warnings the page says that there are none`() throws {
    var sample = SampleReport()
    sample.warnings = []
    let outline = try Outline(sample.report().html())
    #expect(outline.text.contains("No warnings."))
    #expect(!outline.text.contains("Warning: "))
  }
}

/// The scripts of the page, outside of a browser.
@Suite struct `Report: scripts` {
  private static let node = ["/usr/bin/node", "/usr/local/bin/node"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test(.nightly("needs Node.js"), .enabled(if: node != nil, "Node.js is not installed"))
  func `names, saved pictures and scales are computed as they should be`() throws {
    let node = try #require(Self.node)
    let outcome = try Program.start(
      [
        TestFiles.fixtures.appending(path: "check_scripts.js").path,
        TestFiles.root.appending(path: "Sources/Report/Page").path,
      ], in: TestFiles.root, program: URL(filePath: node)
    ).wait()
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  @Test func `scripts have comments that say what they hold, and lines that can be read`() throws {
    for (element, name) in `Report: the page`.resources where element == "script" {
      let script = try String(
        contentsOf: TestFiles.root.appending(path: "Sources/Report/Page/\(name)"), encoding: .utf8)
      let lines = script.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.first == "\"use strict\";", "\(name)")
      #expect(lines.dropFirst().first?.hasPrefix("// ") == true, "\(name)")
      #expect(lines.allSatisfy { $0.count <= 120 }, "\(name)")
    }
  }
}

/// What is in a page that is well-formed.
final class Outline: NSObject, XMLParserDelegate {
  private(set) var counts: [String: Int] = [:]
  private(set) var attributes: Set<String> = []
  private(set) var identifiers: [String] = []
  private(set) var links: [String] = []
  private(set) var metadata: [String] = []
  private(set) var headings: [Int] = []
  /// The text outside scripts and style sheets.
  private(set) var text = ""
  private var open: [String] = []

  /// Reads a page.
  ///
  /// - Throws: What is wrong with it, where it is not well-formed.
  init(_ page: String) throws {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    if !parser.parse() { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes found: [String: String]
  ) {
    open.append(name)
    counts[name, default: 0] += 1
    attributes.formUnion(found.keys)
    if let id = found["id"] { identifiers.append(id) }
    if let content = found["content"] { metadata.append(content) }
    if let link = found["href"] { links.append(link) }
    if name.count == 2, name.hasPrefix("h"), let level = name.last?.wholeNumberValue {
      headings.append(level)
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) {
    if open.last != "script", open.last != "style" { text += characters }
  }
}
