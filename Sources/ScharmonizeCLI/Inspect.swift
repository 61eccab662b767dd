internal import ArgumentParser
internal import Harmonize

/// `scharmonize inspect`: say what is in files, and how to integrate them.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in files, and the command that would integrate them.",
    discussion: """
      Lists the matrices of each file with their shapes and whether they hold counts, the \
      columns of 'obs' with their levels, and which of them look like a batch key; of an .h5mu its \
      modalities, and of a 10x file its genomes and types of features.

      Examples:
      scharmonize inspect cells.h5ad
      scharmonize inspect day1.h5 day2.h5 --json
      """)

  @Argument(
    help: ArgumentHelp("The files, or folders of a matrix, to look at.", valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5mu", "loom", "h5", "mtx", "gz"]))
  var files: [String]

  @Flag(help: "Print JSON, for programs.")
  var json = false

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let inspection = try Inspection(of: files)
    if json {
      try write(inspection.json(), to: "-")
    } else {
      try printResult(inspection.description)
    }
  }
}
