import Foundation
import Report
import Testing

private let folder = ProcessInfo.processInfo.environment["SCHARMONIZE_WRITE_TO"]

/// Writes reports of every size, for a browser to open.
@Suite(
  .enabled(if: folder != nil, "name a folder in SCHARMONIZE_WRITE_TO, for look_at_report.py"))
struct `Report: pages for inspection` {
  @Test(arguments: ["usual", "small", "large", "many", "hostile", "two"])
  func `pages of every size are written`(name: String) throws {
    var sample = SampleReport()
    switch name {
    case "usual": (sample.cells, sample.types) = (3000, (1...8).map { "type \($0)" })
    case "large":
      (sample.cells, sample.batches) = (100_000, (1...12).map { "GSM\(4_000_000 + $0)" })
      sample.types = (1...24).map { "cluster \($0)" }
    case "many":
      (sample.cells, sample.batches) = (20_000, (1...300).map { "patient-\($0)_run\($0 % 7)" })
      sample.types = (1...10_000).map { "clonotype \($0)" }
    case "hostile":
      (sample.cells, sample.batches) = (300, SampleReport.hostile)
      (sample.types, sample.warnings) = (SampleReport.hostile, SampleReport.hostile)
    case "two": (sample.cells, sample.batches, sample.types) = (2, ["a", "b"], ["cell"])
    default: break
    }
    let page = sample.report().html()
    let url = URL(filePath: try #require(folder)).appending(path: "\(name).html")
    try Data(page.utf8).write(to: url)
    #expect(page.utf8.count < 10_000_000)
  }
}
