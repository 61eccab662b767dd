/// Why an embedding could not be judged.
public enum EvaluationError: Error, Equatable, Sendable {
  /// An embedding or a column has another number of cells than the sources.
  case cellCount(name: String, found: Int, expected: Int)

  /// Cells have no source; `first` is the row of the first one.
  case missingSources(count: Int, first: Int)

  /// Fewer than two sources are left, so there is nothing to mix.
  case oneSource(name: String?)

  /// No cell has a label that counts.
  case noLabels(leftOut: [String])

  /// All cells that are judged have one label, so there is nothing to keep apart.
  case oneLabel(name: String)

  /// Every cell that is judged has a label of its own.
  case labelPerCell(labels: Int)

  /// An embedding holds numbers that are infinite, NaN, or beyond 1e15.
  case notFinite(name: String, count: Int, firstRow: Int, firstColumn: Int)

  /// An embedding has no dimensions.
  case noDimensions(name: String)
}

extension EvaluationError: CustomStringConvertible {
  /// One sentence that names the object and what was found.
  public var description: String {
    switch self {
    case .cellCount(let name, let found, let expected):
      "'\(name)' has \(found) cells, but there are sources for \(expected)"
    case .missingSources(let count, let first):
      "\(count) cells have no source, the first one in row \(first); give every cell one"
    case .oneSource(nil):
      "there are no cells to evaluate"
    case .oneSource(let name?):
      "all cells are of one source, '\(name)'; mixing needs at least two"
    case .noLabels(let leftOut):
      "no cell has a label other than \(leftOut.map { "'\($0)'" }.joined(separator: ", ")); "
        + "evaluate without labels instead"
    case .oneLabel(let name):
      "all cells have one label, '\(name)'; the scores of labels need at least two, so choose "
        + "another column, or evaluate without labels"
    case .labelPerCell(let labels):
      "there are \(labels) labels for as many cells; choose a column that names the cell type of many "
        + "cells, or evaluate without labels"
    case .notFinite(let name, let count, let row, let column):
      "'\(name)' has \(count) values that are NaN, infinite or beyond 1e15, "
        + "the first one in row \(row), column \(column)"
    case .noDimensions(let name):
      "'\(name)' has no columns"
    }
  }
}
