import Foundation
import Testing
import TestSupport

private let python = URL(filePath: "/usr/bin/python3")

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: python.path)))
struct PythonCallsTests {
  /// With SCHARMONIZE_UPDATE=1 in the environment the calls are written instead of compared.
  @Test func `the calls of the Python module are those of the options`() throws {
    let script = TestFiles.root.appending(path: "Sources/Python/make_api.py").path
    let updates = ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1"
    let outcome = try Program.start(
      ["-B", script, Program.url.path] + (updates ? [] : ["--check"]), program: python
    ).wait()
    #expect(outcome.status == 0, "\(outcome.error)")
  }
}
