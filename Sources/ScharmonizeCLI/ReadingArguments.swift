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

  @OptionGroup
  var matrix: MatrixArguments

  @OptionGroup
  var companions: CompanionArguments

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
    var options = matrix.options
    options.threads = threads
    options.companions = companions.companions
    return options
  }
}
