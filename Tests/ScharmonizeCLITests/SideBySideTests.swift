import Foundation
import Testing
import TestSupport

/// Many runs at once, as a workflow engine starts them.
///
/// `SCHARMONIZE_SIDE_BY_SIDE` says how many.
@Suite struct SideBySideTests {
  let folder: TemporaryFolder

  private static let count =
    ProcessInfo.processInfo.environment["SCHARMONIZE_SIDE_BY_SIDE"].flatMap { Int($0) } ?? 6

  /// With so little memory the counts go to a scratch file.
  private static let options = [
    "--threads", "1", "--visits", "640", "--hidden-sizes", "8", "--n-latent", "4", "--memory", "2M",
    "--scratch", "scratch",
  ]

  init() throws {
    folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("scratch"), withIntermediateDirectories: false)
    let made = try Program.run(
      ["simulate", "-o", "x.h5ad", "--cells", "400", "--genes", "300", "--batches", "2"],
      in: folder.url)
    try #require(made.status == 0, "\(made.error)")
  }

  private func data(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appending(path: name))
  }

  private func runAll(_ arguments: (Int) -> [String]) throws {
    let running = try (0..<Self.count).map {
      try Program.start(["x.h5ad"] + arguments($0) + Self.options, in: folder.url)
    }
    for run in running {
      let outcome = try run.wait()
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(!outcome.error.contains("error:"))
    }
  }

  @Test func `runs with outputs of their own write the same bytes`() throws {
    try runAll { ["-o", "\($0).tsv", "--model", "\($0).h5", "--json", "\($0).json"] }
    let whole = try (data("0.tsv"), data("0.h5"))
    for number in 1..<Self.count {
      #expect(try data("\(number).tsv") == whole.0)
      #expect(try data("\(number).h5") == whole.1)
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(files.count == 3 * Self.count + 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("scratch")).isEmpty)
  }

  @Test func `runs with one output leave it whole, and nothing beside it`() throws {
    try runAll { _ in ["-o", "same.tsv", "--model", "same.h5"] }
    let whole = try (data("same.tsv"), data("same.h5"))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(files.sorted() == ["same.h5", "same.tsv", "scratch", "x.h5ad"])
    try FileManager.default.removeItem(atPath: folder.path("same.tsv"))
    let alone = try Program.run(
      ["x.h5ad", "-o", "same.tsv", "--model", "same.h5"] + Self.options, in: folder.url)
    #expect(alone.status == 0)
    #expect(try data("same.tsv") == whole.0 && data("same.h5") == whole.1)
  }
}
