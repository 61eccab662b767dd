internal import ArgumentParser
internal import Harmonize

/// Input options that all commands with expression matrices share.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The expression matrices: .h5ad, .h5mu, .loom, .h5 of 10x Genomics, or a folder with "
        + "matrix.mtx, barcodes.tsv and features.tsv. The content decides, not the name.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "loom", "h5", "mtx", "gz"]))
  var files: [String] = []

  @OptionGroup
  var reading: ReadingArguments

  @Option(
    help: ArgumentHelp(
      "The column of 'obs' that names a cell's batch, or several, parted by commas. (default: "
        + "batch; of several files, each is a batch, unless the sample sheet has a column 'batch')",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @Option(
    help: ArgumentHelp(
      "The genes of several files to keep: those that all have, or those that any has. What a file "
        + "lacks is then taken as not measured, not as zero.",
      valueName: "genes"))
  var join = JoiningOptions().genes

  @Option(
    help: ArgumentHelp(
      "What genes are called and matched by. (default: what the files share most)",
      valueName: "names"))
  var geneNames: GeneNaming?

  func validate() throws { try reading.validate(files: files) }

  /// Returns the files, from the arguments or the sheet.
  ///
  /// - Throws: `CellFileError` and `HDF5Error` if the sheet cannot be read.
  func sampleSheet() throws -> SampleSheet { try reading.sampleSheet(files: files) }

  /// The options for joining the files.
  var joiningOptions: JoiningOptions {
    var options = JoiningOptions()
    options.genes = join
    options.geneNaming = geneNames
    return options
  }

  /// Returns the reading options for a number of threads.
  func readingOptions(threads: Int?) -> ReadingOptions { reading.options(threads: threads) }
}
