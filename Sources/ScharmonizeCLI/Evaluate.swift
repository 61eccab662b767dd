internal import ArgumentParser
internal import Foundation
internal import Harmonize

/// `scharmonize evaluate`: evaluate embeddings of scharmonize or other tools.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate embeddings by the metrics of scib-metrics.",
    discussion: """
      Scores each embedding of an .h5ad or .zarr by its preservation of cell types (with '--label-key') \
      and by its correction of batches. The metrics and their aggregates are those of scib-metrics \
      0.5.10 and 0.6.1, which are the same; KMeans is averaged over 20 runs. 'total_by_chance' is \
      the total with the cells of the embedding permuted. Further metrics are not part of the \
      aggregates: kSIM, scGraph, and the structure and the subtypes kept within cell types tell \
      overcorrection; CiLISI and sBEE, mixing within cell types. One sentence says whether each \
      embedding looks over-, under- or well corrected, and on what evidence.

      Two numbers need no labels: mixing, the share of neighbours of other batches within the cell \
      populations that batches share, relative to the share expected from their sizes; and the \
      share of each batch's neighbourhoods that is preserved. With '--label-key' within-label mixing \
      is shown, too. Warnings name batches that seem to have different cell \
      types than the others, and batches that were merged with different cells.

      Examples:
      scharmonize evaluate harmonized.h5ad --batch-key donor
      scharmonize evaluate cells.h5ad --embedding X_pca,X_scVI --label-key cell_type
      """)

  @Argument(
    help: ArgumentHelp("File with the embeddings.", valueName: "file.h5ad"),
    completion: .file(extensions: ["h5ad", "zarr", "zip"]))
  var file: String

  @OptionGroup(title: "Evaluation")
  var evaluated: EvaluationArguments

  @OptionGroup(title: "Output")
  var output: EvaluationOutputOptions

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let console = Console(logging)
    let (json, csv) = (output.json, output.csv)
    let texts = [json, csv].compactMap(\.self)
    var outputs = texts
    for (number, path) in texts.enumerated() {
      try RunRecord.checkWritable(path, outputs: Array(texts[..<number]))
    }
    var shown: ReportOptions?
    if let report = output.report {
      try Report.checkWritable(report, inputs: [file], outputs: outputs.filter { $0 != "-" })
      shown = ReportOptions()
      shown?.commandLine = processArguments
      outputs.append(report)
    }
    if let multiqc = output.multiqc {
      try MultiQC.checkWritable(multiqc, inputs: [file], outputs: outputs.filter { $0 != "-" })
    }
    // The costs of both grow with the square of the number of cells, and with the embeddings.
    let reporting = output.report == nil ? 0 : 0.7
    let run = RunProgress(total: 1 + reporting, to: console.show)
    run.begin(cost: 1)
    var evaluation = try evaluateEmbeddings(
      ofFileAt: file, keys: evaluated.keys, batchKey: evaluated.batchKey,
      labelKey: evaluated.labelKey, uncorrectedKey: evaluated.uncorrected,
      cellTable: evaluated.cellTable, reading: evaluated.readingOptions, threads: resources.threads,
      memory: resources.memory?.bytes,
      scratchFolder: resources.scratch ?? ScratchFolder.standard(besideOutput: nil),
      progress: run.report)
    evaluation.nameFlags()
    evaluation.notices.forEach(console.notice)
    evaluation.warnings.forEach(console.warn)
    if let report = output.report, let shown {
      run.begin(cost: reporting)
      var page = try evaluation.report(shown, progress: run.report)
      page.nameFlags()
      try page.write(to: report)
    }
    if let multiqc = output.multiqc {
      try EvaluationMultiQC(of: evaluation, sample: MultiQC.sampleName(ofOutput: file))
        .write(to: multiqc)
    }
    if let json { try AtomicOutput.write(Data(evaluation.json.utf8), to: json) }
    if let csv { try AtomicOutput.write(Data(evaluation.scores.csv.utf8), to: csv) }
    try run.finish()
    if !texts.contains("-") { try printResult(evaluation.text) }
    console.wrote(json, .scores)
    console.wrote(csv, .scores)
    console.wrote(output.report, .report)
    console.wrote(output.multiqc, .multiqc)
    console.end(evaluation)
  }
}
