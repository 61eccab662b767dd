/// How embeddings are judged.
///
/// The metrics themselves have no options: they are what scib-metrics computes
/// by default.
public struct EvaluationOptions: Equatable, Sendable {
  /// The largest number of cells that are judged.
  ///
  /// The default is 200,000. Beyond it, as many cells are drawn by ``seed`` and
  /// all metrics are of these, because time grows with the square of the number.
  public var maximumCells = 200_000

  /// Labels that mean that a cell has none.
  ///
  /// The default is `unknown`. Such cells, and cells without a label, are left out.
  public var unlabelled: Set<String> = ["unknown"]

  /// Over how many runs the KMeans scores are averaged.
  ///
  /// The default is 20. One run alone moves the total by up to 0.03.
  public var clusterings = 20

  /// The seed of the draw.
  ///
  /// The default is 0. The KMeans runs have the seeds 0 to 19 whatever it is.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}
}
