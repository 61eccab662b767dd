import Foundation
import TestSupport
import Workflows
@testable import ScharmonizeCLI

/// What the built program declares, and what wrappers of it look like.
enum Wrappers {
  /// What the program prints for its declarations.
  static func declarations() throws -> String {
    try Program.run(["--experimental-dump-help"]).output
  }

  /// The version that the program says it has.
  static func version() throws -> String {
    try Program.run(["--version"]).output.trimmingCharacters(in: .newlines)
  }

  /// A command as wrappers see it.
  static func tool(_ command: WrappedCommand) throws -> WorkflowTool {
    try WorkflowTool(
      command, declarations: declarations(), version: version(),
      fieldKinds: command.fieldKinds)
  }

  /// The paths of the files in a folder and its folders, sorted.
  static func files(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { !FileManager.default.fileExists(atPath: "\(folder)/\($0)/.") }.sorted()
  }

  /// The whole text of a wrapper.
  static func text(_ engine: WorkflowEngine, _ tool: WorkflowTool) -> String {
    engine.files(for: tool).map(\.text).joined()
  }
}
