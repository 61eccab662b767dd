internal import ArgumentParser
internal import Harmonize

/// The input of new cells.
struct QueryInput: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The expression matrices of the new cells, in any format that 'integrate' reads.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "loom", "h5", "mtx", "gz"]))
  var files: [String] = []

  @OptionGroup
  var reading: ReadingArguments

  @Option(
    help: ArgumentHelp(
      "The column of 'obs' that names a new cell's batch. (default: batch, where all files have "
        + "it; else each file is a batch)",
      valueName: "column"),
    completion: .columns)
  var batchKey: String?

  @Option(
    help: ArgumentHelp(
      "What genes are called and matched by. (default: what matches the model)",
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
      "Where to write the result: .h5ad (the input with 'obsm/X_scharmonize' and the labels in "
        + "'obs'), or the embedding as a table: .csv, .tsv (also with .gz), .npy, .h5; '-' for a table "
        + "on standard output.",
      valueName: "file"),
    completion: .file())
  var output: String

  @Option(
    help: ArgumentHelp(
      "The format of the result, whatever the name of its file. (default: what the name ends in; "
        + "tsv on standard output)",
      valueName: "format"))
  var outputFormat: Destination.Format?

  @Flag(help: "Write the .h5ad without 'X', layers and raw.")
  var embeddingOnly = false

  @Flag(
    help: """
      Write the cells of the training, too, before the new ones: a table, or an .h5ad without \
      expression, with 'is_reference' in 'obs'.
      """)
  var withReference = false

  @Option(
    help: ArgumentHelp(
      "Write the run's record here; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?
}

/// Options for mapping new cells.
struct PlacingArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \MappingOptions.statistics))
  var statistics: MappingOptions.Statistics?

  @Option(help: ArgumentHelp(of: \MappingOptions.shrinkage))
  var queryShrinkage = MappingOptions().shrinkage

  @Option(help: ArgumentHelp(of: \MappingOptions.clusterShrinkage))
  var clusterShrinkage = MappingOptions().clusterShrinkage

  @Flag(help: "Leave the new cells where the network places them.")
  var noAlign = false

  @Option(help: ArgumentHelp(of: \MappingOptions.neighbours))
  var neighbours = MappingOptions().neighbours

  @Option(help: ArgumentHelp(of: \MappingOptions.leastConfidence))
  var minConfidence = MappingOptions().leastConfidence

  @Option(help: ArgumentHelp(of: \MappingOptions.leastSupport))
  var minSupport = MappingOptions().leastSupport

  @Flag(help: ArgumentHelp(of: \MappingOptions.certifiesRadius))
  var certifiedRadius = false

  @Flag(help: ArgumentHelp(of: \MappingOptions.fineTunes))
  var fineTune = false

  @Option(help: ArgumentHelp(of: \MappingOptions.fineTuningVisits))
  var fineTuneVisits = MappingOptions().fineTuningVisits

  @Option(help: ArgumentHelp(of: \MappingOptions.fineTuningShrinkage))
  var fineTuneShrinkage = MappingOptions().fineTuningShrinkage

  @Option(help: ArgumentHelp(of: \MappingOptions.seed))
  var seed = MappingOptions().seed

  /// Returns the library's options.
  func options(_ resources: ResourceArguments, output: String?) -> MappingOptions {
    var options = MappingOptions()
    options.statistics = statistics
    options.shrinkage = queryShrinkage
    options.clusterShrinkage = clusterShrinkage
    options.aligns = !noAlign
    options.neighbours = neighbours
    options.leastConfidence = minConfidence
    options.leastSupport = minSupport
    options.certifiesRadius = certifiedRadius
    options.fineTunes = fineTune
    options.fineTuningVisits = fineTuneVisits
    options.fineTuningShrinkage = fineTuneShrinkage
    options.seed = seed
    options.memory = resources.memory?.bytes
    options.scratchFolder = resources.scratch ?? ScratchFolder.standard(besideOutput: output)
    return options
  }
}
