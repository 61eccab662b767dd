import Foundation
import Testing
import TestSupport
import Workflows

/// `scharmonize workflow` as a user calls it.
@Suite struct WorkflowCommandTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: WorkflowEngine.allCases)
  func `without a folder the first file is printed`(engine: WorkflowEngine) throws {
    let outcome = try Program.run(["workflow", engine.rawValue], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(outcome.output == engine.files(for: try Wrappers.tool(.integrate))[0].text)
    #expect(try contents() == [])
  }

  @Test(arguments: WorkflowEngine.allCases)
  func `all files go to a folder that is made`(engine: WorkflowEngine) throws {
    let outcome = try Program.run(
      ["workflow", engine.rawValue, "map", "-o", "a/b"], in: folder.url)
    let files = engine.files(for: try Wrappers.tool(.map))
    #expect(outcome.status == 0 && outcome.output == "")
    #expect(outcome.error == files.map { "wrote a/b/\($0.name)\n" }.joined())
    for file in files {
      #expect(
        try String(contentsOfFile: folder.path("a/b/\(file.name)"), encoding: .utf8) == file.text)
    }
    #expect(
      try Wrappers.files(in: folder.path("a/b"))
        == files.map(\.name).sorted())
  }

  @Test func `files that are the same are left alone`() throws {
    _ = try Program.run(["workflow", "nextflow", "-o", "x"], in: folder.url)
    let again = try Program.run(["workflow", "nextflow", "-o", "x"], in: folder.url)
    #expect(again.status == 0 && again.error == "all files in 'x' are up to date\n")
  }

  @Test func `a file that differs is replaced only when asked for, and nothing else is written`()
    throws
  {
    try FileManager.default.createDirectory(
      atPath: folder.path("x"), withIntermediateDirectories: true)
    let mine = URL(filePath: folder.path("x/meta.yml"))
    try Data("mine".utf8).write(to: mine)
    let refused = try Program.run(["workflow", "nextflow", "-o", "x"], in: folder.url)
    #expect(refused.status == 73)
    #expect(
      refused.error == "Error: cannot create 'x/meta.yml': a different file of this name exists; "
        + "'--force' replaces it\n")
    #expect(try contents("x") == ["meta.yml"] && Data(contentsOf: mine) == Data("mine".utf8))
    let forced = try Program.run(["workflow", "nextflow", "-o", "x/", "--force"], in: folder.url)
    #expect(forced.status == 0)
    let others = ["main.nf.test", "inputs.nf", "nextflow.config"].map { "wrote x/tests/\($0)\n" }
    #expect(
      forced.error == "wrote x/main.nf\nwrote x/meta.yml\nwrote x/environment.yml\n"
        + others.joined())
    #expect(try Data(contentsOf: mine) != Data("mine".utf8))
  }

  @Test func `a file in the place of the folder is refused`() throws {
    try Data().write(to: URL(filePath: folder.path("x")))
    let outcome = try Program.run(["workflow", "cwl", "-o", "x"], in: folder.url)
    #expect(outcome.status == 73)
    #expect(outcome.error == "Error: cannot create 'x': 'x' is not a folder\n")
  }

  @Test func `a folder in the place of a file is refused`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("x/scharmonize_integrate.cwl"), withIntermediateDirectories: true)
    let outcome = try Program.run(["workflow", "cwl", "-o", "x", "--force"], in: folder.url)
    #expect(outcome.status == 73)
    #expect(
      outcome.error
        == "Error: cannot create 'x/scharmonize_integrate.cwl': it is a folder, not a file\n")
  }

  @Test(arguments: [
    ([], "Error: Missing expected argument '<engine>'"),
    (
      ["wdl"],
      "Error: The value 'wdl' is invalid for '<engine>'. Please provide one of 'nextflow', 'snakemake', 'cwl' or 'galaxy'."
    ),
    (
      ["cwl", "simulate"],
      "Error: The value 'simulate' is invalid for '<command>'. Please provide one of 'integrate', 'map' or 'evaluate'."
    ),
    (
      ["cwl", "--container", "an image"],
      "Error: '--container' cannot be 'an image'; give the name of an image, such as 'registry.example.org/scharmonize:1'."
    ),
    (
      ["cwl", "--force"],
      "Error: '--force' needs '-o FOLDER'; give both."
    ),
  ])
  func `a usage error is refused`(arguments: [String], message: String) throws {
    let outcome = try Program.run(["workflow"] + arguments, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.hasPrefix(message + "\n"), "\(outcome.error)")
  }

  private func contents(_ path: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(path)).sorted()
  }
}
