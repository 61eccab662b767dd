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
    "samples": .leftOut("a sheet names files that an engine would not bring along; list the files"),
    "barcodes": .leftOut("an engine brings a folder along with all that is in it"),
    "features": .leftOut("an engine brings a folder along with all that is in it"),
    "cell-table": .file(["csv", "tsv"]),
    "layer": .text,
    "genome": .text,
    "modality": .text,
    "feature-type": .text,
    "batch-key": .text,
    "output": .output(
      OutputFile(
        name: "h5ad", ending: ".h5ad", contents: "The cells with their embedding.",
        edam: "format_3590", galaxy: "h5ad")),
    "json": .output(
      OutputFile(
        name: "json", ending: ".json",
        contents: "The run's record: options, counts, warnings, times.", edam: "format_3464",
        galaxy: "json")),
    "output-format": .leftOut("the outputs of a wrapper have names that say their formats"),
  ].merging(logging) { $1 }

  private static let logging: [String: Parameter.Kind] = [
    "quiet": .leftOut("an engine keeps what is said in its log"),
    "log-format": .leftOut("an engine keeps what is said in its log"),
  ]

  private static let resources: [String: Parameter.Kind] = [
    "threads": .threads,
    "memory": .memory,
    "scratch": .leftOut("engines set TMPDIR, which is taken"),
  ]

  private static let integrating: [String: Parameter.Kind] = [
    "in-place": .leftOut("an engine's inputs are not to be changed"),
    "model": .output(
      OutputFile(
        name: "model", ending: ".model.h5",
        contents: "The trained model: all that it takes to place new cells later.",
        edam: "format_3590", galaxy: "h5")),
    "corrected": .output(
      OutputFile(
        name: "corrected", ending: ".corrected.h5ad",
        contents: "The corrected expression of the genes used.", edam: "format_3590",
        galaxy: "h5ad", isUsual: false)),
    "as": .text,
    "report": .output(
      OutputFile(
        name: "report", ending: ".html", contents: "A page on the run for any browser.",
        edam: "format_2331", galaxy: "html")),
    "multiqc": .output(
      OutputFile(
        name: "multiqc", ending: "_mqc.json",
        contents: "The mixing of each batch, for MultiQC.", edam: "format_3464",
        galaxy: "json",
        alongside: [
          OutputFile(
            name: "multiqc_general", ending: "_general_mqc.json",
            contents: "The run's row of MultiQC's general statistics.", edam: "format_3464",
            galaxy: "json")
        ])),
    "genes": .file([]),
    "batch-shrinkage": .numberOr("inf"),
    "lambda": .numberOr("auto"),
    "checkpoint": .leftOut("the output's name with '.checkpoint' is in the task's own folder"),
    "checkpoint-minutes": .leftOut("a task that is begun anew has no checkpoint"),
    "resume": .leftOut("a task that is begun anew has no checkpoint"),
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
    "cell-table": .file(["csv", "tsv"]),
    "json": .output(
      OutputFile(
        name: "json", ending: ".json", contents: "The scores of each embedding.",
        edam: "format_3464", galaxy: "json")),
    "csv": .output(
      OutputFile(
        name: "csv", ending: ".csv", contents: "The scores of each embedding, as a table.",
        edam: "format_3752", galaxy: "csv")),
    "report": .output(
      OutputFile(
        name: "report", ending: ".html",
        contents: "A page for any browser: pictures, and the scores side by side.",
        edam: "format_2331", galaxy: "html")),
  ].merging(logging) { $1 }.merging(resources) { $1 }
}
