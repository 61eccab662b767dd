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
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "A sample sheet instead of files: a table with a column 'path', relative to the sheet, and "
        + "others that become columns of 'obs' and may be the '--batch-key'.",
      valueName: "file.csv"),
    completion: .file(extensions: ["csv", "tsv"]))
  var samples: String?

  @Option(
    help: ArgumentHelp(
      "The column of 'obs' that names a cell's source, or several, parted by commas. (default: "
        + "batch; of several files, each is a source, unless the sample sheet has a column 'batch')",
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

  func validate() throws {
    guard files.isEmpty != (samples == nil) else {
      throw ValidationError(
        files.isEmpty
          ? "Give the files to read, or '--samples' with a sheet that lists them."
          : "Give either files or '--samples', not both.")
    }
    guard layer == nil || !useRaw else {
      throw ValidationError("Give either '--layer' or '--use-raw', not both.")
    }
  }

  /// The files, from the arguments or the sheet.
  ///
  /// - Throws: `CellFileError` and `HDF5Error`, where the sheet cannot be read.
  func sampleSheet() throws -> SampleSheet {
    try samples.map { try SampleSheet(readingAt: $0) } ?? SampleSheet(paths: files)
  }

  /// How the library is asked to join the files.
  var joiningOptions: JoiningOptions {
    var options = JoiningOptions()
    options.genes = join
    options.geneNaming = geneNames
    return options
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
