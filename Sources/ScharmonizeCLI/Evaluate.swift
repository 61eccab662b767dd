internal import ArgumentParser
internal import Foundation
internal import Harmonize

/// `scharmonize evaluate`: evaluate embeddings of scharmonize or other tools.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate embeddings by the metrics of scib-metrics.",
    discussion: """
      Scores each embedding of an .h5ad by its preservation of cell types (with '--label-key') \
      and by its mixing of batches. The metrics and their aggregates are those of scib-metrics \
      0.5.10; KMeans is averaged over 20 runs.

      Two scores need no labels: the mixing of batches within the cell populations that they \
      share, relative to the mixing expected from their sizes, and the share of each batch's \
      neighbourhoods that is preserved. Warnings name batches that seem to have different cell \
      types than the others, and batches that were merged with different cells.

      Examples:
      scharmonize evaluate harmonized.h5ad --batch-key donor
      scharmonize evaluate cells.h5ad --label-key cell_type --json scores.json
      """)

  @Argument(
    help: ArgumentHelp("File with the embeddings.", valueName: "file.h5ad"),
    completion: .file(extensions: ["h5ad"]))
  var file: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Embeddings to evaluate, by their names in 'obsm'. (default: X_scharmonize)",
      valueName: "key"),
    completion: .embeddings)
  var embedding: [String] = []

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
    help: ArgumentHelp(
      "Uncorrected embedding in 'obsm'. (default: principal components of the counts)",
      valueName: "key"),
    completion: .embeddings)
  var uncorrected: String?

  @Option(
    help: ArgumentHelp(
      "Table with one row per cell, matched by cell name, whose columns may be the '--batch-key' "
        + "and the '--label-key'.",
      valueName: "file"),
    completion: .file(extensions: ["csv", "tsv", "txt", "gz"]))
  var cellTable: String?

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

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let outputs = [json, csv].compactMap(\.self)
    for (number, path) in outputs.enumerated() {
      try RunRecord.checkWritable(path, outputs: Array(outputs[..<number]))
    }
    var shown: ReportOptions?
    if let report {
      try Report.checkWritable(report, inputs: [file], outputs: outputs.filter { $0 != "-" })
      shown = ReportOptions()
      shown?.commandLine = processArguments
    }
    var evaluation = try evaluateEmbeddings(
      ofFileAt: file, keys: embedding.isEmpty ? ["X_scharmonize"] : embedding,
      batchKey: batchKey, labelKey: labelKey, uncorrectedKey: uncorrected,
      cellTable: cellTable, threads: resources.threads, memory: resources.memory?.bytes,
      scratchFolder: resources.scratch ?? ScratchFolder.standard(besideOutput: nil))
    evaluation.nameFlags()
    let console = Console(logging)
    evaluation.warnings.forEach(console.warn)
    if let report, let shown {
      var page = try evaluation.report(shown)
      page.nameFlags()
      try page.write(to: report)
    }
    if let json { try AtomicOutput.write(Data(evaluation.scores.json.utf8), to: json) }
    if let csv { try AtomicOutput.write(Data(evaluation.scores.csv.utf8), to: csv) }
    if !outputs.contains("-") { try printResult(evaluation.description) }
  }
}
