internal import ArgumentParser
internal import Harmonize

/// What is read: shared by every command that takes expression matrices.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The expression matrices: .h5ad, .h5mu, .loom, .h5 of 10x Genomics, or a folder with "
        + "matrix.mtx, barcodes.tsv and features.tsv. The content decides, not the name.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "loom", "h5", "mtx", "gz"]))
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The column of 'obs' that names a cell's source, or several, parted by commas. (default: "
        + "batch; of several files, each is a source)",
      valueName: "column"))
  var batchKey: String?

  @Option(
    help: ArgumentHelp(
      "Read 'layers/NAME' of an .h5ad, .h5mu or .loom instead of its main matrix.",
      valueName: "name"))
  var layer: String?

  @Flag(help: "Read 'raw/X' of an .h5ad or .h5mu instead of 'X'.")
  var useRaw = false

  @Option(
    help: ArgumentHelp(
      "The genome to read, where a 10x file of version 2 holds several.", valueName: "name"))
  var genome: String?

  @Option(
    help: ArgumentHelp(
      "The modality of an .h5mu to read. (default: the only one, or 'rna')", valueName: "name"))
  var modality: String?

  @Option(
    help: ArgumentHelp(
      "The features to read of a 10x file or folder of version 3.", valueName: "type"))
  var featureType = "Gene Expression"

  func validate() throws {
    guard layer == nil || !useRaw else {
      throw ValidationError("Give either '--layer' or '--use-raw', not both.")
    }
  }

  /// What the library is asked to read, on so many threads.
  func readingOptions(threads: Int?) -> ReadingOptions {
    var options = ReadingOptions()
    options.threads = threads
    options.layer = layer
    options.useRaw = useRaw
    options.genome = genome
    options.modality = modality
    options.featureType = featureType
    return options
  }
}
