import Foundation
import TestSupport
@testable import ScharmonizeCLI

import Testing
import TestSupport
import Workflows

@Suite struct WrapperTests {
  static let all = WorkflowEngine.allCases.flatMap { engine in
    WrappedCommand.allCases.map { (engine, $0) }
  }

  /// With SCHARMONIZE_UPDATE=1 in the environment the files are written instead of compared.
  @Test(arguments: all)
  func `wrappers are those that were read over`(
    engine: WorkflowEngine, command: WrappedCommand
  ) throws {
    let folder = TestFiles.fixtures.appending(path: "workflows/\(engine)/\(command)")
    let files = engine.files(for: try Wrappers.tool(command))
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      _ = try write(files, toFolder: folder.path, replaces: true)
    }
    #expect(try Wrappers.files(in: folder.path) == files.map(\.name).sorted())
    for file in files {
      let stored = try String(contentsOf: folder.appending(path: file.name), encoding: .utf8)
      #expect(
        stored == file.text,
        "\(engine) \(command) \(file.name) differs; run SCHARMONIZE_UPDATE=1 swift test")
    }
  }

  @Test(arguments: all)
  func `each option of the help is in the wrapper, or said not to be`(
    engine: WorkflowEngine, command: WrappedCommand
  ) throws {
    let help = try Program.run(["help", command.rawValue]).output
    let options = Set(help.matches(of: #/--[a-z][a-z-]*/#).map { String($0.output) })
      .subtracting(["--version", "--help"])
    #expect(options.count >= 7)
    let tool = try Wrappers.tool(command)
    #expect(tool.parameters.compactMap(\.flag).allSatisfy(options.contains))
    let text = Wrappers.text(engine, tool)
    for option in options { #expect(text.contains(option), "\(option)") }
  }

  @Test(arguments: all)
  func `the image is the one that is named`(
    engine: WorkflowEngine, command: WrappedCommand
  ) throws {
    let named = try WorkflowTool(
      command, declarations: Wrappers.declarations(), version: Wrappers.version(),
      container: "example.org/tools/scharmonize:7", fieldKinds: command.fieldKinds)
    let text = Wrappers.text(engine, named)
    #expect(text.contains("example.org/tools/scharmonize:7"))
    #expect(!text.contains("docker-daemon:"))
    let usual = "scharmonize:\(try Wrappers.version())"
    #expect(!text.replacing("tools/scharmonize:7", with: "").contains(usual))
    #expect(Wrappers.text(engine, try Wrappers.tool(command)).contains(usual))
  }

  @Test(arguments: WorkflowEngine.allCases)
  func `the model, the report and the corrected expression have switches`(
    engine: WorkflowEngine
  ) throws {
    let text = Wrappers.text(engine, try Wrappers.tool(.integrate))
    for name in ["model", "report", "corrected"] {
      let found =
        switch engine {
        case .nextflow: "val save_\(name)\n"
        case .snakemake:
          "if config[\"scharmonize_integrate\"].get(\"outputs\", {}).get(\"\(name)\", "
        case .cwl: "valueFrom: \"$(inputs.save_\(name) ? self : null)\""
        case .galaxy: "<option value=\"\(name)\""
        }
      #expect(text.contains(found), "\(name)")
    }
  }

  @Test(arguments: all)
  func `the version is the program's`(engine: WorkflowEngine, command: WrappedCommand) throws {
    let declarations = try Wrappers.declarations()
    let version = try Wrappers.version()
    let other = try WorkflowTool(
      command, declarations: declarations, version: "98.76.5", fieldKinds: command.fieldKinds)
    let text = Wrappers.text(engine, try Wrappers.tool(command))
    #expect(text.contains("scharmonize \(version) "))
    #expect(Wrappers.text(engine, other).replacing("98.76.5", with: version) == text)
  }
}
