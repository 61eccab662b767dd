internal import ArgumentParser
internal import Harmonize

/// The outputs of a run.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file: .h5ad (the input with 'obsm/X_scharmonize'), .zarr (the same of one zarr store), "
        + "or the embedding as a table: .csv, .tsv (also with .gz), .npy, .h5; '-' writes a table to "
        + "standard output.",
      valueName: "file"),
    completion: .file())
  var output: String?

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
      Add the result to the input file, which is replaced once the output is complete, or to the \
      input store, in which each addition appears once it is complete.
      """)
  var inPlace = false

  @Flag(
    help: """
      Also compute a UMAP of the embedding, and write it to 'obsm/X_umap' of the .h5ad; it \
      replaces an 'X_umap' of the input.
      """)
  var umap = false

  @Option(
    help: ArgumentHelp(
      "Also write the trained model, as HDF5, for mapping new cells with 'scharmonize map'.",
      valueName: "file"),
    completion: .file(extensions: ["h5"]))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Also write the corrected expression of the used genes, as .h5ad: each cell decoded as the "
        + "average over all batches, or as the batch that '--corrected-as' names.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad"]))
  var corrected: String?

  @Option(
    help: ArgumentHelp(
      "Batch as which '--corrected' decodes all cells. (default: the average over all batches)",
      valueName: "batch"))
  var correctedAs: String?

  @Option(
    help: ArgumentHelp(
      "Genes for '--corrected', in place of decoded expression: a file of names, one per line, or "
        + "'all'. Their counts are multiplied by one factor for each gene and batch, so that fold "
        + "changes within a batch stay as they are.",
      valueName: "file"),
    completion: .file())
  var correctedGenes: String?

  @Option(
    help: ArgumentHelp(
      "Write the record of the run as JSON: options, counts, losses, warnings, times; '-' for "
        + "standard output.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Also write an HTML report: inputs and options, the cells before and after integration by "
        + "batch and '--label-key', mixing and preservation by batch, training curves, warnings, "
        + "and a methods paragraph.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Also write two files for MultiQC: x_mqc.json with the mixing of each batch, and "
        + "x_general_mqc.json with the run's row of general statistics. The sample is named after "
        + "the output.",
      valueName: "x_mqc.json"),
    completion: .file(extensions: ["json"]))
  var multiqc: String?

  mutating func validate() throws {
    // The shell completes the name of a folder by a slash.
    while let path = output, path.hasSuffix(".zarr/") { output = String(path.dropLast()) }
    guard output != nil || inPlace else {
      throw ValidationError("Give '-o FILE', or '--in-place' to add the result to the input.")
    }
    guard !inPlace || !embeddingOnly else {
      throw ValidationError(
        "'--embedding-only' would remove 'X' from the input; replace '--in-place' by '-o FILE'.")
    }
    guard correctedAs == nil || corrected != nil else {
      throw ValidationError("'--corrected-as' needs '--corrected FILE'; give both.")
    }
    guard correctedGenes == nil || corrected != nil else {
      throw ValidationError("'--corrected-genes' needs '--corrected FILE'; give both.")
    }
  }

  /// The genes whose counts are corrected; `nil` for decoded expression.
  ///
  /// - Throws: `CountDataError` if the list cannot be read.
  func genesOfInterest() throws -> CorrectedGenes? {
    try correctedGenes.map {
      $0 == "all" ? .all : .listed(try Harmonize.geneList(readingAt: $0))
    }
  }
}
