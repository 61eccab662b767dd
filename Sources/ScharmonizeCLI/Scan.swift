internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize scan`: read one file and write what a plan needs of it.
struct Scan: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 1: check the values of one file.",
    discussion: """
      Reads all counts of one file, checks every value, and writes the totals of its cells and \
      the moments of its genes by batch. One job a file; give all of them the same options.

      Without '--batch-key' each file is one batch, named after the file.

      Examples:
      \(StepExamples.lines(to: 1))
      """)

  @Argument(
    help: ArgumentHelp("Expression matrix, as for 'integrate'.", valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "zarr", "zip", "loom", "h5", "mtx", "gz"]))
  var file: String

  @OptionGroup
  var written: StepOutput

  @OptionGroup(title: "Input")
  var input: ScanArguments

  @OptionGroup(title: "Cells")
  var kept: CellArguments

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { [file] }
  var output: String { written.output }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    let choices = ScanChoices(
      batchKey: input.batchKey, input.matrix.options, minimumCounts: kept.minCounts,
      minimumGenes: kept.minGenes)
    let scan = try FileScan(of: file, choices, resources.step(progress))
    try scan.write(to: output)
    return "\(counted(scan.cells, "cell")), \(counted(scan.batches, "batch"))"
  }
}

/// The arguments that say which part of a file is read.
struct ScanArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Column of 'obs' with the batch of each cell. (default: each file is one batch)",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @OptionGroup
  var matrix: MatrixArguments
}
