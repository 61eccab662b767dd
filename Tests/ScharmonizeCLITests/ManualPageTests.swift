import Foundation
import Testing
import TestSupport

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

  @Test func `every page has the sections that readers look for`() throws {
    let pages = try ManualPages(dump: Program.run(["--experimental-dump-help"]).output).pages
    for (name, text) in pages {
      for section in [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
        "SEE ALSO",
      ] {
        #expect(text.contains("\n.Sh \(section)\n"), "\(name) has no section \(section)")
      }
      let writesFiles = text.contains("\n.It Fl -output , Fl o Ar file\n")
      #expect(text.contains("\n.Sh FILES\n") == (writesFiles || name == "scharmonize.1"))
    }
  }

  @Test func `the examples of a page work`() throws {
    let pages = try ManualPages(dump: Program.run(["--experimental-dump-help"]).output).pages
    for (name, text) in pages {
      let session = try DocumentSession()
      for match in text.matches(of: #/\n\.Dl (.+)/#) {
        let outcome = try session.run(String(match.1), name)
        #expect(outcome.status == 0, "\(name): \(match.1)\n\(outcome.error)")
      }
    }
  }

  @Test func `mandoc finds nothing to say of the pages`() throws {
    let mandoc = URL(filePath: "/usr/bin/mandoc")
    guard FileManager.default.isExecutableFile(atPath: mandoc.path) else {
      print("skipped: mandoc is not installed, so the form of the pages is not checked")
      return
    }
    let folder = TestFiles.root.appending(path: "man")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let outcome = try Program.start(
      ["-T", "lint"] + names, in: folder, program: mandoc
    ).wait()
    // That the pages are not installed is no fault of theirs.
    let lines = outcome.output.split(separator: "\n").filter {
      !$0.contains("referenced manual not found")
    }
    #expect(lines.isEmpty, "\(lines.joined(separator: "\n"))")
  }
}
