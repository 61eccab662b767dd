package import Support

/// An error about the sizes of cells, found before any training.
package enum SizeFactorError: Error, Equatable, Sendable {
  /// The column does not exist in a file, or in cells in memory if `part` is `nil`; `numeric` are the
  /// columns of numbers there.
  case noColumn(column: String, part: String?, numeric: [String])

  /// Some cells have no size.
  case missing(column: String, count: Int, cells: Int, firstCell: String)

  /// Some values are not finite numbers above 0.
  case notAbove0(
    column: String, value: String, isNumber: Bool, count: Int, cells: Int, firstCell: String)

  /// A size is far from all others.
  case outOfRange(column: String, value: Double, cell: String, median: Double, ratio: Int)

  /// Another option leaves nothing to be divided by sizes.
  case unsupported(setting: String, instead: String)

  /// The model was trained with sizes, and those of new cells cannot be read.
  indirect case ofModel(SizeFactorError)
}

extension SizeFactorError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .noColumn(let column, let part, let numeric):
      (part.map { "'\($0)' has" } ?? "the cells have") + " no column '\(column)' for `sizeFactor`; "
        + (numeric.isEmpty
          ? "no column of 'obs' holds numbers"
          : "columns of numbers are " + numeric.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
            + (numeric.count > 10 ? ", …" : ""))
    case .missing(let column, let count, let cells, let firstCell):
      "\(count) of \(cells) cells have no value of the size factor '\(column)', first '\(firstCell)'; "
        + "give them one, or remove them"
    case .notAbove0(let column, let value, let isNumber, let count, let cells, let firstCell):
      "the size factor '\(column)' is '\(value)' in cell '\(firstCell)', and not "
        + (isNumber ? "a finite number above 0" : "a number")
        + (count == cells
          ? ", as in all other cells; give a column such as the area of each cell"
          : " (\(count) of \(cells) cells in all); replace it, or remove the cells")
    case .outOfRange(let column, let value, let cell, let median, let ratio):
      "the size factor '\(column)' is \(value) in cell '\(cell)', and its median is "
        + "\(shortened(median)); sizes may differ from it by a factor of \(grouped(ratio)) at most, so "
        + "correct it, or remove the cell"
    case .unsupported(let setting, let instead):
      "\(setting), so `sizeFactor` has no effect; leave out one of `sizeFactor` and \(instead)"
    case .ofModel(let error):
      "the model was trained with a size factor, which new cells need as well: \(error)"
    }
  }
}

extension SizeFactorError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .unsupported = self { return .usage }
    return .data
  }
}
