public import CellFiles
package import CountData
internal import NeuralNet
package import Support

extension IntegrationOptions {
  /// The number of peaks to select.
  package static let peakCount = 10_000

  /// The dropout rate for proteins.
  package static let proteinDropout: Float = 0

  /// The exponent of the components' standard deviations for proteins.
  package static let proteinScaling: Float = 0.5

  /// The options with other defaults for some kinds that were given, so that they are kept.
  ///
  /// `nil` is for an option that was given if it differs from the usual one.
  package struct GivenDefaults {
    /// `true` if ``geneCount`` was given.
    package var count: Bool?

    /// `true` if the loss was given.
    package var loss: Bool?

    /// `true` if the dropout rate was given.
    package var dropout: Bool?

    /// `true` if ``componentScaling`` was given.
    package var scaling: Bool?

    /// Makes options that were given if they differ from the usual ones.
    package init(
      count: Bool? = nil, loss: Bool? = nil, dropout: Bool? = nil, scaling: Bool? = nil
    ) {
      (self.count, self.loss, self.dropout, self.scaling) = (count, loss, dropout, scaling)
    }
  }

  /// Makes the default options for a kind of features, which they name.
  ///
  /// - Parameter kind: The kind. For peaks, ``geneCount`` is 10,000 and the loss
  ///   ``ReconstructionLoss/poisson``. For proteins, there is no dropout and ``componentScaling`` is 0.5.
  public init(for kind: FeatureKind) {
    self.init()
    featureKind = kind
    setDefaults(of: kind, keeping: GivenDefaults())
  }

  /// Sets options to their defaults for a kind of features, except those that were given.
  private mutating func setDefaults(of kind: FeatureKind, keeping given: GivenDefaults) {
    let usual = IntegrationOptions()
    switch kind {
    case .genes: break
    case .peaks:
      if !(given.count ?? (geneCount != usual.geneCount)) { geneCount = Self.peakCount }
      if !(given.loss ?? (model.loss != usual.model.loss)) { model.loss = .poisson }
    case .proteins:
      if !(given.dropout ?? (model.dropout != usual.model.dropout)) {
        model.dropout = Self.proteinDropout
      }
      if !(given.scaling ?? (componentScaling != usual.componentScaling)) {
        componentScaling = Self.proteinScaling
      }
    }
  }

  /// Takes the kind of some cells where the options name none, with its defaults.
  ///
  /// Genes leave the options as they are, and so do peaks whose values are not counts.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - given: The options that were given, although they may equal the usual ones. The default is
  ///     those that differ from them.
  /// - Throws: `UsageError` if options do not fit the kind.
  package mutating func adapt(
    to cells: CellDataset, keeping given: GivenDefaults = GivenDefaults()
  ) throws(UsageError) {
    let hasValues = model.loss == .meanSquaredError
    if featureKind == nil, fromEmbedding == nil,
      cells.featureKind == .proteins || cells.featureKind == .peaks && !hasValues
    {
      featureKind = cells.featureKind
      setDefaults(of: cells.featureKind, keeping: given)
    }
    guard featureKind == .peaks else {
      guard peakCounts == nil else {
        throw UsageError(
          "`peakCounts` is for peaks, and "
            + (hasValues
              ? "values of `loss = mse` are used unchanged"
              : "the features are \(cells.feature.plural)")
            + "; leave it out, or give `featureKind = peaks`")
      }
      return
    }
    guard !hasValues else {
      throw UsageError(
        "`loss = mse` takes values of any scale unchanged, and peaks are counts; leave out one of "
          + "`loss = mse` and `featureKind = peaks`")
    }
  }
}

extension CellDataset {
  /// Returns the cells as an integration with the default options counts them, and these options.
  ///
  /// - Returns: Peaks with counts of fragments; genes unchanged.
  /// - Throws: Errors of reading, and of counting fragments.
  func countedByDefault() throws -> (cells: CellDataset, options: IntegrationOptions) {
    var options = IntegrationOptions()
    try options.adapt(to: self)
    return (
      options.featureKind == .peaks ? try countingFragments(nil).cells : self, options
    )
  }
}
