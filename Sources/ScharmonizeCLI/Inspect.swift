internal import ArgumentParser
internal import Harmonize

/// `scharmonize inspect`: describe files, and suggest how to integrate them.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe files and suggest a command to integrate them.",
    discussion: """
      Lists the matrices of each file with their shapes and kinds of values, the columns of 'obs' \
      with their levels, and possible batch keys. For an .h5mu it also lists the modalities, and \
      for a 10x file the genomes and feature types.

      With '--batch-key' it also compares the cell populations of the batches, without labels, \
      and warns, as 'integrate' does, about batches that seem to have different cell types than \
      the others. The comparison reads all counts, and is skipped for more than 50,000 cells.

      Examples:
      scharmonize inspect cells.h5ad
      scharmonize inspect cells.h5ad --batch-key donor
      scharmonize inspect day1.h5 day2.h5 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "Files, zarr stores, or folders with a matrix, to describe.", valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "zarr", "zip", "loom", "h5", "mtx", "gz"]))
  var files: [String]

  @OptionGroup(title: "Inspection")
  var inspected: InspectionArguments

  @OptionGroup(title: "Resources")
  var resources: ThreadArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws { try inspected.companions.validate(files: files) }

  func run() throws {
    var inspection = try Inspection(
      of: files, batchKey: inspected.batchKey, companions: inspected.companions.companions,
      threads: resources.count(), spelling: FlagNames.words)
    inspection.nameFlags()
    if inspected.json {
      try AtomicOutput.write(inspection.json(), to: "-")
    } else {
      try printResult(FlagNames.sentence(inspection.description))
    }
  }
}

/// Options for describing files.
struct InspectionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Column of 'obs' with the batch of each cell, or several, comma-separated. With it, the cell "
        + "populations of the batches are compared, for up to 50,000 cells.",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @OptionGroup
  var companions: CompanionArguments

  @Flag(help: "Print JSON instead of text.")
  var json = false
}
