package import Foundation

/// Where the tests find the files that are not made by the tests themselves.
package enum TestFiles {
  /// The package's root folder.
  package static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of committed fixtures.
  package static let fixtures = root.appending(path: "Tests/Fixtures")

  /// Real data beside the package, which not every checkout has; `nil` where it is absent.
  package static let shared: URL? = {
    let folder = root.deletingLastPathComponent().appending(path: "shared")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// The file at `path` in the folder of real data, or `nil` where there is none.
  package static func shared(_ path: String) -> URL? {
    guard let file = shared?.appending(path: path),
      FileManager.default.fileExists(atPath: file.path)
    else { return nil }
    return file
  }
}

/// A folder of its own for one test, removed when this value dies.
package final class TemporaryFolder: Sendable {
  /// Where the folder lies.
  package let url: URL

  /// Makes an empty folder.
  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "scharmonize-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of a file in the folder.
  package func path(_ name: String) -> String { url.appending(path: name).path }
}
