package import Support

/// An error about the labels of a training, found before any training.
package enum TrainingLabelError: Error, Equatable, Sendable {
  /// No cell has a label.
  case noLabel(column: String, cells: Int)

  /// All labelled cells have the same label.
  case oneLabel(column: String, label: String, cells: Int)

  /// No two levels of a batch key share a label.
  case isBatch(column: String, labels: Int)

  /// The labels are more than a column of cell types has.
  case tooManyLabels(column: String, labels: Int, cells: Int, limit: Int)

  /// The column is a batch key.
  case isBatchKey(column: String)

  /// No cell has the text that is to stand for a missing label.
  case noSuchPlaceholder(column: String, text: String, names: [String])

  /// All cells belong to one batch.
  case oneBatch(column: String)

  /// The batches cannot be compared by expression.
  case tooFewGenes(column: String, genes: Int, fewest: Int)

  /// Another option cannot be combined with labels.
  case unsupported(setting: String, instead: String)
}

extension TrainingLabelError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .noLabel(let column, let cells):
      "none of the \(cells) cells has a label in '\(column)'; give some cells a label, or leave out "
        + "`trainLabels`"
    case .oneLabel(let column, let label, let cells):
      "all \(cells) labelled cells have the label '\(label)' in '\(column)', which tells no cells apart; "
        + "give a column with two labels or more, or leave out `trainLabels`"
    case .isBatch(let column, let labels):
      "no two batches share one of the \(labels) labels in '\(column)', so the labels match no cells of "
        + "different batches; give a column with cell types, or leave out `trainLabels`"
    case .isBatchKey(let column):
      "'\(column)' is the column of the batches, and labels match cells of different batches; give a "
        + "column with cell types, or leave out `trainLabels`"
    case .noSuchPlaceholder(let column, let text, let names):
      "no cell has '\(text)' in '\(column)', which has "
        + names.prefix(5).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        + "; correct `unlabelled`, or leave it out"
    case .tooManyLabels(let column, let labels, let cells, let limit):
      "'\(column)' has \(labels) labels in \(cells) labelled cells, and at most \(limit) are supported, "
        + "of two cells or more on average; give a column with cell types"
    case .oneBatch(let column):
      "all cells belong to one batch, so the labels in '\(column)' match nothing; leave out "
        + "`trainLabels`, or give `batchKey`"
    case .tooFewGenes(let column, let genes, let fewest):
      "batches share \(genes) of the model's genes, and comparing them by the labels in '\(column)' "
        + "takes \(fewest); leave out `trainLabels`, or use more genes"
    case .unsupported(let setting, let instead):
      "\(setting) cannot be combined with `trainLabels`; \(instead)"
    }
  }
}

extension TrainingLabelError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .unsupported = self { return .usage }
    return .data
  }
}
