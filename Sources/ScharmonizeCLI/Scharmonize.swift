internal import ArgumentParser
internal import CellFiles
internal import Foundation
internal import Harmonize

/// The program `scharmonize`: declarations of its commands, nothing else.
@main
struct Scharmonize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scharmonize",
    abstract: "Remove batch effects from single-cell data.",
    discussion: """
      Trains an autoencoder with batch normalization on minibatches that deliberately mix the \
      sources (labs, days, donors, chemistries) of the cells, and writes an embedding in which \
      they share one frame.

      'scharmonize FILE... -o OUT' is short for 'scharmonize integrate FILE... -o OUT'.

      Environment:
      TMPDIR            the folder for scratch files, unless it is held in memory
      HDF5_PLUGIN_PATH  the folder of HDF5's plugins, for files that need them

      Files:
      OUT.checkpoint          a training that was stopped, for '--resume'
      .OUT.scharmonize-*.tmp  an output that is being written

      Exit codes:
      \(ExitCode.allCases.map(\.line).joined(separator: "\n"))

      Examples:
      scharmonize inspect cells.h5ad
      scharmonize cells.h5ad --batch-key donor -o harmonized.h5ad
      scharmonize help integrate
      """,
    version: scharmonizeVersion,
    subcommands: [
      Integrate.self, Map.self, Evaluate.self, Inspect.self, Certify.self, Simulate.self,
      Workflow.self,
    ],
    defaultSubcommand: Integrate.self)

  static func main() {
    Interruption.shared.watch()
    endOnFaultsOfHDF5(
      damaged: ExitCode.data.rawValue, unreadable: ExitCode.inputOutput.rawValue)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      fail(with: error)
    }
  }

  /// Says what went wrong and ends with the exit code for it.
  private static func fail(with error: any Error) -> Never {
    if let stop = error as? Interrupted {
      // A bar may stand where the cursor is.
      say("\(isatty(STDERR_FILENO) == 1 ? "\n" : "")\(Interruption.shared.sentence(for: stop))")
      exitRemovingTemporaryFiles(stop.status)
    }
    let code = status(of: error)
    guard code != nil else { exit(withError: error) }
    say(
      "Error: \(error)"
        + (code == .software ? "; this is a fault of scharmonize, please report it" : ""))
    if let sentence = Interruption.shared.sentenceForFailure { say(sentence) }
    Foundation.exit((code ?? .software).rawValue)
  }

  /// The exit code for an error, or `nil` for what ArgumentParser has to say itself.
  static func status(of error: any Error) -> ExitCode? {
    if let code = ExitCode(of: error) { return code }
    return exitCode(for: error) == .failure ? .software : nil
  }

  private static func say(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
  }
}
