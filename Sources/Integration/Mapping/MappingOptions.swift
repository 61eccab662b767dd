package import Support
internal import NeuralNet

/// Options for mapping new cells to the embedding of a model.
public struct MappingOptions: Equatable, Sendable, Codable {
  /// The statistics by which the encoder normalizes new cells.
  public enum Statistics: String, Sendable, Codable, CaseIterable {
    /// The mixture's running statistics from the training.
    case frozen

    /// The statistics of all new cells of a file, shrunk toward the mixture's.
    case adapted

    /// No statistics, for models with layer or group norm.
    case none
  }

  /// The statistics by which the encoder normalizes.
  ///
  /// The default is `nil`, for ``Statistics/frozen``, or ``Statistics/none`` if the model has no
  /// statistics.
  public var statistics: Statistics?

  /// The weight of the model's own statistics in cells, relative to the new cells; at least 0.
  ///
  /// The default is 100. In the alignment it is the weight, in cells, of the prior that there is no
  /// common offset.
  public var shrinkage: Float = 100

  /// A flag that is true to align the new cells with the reference's clusters.
  ///
  /// The default is `true`; a model without clusters is not aligned.
  public var aligns = true

  /// The weight of the common offset in each cluster's own offset, in cells; above 0.
  ///
  /// The default is 5.
  public var clusterShrinkage: Float = 5

  /// The number of reference cells that vote on a label; the default is 30.
  public var neighbours = 30

  /// The share of the votes below which a label is *unknown*; 0 to 1.
  ///
  /// The default is 0.5.
  public var leastConfidence: Float = 0.5

  /// The support by a cell's own counts below which its label is *unknown*; 0 to 1.
  ///
  /// The default is 0, which disables it. With 0.3, most cells of types without a close relative in
  /// the reference are recognized, but 2% to 19% of the cells of known types are lost. A warning is
  /// given instead for labels of which many cells are below ``LowSupport/limit``. See
  /// ``TransferredLabels/support``.
  public var leastSupport: Float = 0

  /// A flag that is true to compute the radius within which each new cell keeps its label:
  /// ``CertifiedLabels``.
  ///
  /// The default is `false`. It requires labels and a model that can be certified, and applies to
  /// the frozen statistics.
  public var certifiesRadius = false

  /// A flag that is true to fine-tune on each new batch first, with the model frozen.
  ///
  /// The default is `false`. See ``NewBatch``: it trains a scale and a shift for each hidden unit
  /// and an offset for each gene, and needs at least 20 cells of a batch. The embedding of the
  /// reference does not change.
  public var fineTunes = false

  /// The number of cells processed in the fine-tuning of a batch, counting repetitions; at least 1.
  ///
  /// The default is 50,000.
  public var fineTuningVisits = 50_000

  /// The weight of the start in fine-tuning, in cells; at least 0.
  ///
  /// The default is 4.
  public var fineTuningShrinkage: Float = 4

  /// The seed of the fine-tuning.
  ///
  /// The default is 0.
  public var seed: UInt64 = 0

  /// The minimum number of cells of a batch for fine-tuning.
  package static let leastTunedCells = 20

  /// The minimum share of the model's genes that the new cells must have: 0.5.
  package static let leastGenes = 0.5

  /// The total count of a cell below which a warning is given.
  ///
  /// The default is 1.
  public var minimumCounts = 1

  /// The bytes of memory for data that grows with the input; `nil`, the default, for half of the
  /// machine's memory.
  public var memory: Int?

  /// The folder for a scratch file; `nil`, the default, for the system's folder.
  public var scratchFolder: String?

  /// Makes the default options.
  public init() {}

