internal import HDF5

/// A table about cells or genes, in whatever way a format stores it.
protocol ColumnTable: Sendable {
  /// What messages call the table, such as `obs`.
  var name: String { get }

  /// The names of the columns without that of the rows' names, in the order they are shown in.
  var columns: [String] { get }

  /// Returns whether a column that ``columns`` does not list is read where it is asked for.
  func reads(_ column: String) -> Bool

  /// Reads a column.
  ///
  /// - Parameters:
  ///   - column: One of ``columns``.
  ///   - path: The file's path.
  /// - Returns: Its values, one for each row.
  /// - Throws: `HDF5Error` and ``CellFileError``, where it is damaged.
  func column(_ column: String, ofFileAt path: String) throws -> Column
}

extension ColumnTable {
  func reads(_ column: String) -> Bool { false }
}

extension Table: ColumnTable {
  func column(_ column: String, ofFileAt path: String) throws -> Column {
    try self.column(column, in: File(readingAt: path))
  }
}

/// A table that is small enough to be held, or that a text file said.
struct HeldTable: ColumnTable {
  let name: String
  let frame: DataFrame

  var columns: [String] { frame.columns.map(\.name) }

  func column(_ column: String, ofFileAt path: String) throws -> Column {
    guard let held = frame[column] else {
      throw CellFileError.noSuchColumn(
        path: path, table: name, column: column, columns: columns, candidates: [])
    }
    return held
  }
}

/// A table about cells with columns that another file added.
///
/// Added columns come first, and take the place of those of the same names.
struct ExtendedTable: ColumnTable {
  let own: (any ColumnTable)?
  let added: DataFrame

  var name: String { own?.name ?? "obs" }

  var columns: [String] {
    let names = added.columns.map(\.name)
    return names + (own?.columns ?? []).filter { !names.contains($0) }
  }

  func reads(_ column: String) -> Bool { own?.reads(column) ?? false }

  func column(_ column: String, ofFileAt path: String) throws -> Column {
    if let added = added[column] { return added }
    return try (own ?? HeldTable(name: name, frame: added)).column(column, ofFileAt: path)
  }
}
