internal import ArgumentParser
internal import Harmonize

/// Options for the space of the embedding and for the alignment of clusters between batches.
struct AlignmentArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \IntegrationOptions.space))
  var space = IntegrationOptions().space

  @Option(help: ArgumentHelp(of: \IntegrationOptions.components))
  var nComponents = IntegrationOptions().components

  @Option(
    help: ArgumentHelp(
      of: \IntegrationOptions.componentScaling,
      usual: "\(Int(IntegrationOptions().componentScaling)); "
        + "\(IntegrationOptions.proteinScaling) for proteins"))
  var componentScaling: Float?

  @Flag(help: "Do not align clusters between batches.")
  var noAlign = false

  @Option(
    help: ArgumentHelp(of: \ClusterAlignmentOptions.theta),
    transform: numbers)
  var theta = ClusterAlignmentOptions().theta

  @Option(help: ArgumentHelp(of: \ClusterAlignmentOptions.sigma))
  var sigma = ClusterAlignmentOptions().sigma

  @Option(
    help: ArgumentHelp(of: \ClusterAlignmentOptions.ridge),
    transform: penalty)
  var lambda = Penalty.automatic

  @Option(help: ArgumentHelp(of: \ClusterAlignmentOptions.clusters))
  var nClusters: Int?

  /// A value of '--lambda'.
  enum Penalty: Sendable {
    case automatic
    case cells(Double)
  }

  /// Parses '2,1'.
  static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let number = Double(part) else {
        throw ValidationError("'\(part)' is not a number; give numbers such as '2' or '2,1'.")
      }
      return number
    }
  }

  /// Parses 'auto' or a number.
  static func penalty(_ text: String) throws -> Penalty {
    if text == "auto" { return .automatic }
    guard let number = Double(text) else {
      throw ValidationError("'\(text)' is not a number; give a number or 'auto'.")
    }
    return .cells(number)
  }

  var options: ClusterAlignmentOptions? {
    guard !noAlign else { return nil }
    var options = ClusterAlignmentOptions()
    options.theta = theta
    options.sigma = sigma
    if case .cells(let cells) = lambda { options.ridge = cells }
    options.clusters = nClusters
    return options
  }
}
