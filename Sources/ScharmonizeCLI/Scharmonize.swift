internal import ArgumentParser
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

      Exit codes: 0 done; 64 wrong use; 65 the input is not what it must be; 66 an input is \
      missing or unreadable; 70 a fault of scharmonize; 73 the output cannot be created; \
      74 reading or writing failed; 130 and 143 stopped by SIGINT and SIGTERM.
      """,
    version: scharmonizeVersion,
    subcommands: [Integrate.self, Evaluate.self, Inspect.self, Simulate.self],
    defaultSubcommand: Integrate.self)

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      fail(with: error)
    }
  }

  /// Says what went wrong and ends with the exit code for it.
  private static func fail(with error: any Error) -> Never {
    guard let code = sysexit(of: error) else { exit(withError: error) }
    FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
    Foundation.exit(code)
  }
}
