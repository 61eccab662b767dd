public import Machine

/// How the clusters of several sources are brought onto each other.
public struct ClusterAlignmentOptions: Equatable, Sendable, Codable {
  /// How strongly each cluster is pushed to hold all sources in their proportions; 0 to 1000.
  ///
  /// One number for each batch key, or one for all. The default is 1: what is aligned is mixed
  /// for the most part already, so half of what the paper takes is enough, and forces less where
  /// sources hold different types. A larger value mixes more, also types that only some sources
  /// have; 0 lets the clusters follow the distances alone.
  public var theta = [1.0]

  /// How soft the clusters are; 0.0001 to 10,000.
  ///
  /// The default is 0.1. A larger value spreads each cell over more clusters.
  public var sigma = 0.1

  /// The ridge penalty on the offsets of a source in a cluster, in cells; above 0.
  ///
  /// The default, `nil`, is a fifth of the cells of the source that the cluster would hold if
  /// sources were mixed, and at least 40 over the source's cells, so that a few cells are not
  /// stirred. A larger penalty corrects less.
  public var ridge: Double?

  /// The number of clusters, or `nil` for a thirtieth of the cells, at least 2 and at most 100.
  ///
  /// The default is `nil`. More clusters correct finer types apart from each other.
  public var clusters: Int?

  /// How often clustering and correction take turns at most; at least 1.
  ///
  /// The default is 10.
  public var rounds = 10

  /// How often the memberships are updated in one round at most; at least 1.
  ///
  /// The default is 20.
  public var sweeps = 20

  /// Makes the default options.
  public init() {}

  /// Refuses values that no alignment could work with.
  ///
  /// - Throws: ``OptionError``.
  public func validate() throws(OptionError) {
    func require(
      _ holds: Bool, _ name: String, _ value: Any, _ expected: String
    ) throws(OptionError) {
      guard holds else { throw OptionError(option: name, value: "\(value)", expected: expected) }
    }
    try require(
      !theta.isEmpty && theta.allSatisfy { (0...1000).contains($0) }, "--theta", theta,
      "numbers from 0 to 1000")
    try require((1e-4...1e4).contains(sigma), "--sigma", sigma, "a number from 0.0001 to 10000")
    try require(
      ridge.map { $0 > 0 && $0.isFinite } ?? true, "--lambda", ridge ?? 0,
      "'auto' or a number above 0")
    try require(clusters ?? 1 >= 1, "--clusters", clusters ?? 1, "at least 1")
    try require(rounds >= 1, "--rounds", rounds, "at least 1")
    try require(sweeps >= 1, "--sweeps", sweeps, "at least 1")
  }

  /// Refuses a number of thetas that is neither one nor that of the batch keys.
  package func validate(forKeys count: Int) throws(OptionError) {
    guard theta.count == 1 || theta.count == count else {
      throw OptionError(
        option: "--theta", value: "\(theta.count) numbers",
        expected: count == 1 ? "one number" : "one number, or one for each of \(count) batch keys")
    }
  }

  /// The number of clusters for so many cells.
  public func clusterCount(forCells count: Int) -> Int {
    min(clusters ?? min(100, max(2, (count + 15) / 30)), count)
  }

  /// The automatic penalty on what a source is off in a cluster, in cells.
  ///
  /// It is a fifth of the cells of the source that the cluster would hold if sources were mixed, and at
  /// least 40 over the source's cells: a dozen cells in dozens of clusters, each with its own
  /// offset, would be laid onto whatever is nearest.
  static func automaticRidge(expected: Double, cells: Int) -> Double {
    max(0.2 * expected, 40 / Double(max(1, cells)))
  }
}
