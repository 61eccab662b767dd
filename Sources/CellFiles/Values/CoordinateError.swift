package import Support

/// The reason why coordinates of cells could not be read.
package enum CoordinateError: Error, Equatable, Sendable {
  /// The coordinates of two files have different numbers of dimensions.
  case dimensionsDiffer(object: String, first: String, count: Int, second: String, other: Int)

  /// Some coordinates are NaN or infinite; the first is that of `cell` in column `column`.
  case notFinite(path: String, object: String, count: Int, cell: String, column: String)

  /// A text table has no row for some cells.
  case cellsMissing(table: String, count: Int, cells: Int, first: String, row: String)

  /// A text table has two rows of a cell.
  case repeatedCell(table: String, cell: String)

  /// A field of a text table is not a number.
  case notANumber(table: String, cell: String, column: String, found: String)

  /// The first line of a text table is the row of a cell, not a heading.
  case noHeading(table: String, cell: String)

  /// The counts of a file are asked for, but were not opened.
  case countsNotRead(path: String)

  /// A text table has only one column.
  case noColumns(table: String)
}

extension CoordinateError: CustomStringConvertible {
  /// One sentence with the finding, its place, and what to do.
  package var description: String {
    switch self {
    case .dimensionsDiffer(let object, let first, let count, let second, let other):
      "'\(object)' has \(counted(count, "dimension")) in '\(first)' and \(other) in '\(second)'; "
        + "give coordinates that were computed for all files together"
    case .notFinite(let path, let object, let count, let cell, let column):
      "\(object) in '\(path)' holds \(counted(count, "value")) that \(count == 1 ? "is" : "are") NaN "
        + "or infinite, first in cell '\(cell)', \(column); remove these cells or replace the values"
    case .cellsMissing(let table, let count, let cells, let first, let row):
      "'\(table)' has no row for \(count) of \(counted(cells, "cell")), such as '\(first)'; its rows "
        + "are named like '\(row)'; give a row for each cell, with the cell's name in the first column"
    case .repeatedCell(let table, let cell):
      "'\(table)' has two rows of the cell '\(cell)'; give one row for each cell"
    case .notANumber(let table, let cell, let column, let found):
      "'\(found)' in column \(column) of '\(table)', row '\(cell)', is not a number; give the cells' "
        + "names in the first column and numbers in all others"
    case .noHeading(let table, let cell):
      "the first line of '\(table)' is the row of the cell '\(cell)'; give a heading as the first line"
    case .countsNotRead(let path):
      "the counts of '\(path)' were not opened; give `fromEmbedding` to integrate an embedding, or "
        + "read the file with its counts"
    case .noColumns(let table):
      "'\(table)' has only one column; give the cells' names in the first column and their "
        + "coordinates in the others, separated by tabs or commas"
    }
  }
}

extension CoordinateError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory { .data }
}
