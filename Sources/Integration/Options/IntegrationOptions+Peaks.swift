public import CellFiles
package import CountData
internal import NeuralNet
package import Support

extension IntegrationOptions {
  /// The number of peaks to select.
  package static let peakCount = 10_000

  /// Makes the default options for a kind of features, which they name.
  ///
  /// - Parameter kind: The kind. For peaks, ``geneCount`` is 10,000 and the loss
  ///   ``ReconstructionLoss/poisson``.
  public init(for kind: FeatureKind) {
    self.init()
    featureKind = kind
    if kind == .peaks { setPeakDefaults(geneCount: true, loss: true) }
  }

  /// Sets options to their defaults for peaks.
  private mutating func setPeakDefaults(geneCount setsCount: Bool, loss setsLoss: Bool) {
    if setsCount { geneCount = Self.peakCount }
    if setsLoss { model.loss = .poisson }
  }

  /// Takes the kind of some cells where the options name none, with its defaults.
  ///
  /// Genes leave the options as they are.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - keepsCount: `true` if ``geneCount`` was given. The default is `nil`: if it differs from the
  ///     default.
  ///   - keepsLoss: `true` if the loss was given. The default is `nil`: if it differs from the default.
  /// - Throws: `UsageError` if options do not fit the kind.
  package mutating func adapt(
    to cells: CellDataset, keepsCount: Bool? = nil, keepsLoss: Bool? = nil
  ) throws(UsageError) {
    let hasValues = model.loss == .meanSquaredError
    if featureKind == nil, cells.featureKind == .peaks, !hasValues, fromEmbedding == nil {
      let usual = IntegrationOptions()
      featureKind = .peaks
      setPeakDefaults(
        geneCount: !(keepsCount ?? (geneCount != usual.geneCount)),
        loss: !(keepsLoss ?? (model.loss != usual.model.loss)))
    }
    guard featureKind == .peaks else {
      guard peakCounts == nil else {
        throw UsageError(
          "`peakCounts` is for peaks, and "
            + (hasValues
              ? "values of `loss = mse` are used unchanged" : "the features are genes")
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
