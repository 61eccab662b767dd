public import Foundation

/// What the project tells its users in Markdown.
public enum Documents {
  /// A fenced block of a document.
  public struct Block: Sendable {
    /// What the fence says the block is written in, such as `swift`; empty where it says nothing.
    public let language: String

    /// The heading that the block stands under.
    public let heading: String

    /// The number of its first line, from 1.
    public let line: Int

    /// What is between the fences.
    public let lines: [String]
  }

  /// The articles of the documentation.
  public static var articles: [URL] {
    let folder = TestFiles.root.appending(path: "Sources/Harmonize/Harmonize.docc")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".md") }.sorted().map { folder.appending(path: $0) }
  }

  /// All documents: the articles, and the texts called README.
  public static var all: [URL] {
    ["README.md", "sample-data/README.md"].map { TestFiles.root.appending(path: $0) } + articles
  }

  /// An article by its name.
  public static func article(_ name: String) -> URL {
    TestFiles.root.appending(path: "Sources/Harmonize/Harmonize.docc/\(name).md")
  }

  /// The lines of a document.
  public static func lines(of url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The fenced blocks of a document, in their order.
  public static func blocks(of url: URL) throws -> [Block] {
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
