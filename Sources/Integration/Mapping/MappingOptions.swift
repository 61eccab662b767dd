internal import Machine
internal import NeuralNet

/// How new cells are placed beside those of a training.
public struct MappingOptions: Equatable, Sendable, Codable {
  /// By which statistics the encoder normalizes new cells.
  public enum Statistics: String, Sendable, Codable, CaseIterable {
    /// The mixture's running statistics, as the training left them.
    case frozen

    /// Those of all new cells of a file together, shrunk toward the mixture's.
    case adapted

    /// None: for models with layer or group norm, which look at each cell alone.
    case none
  }

  /// By which statistics the encoder normalizes.
  ///
  /// The default, `nil`, is ``Statistics/frozen``, or ``Statistics/none`` where the model has none.
  public var statistics: Statistics?

  /// How many cells the model's own statistics count as, beside those of the new cells.
  ///
  /// In the alignment it is how many cells the absence of a common offset counts as. At least 0;
  /// the default is 100.
  public var shrinkage: Float = 100

  /// Whether the new cells are brought onto the reference's clusters.
  ///
  /// The default is `true`; a model without clusters leaves it out.
  public var aligns = true

  /// How many cells the common offset counts as in each cluster's own; above 0.
  ///
  /// The default is 5.
  public var clusterShrinkage: Float = 5

  /// How many reference cells vote on a label; the default is 30.
  public var neighbours = 30

  /// The share of the votes under which a label is *unknown*; 0 to 1, the default is 0.5.
  public var leastConfidence: Float = 0.5

  /// The support by a cell's own counts under which its label is *unknown*.
  ///
  /// From 0 to 1, where 0 asks for none. The default is 0: at 0.3 most cells of types that the
  /// reference lacks are found where it has none that is close, at the price of 2 to 19% of the cells
  /// of types that it has. A label of which many cells are under ``LowSupport/limit`` is warned of
  /// instead. See ``TransferredLabels/support``.
  public var leastSupport: Float = 0

  /// Whether the radius is found within which each new cell keeps its label: ``CertifiedLabels``.
  ///
  /// The default is `false`. It takes labels and a model that can be certified, and is about the
  /// frozen statistics.
  public var certifiesRadius = false

  /// Whether what is peculiar to each new source is learnt first, with the model frozen.
  ///
  /// The default is `false`. See ``NewSource``: a scale and a shift for each hidden unit
  /// and an offset for each gene; 20 cells of a source at least. The embedding of the reference does
  /// not change.
  public var fineTunes = false

  /// How many visits of cells the fine-tuning of a source takes; at least 1, the default is 50,000.
  public var fineTuningVisits = 50_000

  /// How many cells the start counts as in fine-tuning; at least 0, the default is 4.
  public var fineTuningShrinkage: Float = 4

  /// The seed of the fine-tuning; the default is 0.
  public var seed: UInt64 = 0

  /// The fewest cells of a source that are fine-tuned on.
  public static let leastTunedCells = 20

  /// The smallest share of the model's genes that the new cells must have; the default is 0.5.
  public static let leastGenes = 0.5

  /// The smallest total that is not warned of; the default is 1.
  public var minimumCounts = 1

  /// The most memory for what grows with the data, in bytes; `nil` for half of the machine's.
  public var memory: Int?

  /// Where a scratch file may be made; `nil` for the system's place.
  public var scratchFolder: String?

  /// Makes the default options.
  public init() {}

  /// Checks the values, by themselves and for a model.
  ///
  /// - Throws: ``OptionError``,
  ///   ``UsageError``.
  func validate(for model: Model) throws {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String)
      throws(OptionError)
    {
      guard holds else { throw OptionError(option: name, value: value, expected: expected) }
    }
    try require(
      shrinkage >= 0 && shrinkage.isFinite, "--query-shrinkage", "\(shrinkage)",
      "a number of cells, 0 or more")
    try require(
      clusterShrinkage > 0 && clusterShrinkage.isFinite, "--cluster-shrinkage",
      "\(clusterShrinkage)", "a number of cells above 0")
    try require(neighbours >= 1, "--neighbours", "\(neighbours)", "at least 1")
    try require(
      (0...1).contains(leastConfidence), "--min-confidence", "\(leastConfidence)",
      "a share from 0 to 1")
    try require(
      (0...1).contains(leastSupport), "--min-support", "\(leastSupport)", "a share from 0 to 1")
    guard !certifiesRadius || statistics != .adapted else {
      throw UsageError(
        "'--certified-radius' is not for '--statistics adapted': what is certified is the encoder "
          + "with its frozen statistics, and adapted ones make another function; leave one of the "
          + "two out")
    }
    try require(fineTuningVisits >= 1, "--fine-tune-visits", "\(fineTuningVisits)", "at least 1")
    try require(
      fineTuningShrinkage >= 0 && fineTuningShrinkage.isFinite, "--fine-tune-shrinkage",
      "\(fineTuningShrinkage)", "a number of cells, 0 or more")
    guard !certifiesRadius || !fineTunes else {
      throw UsageError(
        "'--certified-radius' is not for '--fine-tune': what is certified is the encoder as it was "
          + "trained, and a fine-tuned one is another function; leave one of the two out")
    }
    let hasStatistics = model.trained.network.encoderHasStatistics
    let norm = model.trained.network.options.encoderNorm
    switch statistics {
    case nil: break
    case .some(.none):
      try require(
        !hasStatistics, "--statistics", "none",
        "'frozen' or 'adapted': the model's encoder has \(norm.rawValue) norm, which normalizes by "
          + "statistics over cells")
    case .frozen, .adapted:
      try require(
        hasStatistics, "--statistics", statistics?.rawValue ?? "",
        "'none': the model's encoder has \(norm.rawValue) norm, which keeps no statistics")
    }
  }
}
