internal import ArgumentParser

/// The program `scharmonize`.
@main
struct Scharmonize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scharmonize", abstract: "Remove batch effects from single-cell data.")
}
