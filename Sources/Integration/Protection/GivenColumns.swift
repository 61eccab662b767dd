internal import CountData
internal import Support

/// The columns of `obs` that decide a result besides the batches.
struct GivenColumns: Sendable {
  /// The covariates; `nil` without.
  var covariates: Covariates?

  /// The protected levels; `nil` without.
  var protected: ProtectedLevels?

  /// The labels within which batches are compared; `nil` without.
  var labels: TrainingLabels?

  /// The sizes by which counts are divided; `nil` for totals.
  var sizes: SizeFactors?

  /// The warnings and notices about all.
  private(set) var diagnostics = Diagnostics()

  /// A flag that is true if there are none.
  var isEmpty: Bool { covariates == nil && protected == nil && labels == nil && sizes == nil }

  /// Takes no columns.
  init() {}

  /// Reads and checks the columns that the options name.
  ///
  /// - Parameters:
  ///   - options: The options of the run.
  ///   - cells: The cells.
  /// - Throws: ``CovariateError``, ``ProtectionError``, ``TrainingLabelError``,
  ///   ``SizeFactorError``; errors of reading the columns.
  init(_ options: IntegrationOptions, of cells: CellDataset) throws {
    sizes = try SizeFactors(options, of: cells)
    covariates = try Covariates(options, of: cells)
    protected = try ProtectedLevels(options, of: cells)
    labels = try TrainingLabels(options, of: cells)
    let all = [covariates?.diagnostics, protected?.diagnostics, labels?.diagnostics]
    for found in all.compactMap(\.self) {
      diagnostics.warnings += found.warnings
      diagnostics.notices += found.notices
    }
    diagnostics.notices += [sizes?.notice].compactMap(\.self)
    try compare()
  }

  /// Checks that no covariate goes with the protected levels.
  private mutating func compare() throws {
    guard let covariates, let protected else { return }
    let association = GroupAssociation(
      covariates.design, covariates.encodings, groups: protected.ofCell,
      groupCount: protected.names.count)
    for (index, encoding) in covariates.encodings.enumerated() {
      guard association.sharesWithin[index] >= 1e-9 else {
        throw ProtectionError.isCovariate(name: encoding.name, column: protected.column)
      }
      let strength = association.strengths[index]
      if strength >= encoding.kind.strongAssociation {
        diagnostics.warnings.append(
          "the covariate '\(encoding.name)' and the protected '\(protected.column)' are confounded ("
            + covariates.records[index].association(strength)
            + "); removing the one may remove differences of the other")
      }
    }
  }
}
