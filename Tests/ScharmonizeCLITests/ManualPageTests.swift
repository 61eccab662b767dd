import Foundation
import TestSupport
import Testing

@Suite struct ManualPageTests {
  /// With SCHARMONIZE_UPDATE=1 in the environment the pages are written instead of compared.
  @Test func `the pages under man are those of the declarations`() throws {
    let folder = TestFiles.root.appending(path: "man")
    let pages = try ManualPages(dump: Program.run(["--experimental-dump-help"]).output).pages
    #expect(pages.keys.contains("scharmonize.1"))
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      for (name, text) in pages {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
    }
    let present = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(present.sorted() == pages.keys.sorted())
    for (name, text) in pages {
      let stored = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(stored == text, "\(name) differs; run SCHARMONIZE_UPDATE=1 swift test")
    }
  }
}