  package static let fields: [OptionField<Self>] = [
    OptionField(
      optional: "statistics", \.statistics, unit: "which", usual: "frozen, or none",
      uses: .record,
      help: "The statistics the encoder normalizes by: the model's, those of the new cells shrunk "
        + "toward them, or none, for models with layer or group norm."),
    OptionField(
      "shrinkage", \.shrinkage,
      ValidRange("a number of cells, 0 or more") { $0 >= 0 && $0.isFinite }, unit: "cells",
      key: "query_shrinkage",
      help: "How many cells the model's statistics count as in adapted ones, and no common offset "
        + "in the alignment."),
    OptionField(
      "aligns", \.aligns, key: "align", help: "Bring the new cells onto the reference's clusters."),
    OptionField(
      "clusterShrinkage", \.clusterShrinkage,
      ValidRange("a number of cells above 0") { $0 > 0 && $0.isFinite }, unit: "cells",
      help: "How many cells the common offset counts as in each cluster's."),
    OptionField(
      "neighbours", \.neighbours, ValidRange("at least 1") { $0 >= 1 }, unit: "count",
      uses: .record, help: "How many nearest cells vote on a label."),
    OptionField(
      "leastConfidence", \.leastConfidence,
      ValidRange("a share from 0 to 1") { (0...1).contains($0) }, unit: "share",
      uses: .record, help: "The share of the votes under which a label is 'unknown'."),
    OptionField(
      "leastSupport", \.leastSupport, ValidRange("a share from 0 to 1") { (0...1).contains($0) },
      unit: "share",
      uses: .record,
      help: "How much of what sets its label apart a cell's own counts must show, or it is "
        + "'unknown': 1 is what a cell of the label shows, 0 asks for nothing."),
    OptionField(
      "certifiesRadius", \.certifiesRadius,
      uses: .record,
      help: "Also label by the latent means, 'scharmonize_mu_label' in 'obs', and write the radius "
        + "within which that label holds, 'scharmonize_radius': how far the input log(1 + 10⁴ x / t) "
        + "of a cell may move in l2. 0 where nothing can be said."),
    OptionField(
      "fineTunes", \.fineTunes,
      uses: .record,
      help:
        "Learn a scale and a shift of each hidden unit and an offset of each gene for every new "
        + "batch of 20 cells or more, with all else frozen, before its cells are placed."),
    OptionField(
      "fineTuningVisits", \.fineTuningVisits, ValidRange("at least 1") { $0 >= 1 },
      unit: "visits", uses: .record, help: "How many cell visits that takes for a batch."),
    OptionField(
      "fineTuningShrinkage", \.fineTuningShrinkage,
      ValidRange("a number of cells, 0 or more") { $0 >= 0 && $0.isFinite }, unit: "cells",
      uses: .record, help: "How many cells the model's own values count as in it."),
    OptionField(
      "seed", \.seed, unit: "number", uses: .record, help: "The seed of the fine-tuning."),
    OptionField(
      "minimumCounts", \.minimumCounts, unit: "count",
      uses: .record, help: "The smallest total that is not warned of."),
    OptionField(
      optional: "memory", \.memory, ValidRange("a number of bytes above 0") { $0 >= 1 },
      unit: "size", uses: .record, help: "How much memory to take for what grows with the data."),
    OptionField(
      optional: "scratchFolder", \.scratchFolder, unit: "folder",
      uses: .record, help: "The folder for a scratch file, on a disk."),
  ]

  /// Checks that the values are valid, also for the given model.
  ///
  /// - Throws: ``OptionError``,
  ///   ``UsageError``.
  func validate(for model: Model) throws {
    func require(_ holds: Bool, _ name: String, _ value: String, _ expected: String)
      throws(OptionError)
    {
      guard holds else { throw OptionError(option: name, value: value, expected: expected) }
    }
    try checkRanges()
    guard !certifiesRadius || statistics != .adapted else {
      throw UsageError(
        "`certifiesRadius` cannot be combined with `statistics = adapted`: the certificate covers "
          + "the encoder with its frozen statistics only; leave one of the two out")
    }
    guard !certifiesRadius || !fineTunes else {
      throw UsageError(
        "`certifiesRadius` cannot be combined with `fineTunes`: the certificate covers the encoder "
          + "as it was trained only; leave one of the two out")
    }
    let hasStatistics = model.trained.network.encoderHasStatistics
    let norm = model.trained.network.options.encoderNorm
    switch statistics {
    case nil: break
    case .some(.none):
      try require(
        !hasStatistics, "statistics", "none",
        "'frozen' or 'adapted': the model's encoder has \(norm.rawValue) norm, which normalizes by "
          + "statistics over cells")
    case .frozen, .adapted:
      try require(
        hasStatistics, "statistics", statistics?.rawValue ?? "",
        "'none': the model's encoder has \(norm.rawValue) norm, which has no statistics")
    }
  }
}

extension MappingOptions: DescribedOptions {}
