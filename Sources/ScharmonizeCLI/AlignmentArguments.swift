internal import ArgumentParser
internal import Harmonize

/// Options for the space of the embedding and for the alignment of clusters between batches.
struct AlignmentArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the embedding is taken: principal components of the corrected expression, or the "
        + "latent space.",
      valueName: "space"))
  var space = IntegrationOptions().space

  @Option(
    help: ArgumentHelp("How many principal components the embedding has.", valueName: "count"))
  var components = IntegrationOptions().components

  @Option(
    help: ArgumentHelp(
      "The power of its deviation that each component is divided by: 0 keeps coarse types apart, "
        + "0.5 mixes more.",
      valueName: "power"))
  var componentScaling = IntegrationOptions().componentScaling

  @Flag(help: "Leave the alignment of clusters out.")
  var noAlign = false

  @Option(
    help: ArgumentHelp(
      "How strongly each cluster is pushed to hold all sources, within 0 and 1000; one number, or "
        + "one a batch key. "
        + "(default: 1)",
      valueName: "numbers"),
    transform: numbers)
  var theta = ClusterAlignmentOptions().theta

  @Option(
    help: ArgumentHelp("How soft the clusters are, within 0.0001 and 10000.", valueName: "number"))
  var sigma = ClusterAlignmentOptions().sigma

  @Option(
    help: ArgumentHelp(
      "The ridge penalty on a source's offset in a cluster, in cells; 'auto' for a fifth of the "
        + "cells expected there, at least 40 over the batch's cells. (default: auto)",
      valueName: "penalty"),
    transform: penalty)
  var lambda = Penalty.automatic

  @Option(
    help: ArgumentHelp(
      "How many clusters there are. (default: a thirtieth of the cells, at most 100)",
      valueName: "count"))
  var clusters: Int?

  /// A value of '--lambda'.
  enum Penalty: Sendable {
    case automatic
    case cells(Double)
  }

  /// Parses '2,1'.
  static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Double(part) else {
        throw ValidationError("'\(part)' is not a number; give one such as '2', or '2,1'.")
      }
      return number
    }
  }

  /// Parses 'auto' or a number.
  static func penalty(_ text: String) throws -> Penalty {
    if text == "auto" { return .automatic }
    guard let number = Double(text) else {
      throw ValidationError("'\(text)' is neither 'auto' nor a number.")
    }
    return .cells(number)
  }

  var options: ClusterAlignmentOptions? {
    guard !noAlign else { return nil }
    var options = ClusterAlignmentOptions()
    options.theta = theta
    options.sigma = sigma
    if case .cells(let cells) = lambda { options.ridge = cells }
    options.clusters = clusters
    return options
  }
}
