internal import ArgumentParser
internal import Harmonize

/// The input of an integration.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Expression matrices: .h5ad, .h5mu, .zarr, .loom, .h5 of 10x Genomics, or a folder with "
        + "matrix.mtx, barcodes.tsv and features.tsv. The format is detected from the content.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "zarr", "zip", "loom", "h5", "mtx", "gz"]))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column of 'obs' with the batch of each cell, or several, comma-separated. (default: batch; "
        + "several files are one batch each, unless the sample sheet has a column 'batch')",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.labelKey),
    completion: .columns)
  var labelKey: String?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.covariates),
    completion: .columns, transform: covariates)
  var covariate: [CovariateKey]?

  @Option(help: ArgumentHelp(of: \IntegrationOptions.fromEmbedding))
  var fromEmbedding: String?

  @OptionGroup
  var reading: ReadingArguments

  @Option(
    help: ArgumentHelp(
      "Genes of several files to keep: inner (those that all files have) or outer (those that any "
        + "file has). With outer, genes that a file lacks count as not measured, not as zero.",
      valueName: "genes"))
  var join = JoiningOptions().genes

  @Option(
    help: ArgumentHelp(
      "Gene names by which genes are matched: id (identifiers) or symbol. (default: those that the "
        + "files share most)",
      valueName: "names"))
  var geneNames: GeneNaming?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.protect),
    completion: .columns)
  var protect: String?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.trainLabels),
    completion: .columns)
  var trainLabels: String?

  @Option(help: ArgumentHelp(of: \IntegrationOptions.unlabelled))
  var unlabelled: String?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.sizeFactor),
    completion: .columns)
  var sizeFactor: String?

  /// Parses 'percent_mito,phase:categorical'.
  static func covariates(_ text: String) throws -> [CovariateKey] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError(
        "'\(text)' has an empty name; give columns, such as 'percent_mito,phase'.")
    }
    return names.map(CovariateKey.init(parsing:))
  }

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
  ///
  /// - Parameters:
  ///   - threads: The number of threads.
  ///   - writesCounts: `true` if the output has counts that are not copied from the only file.
  /// - Returns: The options.
  func readingOptions(threads: Int?, writesCounts: Bool) -> ReadingOptions {
    var options = reading.options(threads: threads)
    options.needsCounts = fromEmbedding == nil || writesCounts
    return options
  }
}
