internal import ArgumentParser
internal import Harmonize

/// The outputs of a run.
struct OutputOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to write the result: .h5ad (the input with 'obsm/X_scharmonize'), or the embedding "
        + "as a table: .csv, .tsv (also with .gz), .npy, .h5; '-' for a table on standard output.",
      valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The format of the result, whatever the name of its file. (default: what the name ends in; "
        + "tsv on standard output)",
      valueName: "format"))
  var outputFormat: Destination.Format?

  @Flag(help: "Write the .h5ad without 'X', layers and raw.")
  var embeddingOnly = false

  @Flag(help: "Add the result to the input file itself, which is replaced when all is written.")
  var inPlace = false

  @Flag(
    help: """
      Also lay the cells out in a plane by the embedding, for pictures, and write that to \
      'obsm/X_umap' of the .h5ad, in place of the input's own if it has one.
      """)
  var umap = false

  @Option(
    help: ArgumentHelp(
      "Also write the trained model, as HDF5: all that it takes to place new cells later.",
      valueName: "file"),
    completion: .file(extensions: ["h5"]))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Also write the corrected expression of the genes used, an .h5ad: what each cell would have "
        + "had averaged over all batches, or as the one that '--as' names.",
      valueName: "file"),
    completion: .file(extensions: ["h5ad"]))
  var corrected: String?

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The batch that '--corrected' decodes all cells as. (default: the average over all)",
      valueName: "batch"))
  var decodedAs: String?

  @Option(
    help: ArgumentHelp(
      "Write the run's record here: options, counts, losses, warnings, times; '-' for standard "
        + "output.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp(
      "Also write a page on the run for any browser, .html: what was done on what, the cells before "
        + "and after by batch and '--label-key', how batches mixed and what each kept, the "
        + "training, warnings, and a methods paragraph.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Also write two files for MultiQC: x_mqc.json, the mixing of each batch, and beside it "
        + "x_general_mqc.json, the run's row of general statistics. The sample is named after the "
        + "output.",
      valueName: "x_mqc.json"),
    completion: .file(extensions: ["json"]))
  var multiqc: String?

  func validate() throws {
    guard output != nil || inPlace else {
      throw ValidationError("Give '-o FILE', or '--in-place' to add the result to the input.")
    }
    guard !inPlace || !embeddingOnly else {
      throw ValidationError(
        "'--embedding-only' would remove 'X' from the input; give '-o FILE' instead of "
          + "'--in-place'.")
    }
    guard decodedAs == nil || corrected != nil else {
      throw ValidationError(
        "'--as' names the batch that '--corrected FILE' decodes as; give that as well.")
    }
  }
}
