package import Support

/// An error about a covariate, found before any training.
package enum CovariateError: Error, Equatable, Sendable {
  /// Some cells have no value.
  case missing(name: String, count: Int, cells: Int, firstCell: String)

  /// A value of a continuous covariate is not a finite number.
  case notANumber(name: String, value: String, cell: String)

  /// All cells have the same value.
  case constant(name: String, value: String)

  /// Almost every cell has a level of its own.
  case levelPerCell(name: String, levels: Int, cells: Int)

  /// The column is a batch key, or all cells of each batch have the same value.
  case isBatch(name: String)

  /// The column is that of the labels, or all cells of each label have the same value.
  case isLabel(name: String, labelKey: String)

  /// The batches and other covariates determine the covariate.
  case determined(name: String, by: [String])

  /// The covariates have too many levels in all.
  case tooManyColumns(count: Int, limit: Int)

  /// The decoder's norm takes each batch's own moments, with the covariates' effects in them.
  case unsupportedNorm

  /// A new cell has a level that the model does not know.
  case unknownLevel(name: String, level: String, cell: String, levels: [String])
}

extension CovariateError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .missing(let name, let count, let cells, let firstCell):
      "\(count) of \(cells) cells have no value of the covariate '\(name)', first "
        + "'\(firstCell)'; give them one, or remove them"
    case .notANumber(let name, let value, let cell):
      "the covariate '\(name)' is '\(value)' in cell '\(cell)', and not a finite number; replace it, "
        + "or give `covariates = \(name):categorical`"
    case .constant(let name, let value):
      "the covariate '\(name)' is '\(value)' in all cells, so it has no effect to remove; leave it out"
    case .levelPerCell(let name, let levels, let cells):
      "the covariate '\(name)' has \(levels) levels in \(cells) cells; choose a column whose levels "
        + "have many cells each, or give `covariates = \(name):continuous` if these are numbers"
    case .isBatch(let name):
      "the covariate '\(name)' is the same in all cells of each batch, so its effect cannot be told "
        + "from that of the batches, which is removed anyway; leave it out"
    case .isLabel(let name, let labelKey):
      "the covariate '\(name)' is the same in all cells of each label in '\(labelKey)', so removing "
        + "its effect would remove differences between cell types; leave it out"
    case .determined(let name, let others):
      "the covariate '\(name)' is determined by "
        + listed((others.isEmpty ? [] : others.map { "'\($0)'" }) + ["the batches"])
        + ", so its effect cannot be told from theirs; leave it out"
    case .tooManyColumns(let count, let limit):
      "the covariates have \(count) levels and numbers in all, and at most \(limit) are supported; "
        + "leave out a covariate, or merge levels"
    case .unsupportedNorm:
      "covariates cannot be told apart from batches by `decoderNorm = per-batch`, whose moments hold "
        + "both; give `decoderNorm = matched`, or leave out `covariates`"
    case .unknownLevel(let name, let level, let cell, let levels):
      "the covariate '\(name)' is '\(level)' in cell '\(cell)', which the model was not trained on; it "
        + "knows " + levels.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (levels.count > 5 ? ", …" : "")
    }
  }
}

extension CovariateError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .tooManyColumns, .unsupportedNorm: .usage
    case .missing, .notANumber, .constant, .levelPerCell, .isBatch, .isLabel, .determined,
      .unknownLevel:
      .data
    }
  }
}
