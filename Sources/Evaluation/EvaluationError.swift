package import Support

/// The reason why an embedding could not be evaluated.
package enum EvaluationError: Error, Equatable, Sendable {
  /// The number of cells of an embedding or a column differs from that of the batches.
  case cellCount(name: String, found: Int, expected: Int)

  /// Some cells have no batch; `first` is the row of the first one.
  case missingBatches(count: Int, first: Int)

  /// Fewer than two batches remain, so there is nothing to mix.
  case oneBatch(name: String?)

  /// No cell has a usable label.
  case noLabels(leftOut: [String])

  /// All evaluated cells have the same label, so there is nothing to separate.
  case oneLabel(name: String)

  /// Every evaluated cell has a different label.
  case labelPerCell(labels: Int)

  /// An embedding has values that are infinite, NaN, or beyond 1e15.
  case notFinite(name: String, count: Int, firstRow: Int, firstColumn: Int)

  /// An embedding has no dimensions.
  case noDimensions(name: String)
}

extension EvaluationError: CustomStringConvertible {
  /// One sentence that names the object and the finding.
  package var description: String {
    switch self {
    case .cellCount(let name, let found, let expected):
      "'\(name)' has \(found) cells, but batches are given for \(expected)"
    case .missingBatches(let count, let first):
      "\(count) cells have no batch, first in row \(first); give every cell a batch"
    case .oneBatch(nil):
      "there are no cells to evaluate"
    case .oneBatch(let name?):
      "all cells belong to one batch, '\(name)'; mixing needs at least two"
    case .noLabels(let leftOut):
      "no cell has a label other than \(leftOut.map { "'\($0)'" }.joined(separator: ", ")); "
        + "evaluate without labels instead"
    case .oneLabel(let name):
      "all cells have one label, '\(name)'; the scores of labels need at least two, so choose "
        + "another column, or evaluate without labels"
    case .labelPerCell(let labels):
      "there are \(labels) labels for as many cells; choose a column whose labels have many cells each, "
        + "or evaluate without labels"
    case .notFinite(let name, let count, let row, let column):
      "'\(name)' has \(count) values that are NaN, infinite or beyond 1e15, "
        + "first in row \(row), column \(column)"
    case .noDimensions(let name):
      "'\(name)' has no columns"
    }
  }
}

extension EvaluationError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    .data
  }
}
