import Foundation
import Testing
import TestSupport

/// The article on tuning has every option of `integrate`.
@Suite struct TuningArticleTests {
  @Test func `every option is told of`() throws {
    let text = try String(contentsOf: Documents.article("Tuning"), encoding: .utf8)
    let told = Set(text.matches(of: #/`(--[a-z-]+)/#).map { String($0.1) })
    let options = try DocumentSession.options(of: "integrate")
      .subtracting(["--help", "--version"])
    #expect(options.count > 40)
    for option in options.sorted() where !told.contains(option) {
      Issue.record("the article says nothing of '\(option)'")
    }
  }
}
