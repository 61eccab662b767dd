import Foundation
import Testing
import TestSupport

@Suite struct HelpTests {
  /// With SCHARMONIZE_UPDATE=1 in the environment the texts are written instead of compared.
  @Test(arguments: [
    "scharmonize", "integrate", "map", "evaluate", "inspect", "certify", "simulate", "workflow",
    "scan", "plan", "pack", "train", "encode", "align", "write",
  ])
  func `help texts are those that were read over`(command: String) throws {
    let arguments = command == "scharmonize" ? ["--help"] : ["help", command]
    let outcome = try Program.run(arguments)
    #expect(outcome.status == 0)
    let file = TestFiles.fixtures.appending(path: "help/\(command).txt")
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      try Data(outcome.output.utf8).write(to: file)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == outcome.output)
  }
}
