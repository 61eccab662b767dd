internal import ArgumentParser
internal import Harmonize

/// The cells and embeddings to evaluate.
struct EvaluationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Column of 'obs' with the batch of each cell.", valueName: "column"),
    completion: .columns)
  var batchKey = CellDataset.defaultBatchKey

  @Option(
    help: ArgumentHelp(
      "Column of 'obs' with cell types; cells labelled 'unknown' are ignored.",
      valueName: "column"),
    completion: .columns)
  var labelKey: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Embeddings to evaluate, by their names in 'obsm', comma-separated; may be repeated. "
        + "(default: X_scharmonize)",
      valueName: "keys"),
    completion: .embeddings)
  var embedding: [String] = []

  @Option(
    help: ArgumentHelp(
      "Uncorrected embedding in 'obsm', for the row 'uncorrected'. (default: principal components "
        + "of the counts)",
      valueName: "key"),
    completion: .embeddings)
  var uncorrected: String?

  @Option(
    help: ArgumentHelp(
      "Layer with the counts. (default: the matrix that 'integrate' read, or X)",
      valueName: "name"))
  var layer: String?

  @Flag(help: "Read the counts from 'raw/X' instead of 'X'.")
  var useRaw = false

  @Option(
    help: ArgumentHelp(
      "Table with one row per cell, matched by cell name, whose columns may be the '--batch-key' "
        + "and the '--label-key'.",
      valueName: "file"),
    completion: .file(extensions: ["csv", "tsv", "txt", "gz"]))
  var cellTable: String?

  func validate() throws {
    guard layer == nil || !useRaw else {
      throw ValidationError("'--layer' and '--use-raw' cannot be combined; give one.")
    }
    guard Set(keys).count == keys.count, keys.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError("'--embedding' names an embedding twice, or an empty one.")
    }
  }

  /// The names of the embeddings.
  var keys: [String] {
    embedding.isEmpty
      ? ["X_scharmonize"]
      : embedding.flatMap {
        $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      }
  }

  /// The options for reading the counts.
  var readingOptions: ReadingOptions {
    var options = ReadingOptions()
    options.layer = layer
    options.useRaw = useRaw
    return options
  }
}

/// The outputs of an evaluation.
struct EvaluationOutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the scores as JSON; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @Option(
    help: ArgumentHelp("Write the scores as CSV; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Write an HTML report: each embedding coloured by batch and by '--label-key', and a table of "
        + "the scores.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "Write two files for MultiQC: x_mqc.json with a table of the scores, and x_general_mqc.json "
        + "with rows of general statistics. Each embedding is a row, named after the file and the "
        + "embedding.",
      valueName: "x_mqc.json"),
    completion: .file(extensions: ["json"]))
  var multiqc: String?
}
