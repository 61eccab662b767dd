internal import CountData
internal import Support

extension GivenColumns {
  /// Returns the columns with one more covariate: the logarithm of the number of fragments of cells of peaks.
  ///
  /// The number of peaks seen in a cell grows with its depth, which moves its latent position. The decoder
  /// receives the depth, and the alignment removes what is left of it in each cluster. Where its effect
  /// cannot be told from others, as in cells of equal depth, it is left out with a notice.
  ///
  /// - Parameters:
  ///   - cells: The cells, with the column ``CellDataset/depthColumn``.
  ///   - options: The options of the run.
  ///   - diagnostics: Receives a notice.
  /// - Returns: The columns.
  /// - Throws: Errors of reading other columns.
  func withDepth(
    of cells: CellDataset, _ options: IntegrationOptions, _ diagnostics: inout Diagnostics
  ) throws -> GivenColumns {
    let name = CellDataset.depthColumn
    var options = options
    options.covariates = (options.covariates ?? []).filter { $0.name != name }
    options.covariates?.append(CovariateKey(name, kind: .continuous))
    do {
      let columns = try GivenColumns(options, of: cells)
      diagnostics.notices.append(
        "the effect of the number of fragments of each cell is removed as that of a covariate, "
          + "'\(name)'")
      return columns
    } catch let error as CovariateError {
      diagnostics.notices.append(
        "the effect of the number of fragments of each cell is not removed: \(error)")
      return self
    }
  }
}
