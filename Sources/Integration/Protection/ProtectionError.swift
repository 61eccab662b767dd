internal import NeuralNet
package import Support

/// An error about the factor to protect, found before any training.
package enum ProtectionError: Error, Equatable, Sendable {
  /// Some cells have no level.
  case missing(column: String, count: Int, cells: Int, firstCell: String)

  /// All cells have the same level.
  case oneLevel(column: String, level: String)

  /// No two batches share a level.
  case isBatch(column: String, levels: Int)

  /// A covariate is the same in all cells of each level.
  case isCovariate(name: String, column: String)

  /// Another option removes what is to stay.
  case unsupported(column: String, setting: String, instead: String)
}

extension ProtectionError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .missing(let column, let count, let cells, let firstCell):
      "\(count) of \(cells) cells have no level of the protected '\(column)', first '\(firstCell)'; "
        + "give them one, or remove them"
    case .oneLevel(let column, let level):
      "the protected '\(column)' is '\(level)' in all cells, so it has no differences; leave it out"
    case .isBatch(let column, let levels):
      "no two batches share one of the \(levels) levels of the protected '\(column)', so nothing could "
        + "be corrected; protect a factor with several batches in a level, or give other batches"
    case .isCovariate(let name, let column):
      "the covariate '\(name)' is the same in all cells of each level of the protected '\(column)', "
        + "so its effect cannot be removed while those differences stay; leave one of them out"
    case .unsupported(let column, let setting, let instead):
      "\(setting) would remove differences between the levels of the protected '\(column)'; \(instead)"
    }
  }
}

extension ProtectionError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .unsupported = self { return .usage }
    return .data
  }
}
