import Foundation
import Testing
import TestSupport

private let python = URL(filePath: "/usr/bin/python3")

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: python.path)))
struct PythonCallsTests {
  /// With SCHARMONIZE_UPDATE=1 in the environment the calls are written instead of compared.
  @Test(arguments: ["Python/make_api.py", "R/make_calls.py"])
  func `the calls of Python and R are those of the options`(script: String) throws {
    let script = TestFiles.root.appending(path: "Sources/\(script)").path
    let updates = ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1"
    let outcome = try Program.start(
      ["-B", script, Program.url.path] + (updates ? [] : ["--check"]), program: python
    ).wait()
    #expect(outcome.status == 0, "\(outcome.error)")
  }
}
