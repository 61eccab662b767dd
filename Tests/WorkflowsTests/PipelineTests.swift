import Foundation
import Testing
import TestSupport
import Workflows

/// The workflows of the steps over files.
@Suite struct PipelineTests {
  private static let engines: [WorkflowEngine] = [.snakemake, .nextflow]

  /// With SCHARMONIZE_UPDATE=1 in the environment the files are written instead of compared.
  @Test(arguments: engines)
  func `pipelines are those that were read over`(engine: WorkflowEngine) throws {
    let file = try #require(engine.pipeline(version: Wrappers.version()))
    let folder = TestFiles.fixtures.appending(path: "workflows/steps")
    if ProcessInfo.processInfo.environment["SCHARMONIZE_UPDATE"] == "1" {
      _ = try write([file], toFolder: folder.path, replaces: true)
    }
    let stored = try String(contentsOf: folder.appending(path: file.name), encoding: .utf8)
    #expect(stored == file.text, "run SCHARMONIZE_UPDATE=1 swift test")
  }

  @Test(arguments: engines)
  func `each command is one of the program, with options that it has`(
    engine: WorkflowEngine
  ) throws {
    let text = try #require(engine.pipeline(version: "1")).text
    let steps = ["scan", "plan", "pack", "train", "encode", "align", "write"]
    for step in steps {
      let call = try #require(
        text.firstMatch(of: try Regex("scharmonize \(step) [^\\n]*(\\n[^\\n]*){0,3}"))
      )
      let line = String(call.0).split(separator: "> {log").first.map(String.init) ?? ""
      let help = try Program.run(["help", step]).output
      let ending = engine == .nextflow ? line.split(separator: "\"\"\"")[0] : line[...]
      let options = ending.matches(of: /--[a-z-]+/).map { String($0.0) }
      #expect(
        options.isEmpty == (["scan", "plan"].contains(step) && engine == .nextflow), "\(step)")
      for option in options { #expect(help.contains(option), "\(step) \(option)") }
    }
  }

  @Test func `other engines have none, and other commands have none either`() throws {
    let cwl = try Program.run(["workflow", "cwl", "--pipeline"])
    #expect(cwl.status == 64)
    #expect(cwl.error.contains("'--pipeline' is for nextflow or snakemake, not cwl."))
    let map = try Program.run(["workflow", "snakemake", "map", "--pipeline"])
    #expect(map.status == 64)
    #expect(map.error.contains("'--pipeline' is for 'integrate', not 'map'."))
    #expect(WorkflowEngine.galaxy.pipeline(version: "1") == nil)
  }

  @Test func `the image is the one that is named`() throws {
    for engine in Self.engines {
      let text = try #require(engine.pipeline(version: "1", container: "example.org/x:7")).text
      #expect(text.contains("example.org/x:7") && !text.contains("scharmonize:1"))
      #expect(try #require(engine.pipeline(version: "1")).text.contains("scharmonize:1"))
    }
  }
}
