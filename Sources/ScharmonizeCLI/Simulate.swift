internal import ArgumentParser
internal import Harmonize

/// `scharmonize simulate`: write made-up data with known types and sources.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate counts of known cell types from several sources.")
}
