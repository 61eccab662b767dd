import Foundation
import Testing
import TestSupport

@testable import ScharmonizeCLI

/// Every command line of the documents is run, on small files and with short trainings.
///
/// A block in `sh` holds commands that have to succeed. One in `console` holds commands behind a
/// `$` and what they write, which is compared; with SCHARMONIZE_UPDATE=1 it is written instead.
/// Python is run by the interpreter that SCHARMONIZE_PYTHON names, which needs scanpy.
/// Documents are sessions: what a command writes the next one reads.
@Suite struct DocumentedCommandsTests {
  /// The blocks that `.ci/run` runs, by their headings in the README.
  static let elsewhere = ["Try it", "Run the tests"]

  @Test(arguments: ["README.md", "sample-data/README.md"])
  func `the command lines of a README work`(name: String) throws {
    try runCommands(of: TestFiles.root.appending(path: name))
  }

  @Test(
    .nightly("hundreds of runs", orIf: isUpdating),
    arguments: Documents.articles.map { $0.deletingPathExtension().lastPathComponent })
  func `the command lines of an article work`(name: String) throws {
    try runCommands(of: Documents.article(name))
  }

  private func runCommands(of document: URL) throws {
    let session = try DocumentSession()
    var lines = try Documents.lines(of: document)
    // From the end, so that what is written anew moves no block that comes later.
    var written: [(block: Documents.Block, lines: [String])] = []
    for block in try Documents.blocks(of: document) {
      let place = "\(document.lastPathComponent), line \(block.line)"
      switch block.language {
      case "sh":
        for command in DocumentSession.commands(in: block.lines) {
          let outcome = try session.run(command, place)
          #expect(outcome.status == 0, "\(place): \(command)\n\(outcome.error)")
        }
      case "console":
        let expected = block.lines
        let found = try session.runConsole(expected, place)
        #expect(
          Self.isUpdating || found == expected,
          "\(place): found\n\(found.joined(separator: "\n"))")
        written.append((block, found))
      case "python":
        guard let outcome = try session.runPython(block.lines) else {
          print("skipped: no Python in SCHARMONIZE_PYTHON, so that of \(place) is not run")
          continue
        }
        #expect(outcome.status == 0, "\(place)\n\(outcome.error)")
      case "":
        let holdsCommand = block.lines.contains { $0.hasPrefix("scharmonize ") }
        #expect(
          !holdsCommand || Self.elsewhere.contains(block.heading),
          "\(place): say 'sh' or 'console' behind the fence")
      default: break
      }
    }
    guard Self.isUpdating, !written.isEmpty else { return }
    for (block, found) in written.reversed() {
      let start = block.line - 1
      lines.replaceSubrange(start..<start + block.lines.count, with: found)
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: document)
  }

  @Test func `every option that a document names is one`() throws {
    let known = try DocumentSession.options().union([
      // Of other programs, and of this project's scripts.
      "--filter", "--publish", "--generate-completion-script", "--software-deployment-method",
      "--no-container", "--turns", "--file",
    ]).union(OldSpellings.names.values.flatMap(\.keys))
      .union(OldSpellings.removed.values.flatMap(\.keys))
    for document in Documents.all {
      let text = try String(contentsOf: document, encoding: .utf8)
      for match in text.matches(of: #/`[^`\n]*`/#) {
        for option in match.0.matches(of: #/(?:^|[\s`'\[|])(--[a-z][a-z-]*)/#) {
          #expect(
            known.contains(String(option.1)),
            "\(document.lastPathComponent) names '\(option.1)', which is no option")
        }
      }
    }
  }

  private static var isUpdating: Bool {
    ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1"
  }
}
