internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize write`: write the embedding of one file.
struct Write: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 7: write the embedding of one file.",
    discussion: """
      Writes a copy of one file of the plan with 'obsm/X_scharmonize', or a table, as 'integrate' \
      does. One job a file.

      Examples:
      \(StepExamples.lines(to: 7))
      """)

  @Argument(
    help: ArgumentHelp("File of the plan.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup
  var planned: PlanArgument

  @Option(
    help: ArgumentHelp("Encoded cells of the file, written by 'encode'.", valueName: "file"),
    completion: .file())
  var cells: String

  @Option(
    help: ArgumentHelp("Embedding of all files, written by 'align'.", valueName: "file"),
    completion: .file())
  var embedding: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file: .h5ad, or the embedding as a table: .csv, .tsv (also with .gz), .npy, .h5.",
      valueName: "file"),
    completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Format of the output file, regardless of its name. (default: by the extension)",
      valueName: "format"))
  var outputFormat: Destination.Format?

  @Flag(help: "Write the .h5ad without 'X', 'layers' and 'raw'.")
  var embeddingOnly = false

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let inputs = [file, planned.plan, cells, embedding]
    try checkIsNoInput(output, inputs)
    let destination = try Destination(
      output, format: outputFormat, inputs: inputs, embeddingOnly: embeddingOnly)
    let console = Console(logging)
    let run = RunProgress(total: 1) { progress in
      try Interruption.shared.check(progress)
      console.show(progress)
    }
    run.begin(cost: 1)
    let count = try destination.write(
      file, plan: planned.plan, cells: cells, embedding: embedding, resources.step(run.report))
    try run.finish()
    console.wrote(output, .output)
    console.notice("\(counted(count, "cell"))")
  }
}
