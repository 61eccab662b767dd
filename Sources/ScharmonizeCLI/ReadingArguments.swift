internal import ArgumentParser
internal import Harmonize

/// Options for reading files that all commands share.
struct ReadingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Sample sheet instead of files: a table with a column 'path', relative to the sheet. The "
        + "columns 'barcodes', 'features' and 'cell_table' name files like the options of these "
        + "names. Other columns become columns of 'obs', and may be the '--batch-key'. '-' for "
        + "standard input.",
      valueName: "file.csv"),
    completion: .file(extensions: ["csv", "tsv"]))
  var samples: String?

  @Option(
    help: ArgumentHelp(
      "Layer of an .h5ad, .h5mu or .loom to read instead of the main matrix.",
      valueName: "name"))
  var layer: String?

  @Flag(help: "Read 'raw/X' of an .h5ad or .h5mu instead of 'X'.")
  var useRaw = false

  @Option(
    help: ArgumentHelp(
      "Genome to read from a 10x file of version 2 with several genomes.", valueName: "name"))
  var genome: String?

  @Option(
    help: ArgumentHelp(
      "Modality of an .h5mu to read. (default: the only one, or 'rna')", valueName: "name"))
  var modality: String?

  @Option(
    help: ArgumentHelp(
      "Feature type to read from a 10x file or folder of version 3.", valueName: "type"))
  var featureType = "Gene Expression"

  @OptionGroup
  var companions: CompanionArguments

  func validate() throws {
    guard layer == nil || !useRaw else {
      throw ValidationError("'--layer' and '--use-raw' cannot be combined; give one.")
    }
  }

  /// Checks that there are files or a sheet, but not both.
  func validate(files: [String]) throws {
    guard files.isEmpty != (samples == nil) else {
      throw ValidationError(
        files.isEmpty
          ? "Give the files to read, or '--samples' with a sheet that lists them."
          : "Files and '--samples' cannot be combined; give one.")
    }
    try companions.validate(files: files)
  }

  /// Returns the files, from the arguments or the sheet.
  ///
  /// - Throws: `CellFileError` and `HDF5Error` if the sheet cannot be read.
  func sampleSheet(files: [String]) throws -> SampleSheet {
    try samples.map { try SampleSheet(readingAt: $0) } ?? SampleSheet(paths: files)
  }

  /// Returns the reading options for a number of threads.
  func options(threads: Int?) -> ReadingOptions {
    var options = ReadingOptions()
    options.threads = threads
    options.layer = layer
    options.useRaw = useRaw
    options.genome = genome
    options.modality = modality
    options.featureType = featureType
    options.companions = companions.companions
    return options
  }
}
