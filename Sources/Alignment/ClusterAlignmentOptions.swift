public import Support

/// Options for the alignment of clusters between batches.
public struct ClusterAlignmentOptions: Equatable, Sendable, Codable {
  /// Diversity penalty (Harmony's theta); 0 to 1000.
  ///
  /// Larger values mix batches more.
  ///
  /// One number for each batch key, or one for all. The default is 1. The paper uses 2, but the
  /// network's embedding is mostly mixed already, so 1 is enough and disturbs types that occur in
  /// some batches less. Larger values also mix such types; at 0 the clusters depend on distances
  /// only.
  public var theta = [1.0]

  /// Width of the soft clusters (Harmony's sigma); 0.0001 to 10,000.
  ///
  /// The default is 0.1. A larger value spreads each cell over more clusters.
  public var sigma = 0.1

  /// The ridge penalty on the offsets of a batch in a cluster, in cells; above 0.
  ///
  /// The default is `nil`: 1/5 of the batch's cells expected in the cluster if batches were mixed,
  /// and at least 40 divided by the batch's number of cells. The minimum protects batches of few
  /// cells. A larger penalty corrects less.
  public var ridge: Double?

  /// The number of clusters, or `nil` for 1/30 of the number of cells, at least 2 and at most 100.
  ///
  /// The default is `nil`. More clusters correct finer types separately.
  public var clusters: Int?

  /// The maximum number of rounds of clustering and correction; at least 1.
  ///
  /// The default is 10.
  public var rounds = 10

  /// The maximum number of updates of the memberships in a round; at least 1.
  ///
  /// The default is 20.
  public var sweeps = 20

  /// Makes the default options.
  public init() {}

  package static let fields: [OptionField<Self>] = [
    OptionField(
      "theta", \.theta,
      ValidRange("numbers from 0 to 1000") { numbers in
        !numbers.isEmpty && numbers.allSatisfy { (0...1000).contains($0) }
      },
      unit: "numbers", usual: "1",
      help: "Diversity penalty (Harmony's theta), from 0 to 1000; larger values mix batches more. "
        + "Give one number, or one for each batch key, comma-separated."),
    OptionField(
      "sigma", \.sigma,
      ValidRange("a number from 0.0001 to 10000") { (1e-4...1e4).contains($0) }, unit: "number",
      help: "Width of the soft clusters (Harmony's sigma), from 0.0001 to 10000."),
    OptionField(
      optional: "ridge", \.ridge,
      ValidRange("`ridge = nil` or a number above 0") { $0 > 0 && $0.isFinite },
      unit: "penalty", usual: "auto", key: "lambda",
      help: "Ridge penalty on a batch's offset in a cluster (Harmony's lambda), in cells; larger "
        + "values correct less. 'auto' is 1/5 of the batch's cells expected in the cluster, and at "
        + "least 40 divided by the batch's number of cells."),
    OptionField(
      optional: "clusters", \.clusters, ValidRange("at least 1") { $0 >= 1 },
      unit: "count", usual: "1/30 of the number of cells, from 2 to 100",
      help: "Number of clusters."),
    OptionField(
      "rounds", \.rounds, ValidRange("at least 1") { $0 >= 1 }, unit: "count", uses: .record,
      help: "Maximum number of rounds of clustering and correction."),
    OptionField(
      "sweeps", \.sweeps, ValidRange("at least 1") { $0 >= 1 }, unit: "count", uses: .record,
      help: "Maximum number of updates of the memberships in a round."),
  ]

  /// Checks that all values are in range.
  ///
  /// - Throws: ``OptionError``.
  public func validate() throws(OptionError) { try checkRanges() }

  /// Checks that the number of thetas is one or the number of batch keys.
  package func validate(forKeys count: Int) throws(OptionError) {
    guard theta.count == 1 || theta.count == count else {
      throw OptionError(
        option: "theta", value: "\(theta.count) numbers",
        expected: count == 1 ? "one number" : "one number, or one for each of \(count) batch keys")
    }
  }

  /// Returns the number of clusters for `count` cells.
  package func clusterCount(forCells count: Int) -> Int {
    min(clusters ?? min(100, max(2, (count + 15) / 30)), count)
  }

  /// Returns the automatic ridge penalty on the offset of a batch in a cluster, in cells.
  ///
  /// It is 1/5 of the batch's cells expected in the cluster if batches were mixed, and at least 40
  /// divided by the batch's number of cells. Without the minimum, a dozen cells in dozens of
  /// clusters, each with its own offset, would be moved onto the nearest other cells.
  static func automaticRidge(expected: Double, cells: Int) -> Double {
    max(0.2 * expected, 40 / Double(max(1, cells)))
  }
}

extension ClusterAlignmentOptions: DescribedOptions {}
