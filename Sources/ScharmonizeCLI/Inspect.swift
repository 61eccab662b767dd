internal import ArgumentParser
internal import Foundation
internal import Harmonize

/// `scharmonize inspect`: say what is in files, and how to integrate them.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in files, and the command that would integrate them.",
    discussion: """
      Lists the matrices of each file with their shapes and whether they hold counts, the \
      columns of 'obs' with their levels, and which of them look like a batch key.
      """)

  @Argument(
    help: ArgumentHelp("The files to look at.", valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5"]))
  var files: [String]

  @Flag(help: "Print JSON, for programs.")
  var json = false

  func run() throws {
    let inspection = try Inspection(of: files)
    if json {
      FileHandle.standardOutput.write(try inspection.json())
    } else {
      print(inspection.description)
    }
  }
}
