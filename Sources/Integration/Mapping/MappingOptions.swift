public import CountData
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

  /// The support below which a label is *unknown*; 0 to 1.
  ///
  /// The default is 0.2. 0 leaves the decision to ``leastConfidence``. Larger
  /// values recognize more cells of types that the reference lacks, and lose more cells of known
  /// types. See ``TransferredLabels/support``.
  public var leastSupport = LowSupport.limit

  /// A flag that is true to compute the radius within which each new cell keeps its label:
  /// <doc:CertifyingLabels>.
  ///
  /// The default is `false`. It requires labels and a model that can be certified, and applies to
  /// the frozen statistics.
  public var certifiesRadius = false

  /// The embedding of the new cells, for a model of ``IntegrationOptions/fromEmbedding``: a key of
  /// `obsm`, or the path of a text table.
  ///
  /// The default is `nil`, for the key of the reference. The coordinates must be in the space of the
  /// reference, such as projections onto its principal components.
  public var fromEmbedding: String?

  /// The kind of the counts, for a model of peaks; `nil` to find out from the share of even numbers.
  ///
  /// The default is `nil`. See ``IntegrationOptions/peakCounts``.
  public var peakCounts: PeakCounts?

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
      optional: "peakCounts", \.peakCounts, unit: "counts",
      usual: "reads where even numbers dominate; else fragments",
      help: "Counts of peaks, for a model of peaks: reads (or cut sites; two of a fragment, so "
        + "they are halved) or fragments (unchanged)."),
    OptionField(
      optional: "statistics", \.statistics, unit: "statistics",
      usual: "frozen, or none if the model has no statistics",
      uses: .record,
      help: "Statistics by which the encoder normalizes: frozen (those of the model), adapted "
        + "(those of the new cells, shrunk toward the model's), or none (for models with layer or "
        + "group norm)."),
    OptionField(
      "shrinkage", \.shrinkage,
      ValidRange("a number of cells, 0 or more") { $0 >= 0 && $0.isFinite }, unit: "cells",
      key: "query_shrinkage",
      help: "Shrinkage of adapted statistics toward those of the model, and of the alignment's "
        + "common offset toward zero, in pseudo-cells."),
    OptionField(
      "aligns", \.aligns, key: "align", help: "Align the new cells with the reference's clusters."),
    OptionField(
      "clusterShrinkage", \.clusterShrinkage,
      ValidRange("a number of cells above 0") { $0 > 0 && $0.isFinite }, unit: "cells",
      help: "Shrinkage of each cluster's offset toward the common offset, in pseudo-cells."),
    OptionField(
      "neighbours", \.neighbours, ValidRange("at least 1") { $0 >= 1 }, unit: "count",
      uses: .record, help: "Number of nearest reference cells that vote on a label."),
    OptionField(
      "leastConfidence", \.leastConfidence,
      ValidRange("a share from 0 to 1") { (0...1).contains($0) }, unit: "share",
      uses: .record, help: "Share of the votes below which a label is 'unknown', from 0 to 1."),
    OptionField(
      "leastSupport", \.leastSupport, ValidRange("a share from 0 to 1") { (0...1).contains($0) },
      unit: "share",
      uses: .record,
      help: "Support of a label by the counts of the cell and of similar cells of its batch below "
        + "which the label is 'unknown', from 0 to 1, where 1 is the support of a typical cell of the "
        + "label. 0 disables it."),
    OptionField(
      "certifiesRadius", \.certifiesRadius,
      uses: .record,
      help: "Also write a label from the latent means, 'scharmonize_mu_label' in 'obs', and its "
        + "certified radius, 'scharmonize_radius': the label holds while the cell's input log(1 + "
        + "10⁴ x / t) moves by less than the radius in the l2 norm. A radius of 0 certifies "
        + "nothing."),
    OptionField(
      optional: "fromEmbedding", \.fromEmbedding, unit: "key",
      usual: "the key of the reference", uses: .record,
      help: "Embedding of the new cells, for a model of an embedding: a key of 'obsm', or a table "
        + "(.csv, .tsv) with one row per cell; in the space of the reference's embedding."),
    OptionField(
      "minimumCounts", \.minimumCounts, unit: "count",
      uses: .record, help: "Total count of a cell below which a warning is given."),
    OptionField(
      optional: "memory", \.memory, ValidRange("a number of bytes above 0") { $0 >= 1 },
      unit: "size", uses: .record, help: "Memory for data that grows with the input."),
    OptionField(
      optional: "scratchFolder", \.scratchFolder, unit: "folder",
      uses: .record, help: "Folder for scratch files, which should be on a disk."),
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
    guard fromEmbedding == nil else {
      throw UsageError(
        "`fromEmbedding` is for a model of an embedding, and this one was trained on counts; leave it "
          + "out")
    }
    guard !certifiesRadius || statistics != .adapted else {
      throw UsageError(
        "`certifiesRadius` cannot be combined with `statistics = adapted`: the certificate covers "
          + "the encoder with its frozen statistics only; leave one of the two out")
    }
    let hasStatistics = model.trained.network.encoderHasStatistics
    let norm = model.trained.network.options.encoderNorm
    switch statistics {
    case nil: break
    case .some(.none):
      try require(
        !hasStatistics, "statistics", "none",
        "'frozen' or 'adapted': the model's encoder has \(norm.spelling) norm, which normalizes by "
          + "statistics over cells")
    case .frozen, .adapted:
      try require(
        hasStatistics, "statistics", statistics?.rawValue ?? "",
        "'none': the model's encoder has \(norm.spelling) norm, which has no statistics")
    }
  }
}

extension MappingOptions: DescribedOptions {}
