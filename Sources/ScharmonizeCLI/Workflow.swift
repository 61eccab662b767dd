internal import ArgumentParser
internal import Foundation
internal import Harmonize
internal import Workflows

/// `scharmonize workflow`: print a wrapper of this program for a workflow engine.
struct Workflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a wrapper of this program for a workflow engine.",
    discussion: """
      The wrapper is made from the same declarations as '--help' and carries the version, so that \
      the two cannot drift apart: make it anew with each version.

      For nextflow it is a module in the style of nf-core (main.nf, meta.yml, environment.yml), \
      for snakemake a rule with its script, the schema of its configuration and environment.yaml, \
      for cwl a CommandLineTool of CWL v1.2, and for galaxy a tool's XML with tests. Without \
      '--output' the first of these files goes to standard output.

      '--threads' and '--memory' are what the engine gives a job. The program has to be on the \
      PATH of jobs, or in a container of yours: none is published.

      Examples:
      scharmonize workflow nextflow -o modules
      scharmonize workflow cwl evaluate > evaluate.cwl
      """)

  @Argument(help: ArgumentHelp("The engine.", valueName: "engine"))
  var engine: WorkflowEngine

  @Argument(help: ArgumentHelp("The command to wrap.", valueName: "command"))
  var command = WrappedCommand.integrate

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder to write all files of the wrapper to; made where it is missing.",
      valueName: "folder"),
    completion: .directory)
  var output: String?

  @Flag(help: "Replace files that are there and differ.")
  var force = false

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws {
    guard !force || output != nil else {
      throw ValidationError("'--force' is for files in a folder; give '-o FOLDER' as well.")
    }
  }

  func run() throws {
    let tool = try WorkflowTool(
      command, declarations: Scharmonize._dumpHelp(), version: scharmonizeVersion,
      fieldKinds: command.fieldKinds)
    let files = engine.files(for: tool)
    guard let output else {
      try AtomicOutput.write(Data(files[0].text.utf8), to: "-")
      return
    }
    let written = try write(files, toFolder: output, replaces: force)
    let console = Console(logging)
    for path in written { console.notice("wrote \(path)") }
    if written.isEmpty { console.notice("all files are in '\(output)' already") }
  }
}
