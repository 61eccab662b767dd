package import Foundation

/// What the project tells its users in Markdown.
package enum Documents {
  /// A fenced block of a document.
  package struct Block: Sendable {
    /// What the fence says the block is written in, such as `swift`; empty where it says nothing.
    package let language: String

    /// The heading that the block stands under.
    package let heading: String

    /// The number of its first line, from 1.
    package let line: Int

    /// What is between the fences.
    package let lines: [String]
  }

  /// The articles of the documentation.
  package static var articles: [URL] {
    let folder = TestFiles.root.appending(path: "Sources/Harmonize/Harmonize.docc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { folder.appending(path: $0) }
  }

  /// All documents: the articles, and the texts called README.
  package static var all: [URL] {
    ["README.md", "sample-data/README.md"].map { TestFiles.root.appending(path: $0) } + articles
  }

  /// An article by its name.
  package static func article(_ name: String) -> URL {
    TestFiles.root.appending(path: "Sources/Harmonize/Harmonize.docc/\(name).md")
  }

  /// The lines of a document.
  package static func lines(of url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The fenced blocks of a document, in their order.
  package static func blocks(of url: URL) throws -> [Block] {
    var blocks: [Block] = []
    var heading = ""
    var open: (language: String, line: Int)?
    var inside: [String] = []
    for (number, line) in try lines(of: url).enumerated() {
      if line.hasPrefix("```") {
        if let fence = open {
          blocks.append(
            Block(
              language: fence.language, heading: heading, line: fence.line, lines: inside))
          open = nil
        } else {
          open = (String(line.dropFirst(3)), number + 2)
          inside = []
        }
      } else if open != nil {
        inside.append(line)
      } else if line.hasPrefix("#") {
        heading = String(line.drop { $0 == "#" }.dropFirst())
      }
    }
    return blocks
  }
}
