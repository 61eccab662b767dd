import Foundation
import Harmonize
import Testing
import TestSupport

/// The Swift in the documents is compiled, as `ArticleSnippets.swift`, and run.
@Suite struct ArticleSnippetTests {
  /// With SCHARMONIZE_UPDATE=1 in the environment the file is written instead of compared.
  @Test func `what is compiled is the Swift of the documents`() throws {
    let text = try Self.text()
    let file = TestFiles.root.appending(path: "Tests/HarmonizeTests/ArticleSnippets.swift")
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      try Data(text.utf8).write(to: file)
    }
    let stored = try String(contentsOf: file, encoding: .utf8)
    #expect(stored == text, "run SCHARMONIZE_UPDATE=1 swift test --filter ArticleSnippet, twice")
  }

  @Test(arguments: ArticleSnippets.all.keys.sorted())
  func `the Swift of a document runs`(document: String) async {
    // A process of its own, for the folder that it runs in.
    await #expect(processExitsWith: .success) { [document = document as String] in
      try await ArticleSnippetTests.run(document)
    }
  }

  private static func run(_ document: String) async throws {
    let folder = try TemporaryFolder()
    for name in ["cells.h5ad", "new.h5ad"] {
      try DocumentFiles.makeAnnData(at: folder.path(name))
    }
    #expect(FileManager.default.changeCurrentDirectoryPath(folder.url.path))
    let snippets = try #require(ArticleSnippets.all[document])
    try await snippets()
  }

  /// A function for each document that holds Swift: its blocks in their order.
  private static func text() throws -> String {
    var imports: Set<String> = ["import Harmonize"]
    var functions: [(name: String, body: String)] = []
    for document in Documents.all {
      let blocks = try Documents.blocks(of: document).filter { $0.language == "swift" }
      guard !blocks.isEmpty else { continue }
      let lines = blocks.flatMap { ["// \($0.heading)"] + $0.lines }
      imports.formUnion(lines.filter { $0.hasPrefix("import ") })
      let body = lines.filter { !$0.hasPrefix("import ") }
        .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
      let isAsync = body.contains("await ")
      let stem = document.deletingPathExtension().lastPathComponent
      functions.append(
        (stem, "  static func `\(stem)`()\(isAsync ? " async" : "") throws {\n\(body)\n  }\n"))
    }
    let names = functions.map { "    \"\($0.name)\": `\($0.name)`," }.joined(separator: "\n")
    return """
      // swift-format-ignore-file
      // Made of the Swift in the documents by ArticleSnippetTests; not to be edited.

      \(imports.sorted().joined(separator: "\n"))

      enum ArticleSnippets {
        static let all: [String: @Sendable () async throws -> Void] = [
      \(names)
        ]

      \(functions.map(\.body).joined(separator: "\n"))}

      """
  }
}

// What the snippets call is found here first, so that their trainings are short.
extension ArticleSnippets {
  private static func short(_ options: IntegrationOptions) -> IntegrationOptions {
    var options = options
    options.training.visits = 1_000
    return options
  }

  static func integrate(
    _ cells: CellDataset, options: IntegrationOptions = IntegrationOptions(),
    progress: ProgressHandler = { _ in }
  ) throws -> IntegrationResult {
    try Harmonize.integrate(cells, options: short(options), progress: progress)
  }
}
