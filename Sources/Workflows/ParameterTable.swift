/// The kinds of values of options, which the declarations lack.
///
/// Flags, options with a list of values, and those that set a field of the library need no entry. A test compares the table with the
/// declarations: it fails if either lacks an entry of the other, or if the program's values differ.
enum ParameterTable {
  /// Returns the kinds of a command's arguments, by option or by `<value>`.
  static func kinds(of command: WrappedCommand) -> [String: Parameter.Kind] {
    switch command {
    case .integrate:
      reading.merging(resources) { $1 }.merging(integrating) { $1 }
    case .map:
      reading.merging(resources) { $1 }.merging(mapping) { $1 }
    case .evaluate:
      evaluating
    }
  }

  private static let reading: [String: Parameter.Kind] = [
    "<file>": .cells,
    "samples": .leftOut("an engine does not stage the files that a sheet names; list the files"),
    "barcodes": .leftOut("an engine stages a folder with all of its files"),
    "features": .leftOut("an engine stages a folder with all of its files"),
    "cell-table": .file(["csv", "tsv"]),
    "layer": .text,
    "genome": .text,
    "modality": .text,
    "feature-type": .text,
    "batch-key": .text,
    "output": .output(
      OutputFile(
        name: "h5ad", ending: ".h5ad", contents: "Cells with their embedding.",
        edam: "format_3590", galaxy: "h5ad")),
    "json": .output(
      OutputFile(
        name: "json", ending: ".json",
        contents: "Record of the run: options, counts, warnings, times.", edam: "format_3464",
        galaxy: "json")),
    "output-format": .leftOut("the names of a wrapper's outputs determine their formats"),
  ].merging(logging) { $1 }

  private static let logging: [String: Parameter.Kind] = [
    "quiet": .leftOut("an engine keeps standard error in its log"),
    "log-format": .leftOut("an engine keeps standard error in its log"),
  ]

  private static let resources: [String: Parameter.Kind] = [
    "threads": .threads,
    "memory": .memory,
    "scratch": .leftOut("engines set TMPDIR, which is used"),
  ]

  private static let integrating: [String: Parameter.Kind] = [
    "in-place": .leftOut("an engine's inputs must not be changed"),
    "model": .output(
      OutputFile(
        name: "model", ending: ".model.h5",
        contents: "Trained model, for mapping new cells.",
        edam: "format_3590", galaxy: "h5", hasSwitch: true)),
    "corrected": .output(
      OutputFile(
        name: "corrected", ending: ".corrected.h5ad",
        contents: "Corrected expression of the used genes.", edam: "format_3590",
        galaxy: "h5ad", isUsual: false, hasSwitch: true)),
    "corrected-as": .text,
    "corrected-genes": .file([]),
    "report": .output(
      OutputFile(
        name: "report", ending: ".html", contents: "HTML report of the run.",
        edam: "format_2331", galaxy: "html", hasSwitch: true)),
    "multiqc": .output(
      OutputFile(
        name: "multiqc", ending: "_mqc.json",
        contents: "Mixing of each batch, for MultiQC.", edam: "format_3464",
        galaxy: "json",
        alongside: [
          OutputFile(
            name: "multiqc_general", ending: "_general_mqc.json",
            contents: "Row of the run in MultiQC's general statistics.", edam: "format_3464",
            galaxy: "json")
        ])),
    "genes": .file([]),
    "batch-shrinkage": .numberOr("inf"),
    "lambda": .numberOr("auto"),
    "checkpoint": .leftOut("the default is in the task's own folder"),
    "checkpoint-minutes": .leftOut("a restarted task has no checkpoint"),
    "resume": .leftOut("a restarted task has no checkpoint"),
  ]

  private static let mapping: [String: Parameter.Kind] = [
    "<model>": .file(["h5"])
  ]

  private static let evaluating: [String: Parameter.Kind] = [
    "<file.h5ad>": .file(["h5ad"]),
    "embedding": .text,
    "batch-key": .text,
    "label-key": .text,
    "uncorrected": .text,
    "layer": .text,
    "cell-table": .file(["csv", "tsv"]),
    "json": .output(
      OutputFile(
        name: "json", ending: ".json", contents: "Scores of each embedding.",
        edam: "format_3464", galaxy: "json")),
    "csv": .output(
      OutputFile(
        name: "csv", ending: ".csv", contents: "Scores of each embedding, as a table.",
        edam: "format_3752", galaxy: "csv")),
    "report": .output(
      OutputFile(
        name: "report", ending: ".html",
        contents: "HTML report: plots and scores of each embedding.",
        edam: "format_2331", galaxy: "html", hasSwitch: true)),
    "multiqc": .output(
      OutputFile(
        name: "multiqc", ending: "_mqc.json", contents: "Scores of each embedding, for MultiQC.",
        edam: "format_3464", galaxy: "json",
        alongside: [
          OutputFile(
            name: "multiqc_general", ending: "_general_mqc.json",
            contents: "Rows of the embeddings in MultiQC's general statistics.",
            edam: "format_3464", galaxy: "json")
        ])),
  ].merging(logging) { $1 }.merging(resources) { $1 }
}
