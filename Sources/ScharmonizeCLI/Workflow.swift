internal import ArgumentParser
internal import Foundation
internal import Harmonize
internal import Workflows

/// `scharmonize workflow`: print a wrapper of this program for a workflow engine.
struct Workflow: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a wrapper for a workflow engine.",
    discussion: """
      The wrapper is generated from the same declarations as '--help', and contains the version. \
      Generate it again for each new version.

      For nextflow it is an nf-core style module (main.nf, meta.yml, environment.yml, tests), for \
      snakemake a rule with its configuration schema and a wrapper (wrapper.py, meta.yaml, \
      environment.yaml), for cwl a CommandLineTool of CWL v1.2, and for galaxy a tool XML with \
      tests. Without '--output', the first of these files is written to standard output.

      With '--pipeline' it is a workflow of the steps over files, 'scan' to 'write', which jobs run \
      in parallel, for nextflow or snakemake.

      The engine sets '--threads' and '--memory' for each job. The program must be on the PATH of \
      jobs, or in a container or conda package that you build; none is published.

      Examples:
      scharmonize workflow nextflow -o modules
      scharmonize workflow cwl evaluate > evaluate.cwl
      scharmonize workflow snakemake --pipeline > steps.smk
      """)

  @Argument(help: ArgumentHelp("Workflow engine.", valueName: "engine"))
  var engine: WorkflowEngine

  @Argument(help: ArgumentHelp("Command to wrap.", valueName: "command"))
  var command = WrappedCommand.integrate

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Folder for all files of the wrapper; created if it does not exist.",
      valueName: "folder"),
    completion: .directory)
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Container image with the program, for jobs in containers. (default: "
        + "scharmonize:\(scharmonizeVersion), the image that '.ci/release' makes, in the local "
        + "container engine)",
      valueName: "image"))
  var container: String?

  @Flag(help: "Print a workflow of the steps over files, for nextflow or snakemake.")
  var pipeline = false

  @Flag(help: "Replace existing files that differ.")
  var force = false

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws {
    guard !force || output != nil else {
      throw ValidationError("'--force' needs '-o FOLDER'; give both.")
    }
    if pipeline {
      guard engine.pipeline(version: scharmonizeVersion) != nil else {
        throw ValidationError("'--pipeline' is for nextflow or snakemake, not \(engine.rawValue).")
      }
      guard command == .integrate else {
        throw ValidationError("'--pipeline' is for 'integrate', not '\(command.rawValue)'.")
      }
    }
    if let container, container.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\/:@-]*/) == nil {
      throw ValidationError(
        "'--container' cannot be '\(container)'; give the name of an image, such as "
          + "'registry.example.org/scharmonize:1'.")
    }
  }

  func run() throws {
    let files =
      try pipeline
      ? [engine.pipeline(version: scharmonizeVersion, container: container)].compactMap(\.self)
      : wrapper
    guard let output else {
      try AtomicOutput.write(Data(files[0].text.utf8), to: "-")
      return
    }
    let written = try write(files, toFolder: output, replaces: force)
    let console = Console(logging)
    for path in written { console.notice("wrote \(path)") }
    if written.isEmpty { console.notice("all files in '\(output)' are up to date") }
  }

  /// The files of the wrapper of the command.
  private var wrapper: [WorkflowFile] {
    get throws {
      engine.files(
        for: try WorkflowTool(
          command, declarations: Scharmonize._dumpHelp(), version: scharmonizeVersion,
          container: container, fieldKinds: command.fieldKinds))
    }
  }
}
