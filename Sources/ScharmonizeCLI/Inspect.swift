internal import ArgumentParser
internal import Harmonize

/// `scharmonize inspect`: describe files, and suggest how to integrate them.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in files, and the command that would integrate them.",
    discussion: """
      Lists the matrices of each file with their shapes and whether they hold counts, the \
      columns of 'obs' with their levels, and which of them look like a batch key; of an .h5mu its \
      modalities, and of a 10x file its genomes and types of features.

      With '--batch-key' it also compares, without labels, which cell types the batches hold, and \
      warns of batches that seem to hold other types than the others, as 'integrate' would. That \
      reads all counts, so it is left out for more than 50,000 cells.

      Examples:
      scharmonize inspect cells.h5ad
      scharmonize inspect cells.h5ad --batch-key donor
      scharmonize inspect day1.h5 day2.h5 --json
      """)

  @Argument(
    help: ArgumentHelp("The files, or folders of a matrix, to look at.", valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "loom", "h5", "mtx", "gz"]))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The column of 'obs' that names a cell's batch, or several, comma-separated: also compare "
        + "which cell types the batches hold, of up to 50,000 cells.",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @OptionGroup
  var companions: CompanionArguments

  @Flag(help: "Print JSON, for programs.")
  var json = false

  @OptionGroup(title: "Resources")
  var resources: ThreadArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws { try companions.validate(files: files) }

  func run() throws {
    var inspection = try Inspection(
      of: files, batchKey: batchKey, companions: companions.companions,
      threads: resources.count(), spelling: FlagNames.words)
    inspection.nameFlags()
    if json {
      try AtomicOutput.write(inspection.json(), to: "-")
    } else {
      try printResult(FlagNames.sentence(inspection.description))
    }
  }
}
