internal import ArgumentParser
internal import Harmonize

/// The input of new cells.
struct QueryInput: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Expression matrices of the new cells, in any format that 'integrate' reads.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "zarr", "zip", "loom", "h5", "mtx", "gz"]))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Column of 'obs' with the batch of each new cell. (default: batch if all files have it; "
        + "otherwise each file is a batch)",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @OptionGroup
  var reading: ReadingArguments

  @Option(
    help: ArgumentHelp(
      "Gene names by which genes are matched: id (identifiers) or symbol. (default: those that "
        + "match the model)",
      valueName: "names"))
  var geneNames: GeneNaming?

  func validate() throws { try reading.validate(files: files) }

  func sampleSheet() throws -> SampleSheet { try reading.sampleSheet(files: files) }

  func readingOptions(threads: Int?) -> ReadingOptions { reading.options(threads: threads) }
}

/// The outputs for new cells.
struct MappingOutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file: .h5ad (the input with 'obsm/X_scharmonize' and the labels in 'obs'), .zarr (the "
        + "same of one zarr store), or the embedding as a table: .csv, .tsv (also with .gz), .npy, "
        + ".h5; '-' writes a table to standard output.",
      valueName: "file"),
    completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "Format of the output file, regardless of its name. (default: by the extension; tsv for "
        + "standard output)",
      valueName: "format"))
  var outputFormat: Destination.Format?

  @Flag(help: "Write the .h5ad or .zarr without 'X', 'layers' and 'raw'.")
  var embeddingOnly = false

  @Flag(
    help: """
      Also write the reference cells, before the new ones: to a table, or to an .h5ad without \
      expression, with the column 'is_reference' in 'obs'.
      """)
  var withReference = false

  @Option(
    help: ArgumentHelp(
      "Write the record of the run as JSON; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?
}

/// Options for mapping new cells.
struct PlacingArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \MappingOptions.fromEmbedding))
  var fromEmbedding: String?

  @Option(help: ArgumentHelp(of: \MappingOptions.peakCounts))
  var peakCounts: PeakCounts?

  @Option(help: ArgumentHelp(of: \MappingOptions.statistics))
  var statistics: MappingOptions.Statistics?

  @Option(help: ArgumentHelp(of: \MappingOptions.shrinkage))
  var queryShrinkage = MappingOptions().shrinkage

  @Option(help: ArgumentHelp(of: \MappingOptions.clusterShrinkage))
  var clusterShrinkage = MappingOptions().clusterShrinkage

  @Flag(help: "Do not align the new cells with the reference's clusters.")
  var noAlign = false

  @Option(help: ArgumentHelp(of: \MappingOptions.neighbours))
  var nNeighbors = MappingOptions().neighbours

  @Option(help: ArgumentHelp(of: \MappingOptions.leastConfidence))
  var minConfidence = MappingOptions().leastConfidence

  @Option(help: ArgumentHelp(of: \MappingOptions.leastSupport))
  var minSupport = MappingOptions().leastSupport

  @Flag(help: ArgumentHelp(of: \MappingOptions.certifiesRadius))
  var certifiedRadius = false

  /// Returns the library's options.
  func options(_ resources: ResourceArguments, output: String?) -> MappingOptions {
    var options = MappingOptions()
    options.fromEmbedding = fromEmbedding
    options.peakCounts = peakCounts
    options.statistics = statistics
    options.shrinkage = queryShrinkage
    options.clusterShrinkage = clusterShrinkage
    options.aligns = !noAlign
    options.neighbours = nNeighbors
    options.leastConfidence = minConfidence
    options.leastSupport = minSupport
    options.certifiesRadius = certifiedRadius
    options.memory = resources.memory?.bytes
    options.scratchFolder = resources.scratch ?? ScratchFolder.standard(besideOutput: output)
    return options
  }
}
