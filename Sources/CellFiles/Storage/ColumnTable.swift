internal import HDF5

/// A table about cells or genes, independent of its storage.
protocol ColumnTable: Sendable {
  /// The table's name in messages, such as `obs`.
  var name: String { get }

  /// The names of the columns in display order, without the index.
  var columns: [String] { get }

  /// Returns whether a column that ``columns`` does not list can be read on request.
  func reads(_ column: String) -> Bool

  /// Reads a column.
  ///
  /// - Parameters:
  ///   - column: One of ``columns``.
  ///   - path: The file's path.
  /// - Returns: The values, one per row.
  /// - Throws: `HDF5Error` and ``CellFileError`` if it is damaged.
  func column(_ column: String, ofFileAt path: String) throws -> Column
}

extension ColumnTable {
  func reads(_ column: String) -> Bool { false }
}

extension Table: ColumnTable {
  func column(_ column: String, ofFileAt path: String) throws -> Column {
    try self.column(column, in: Container(readingAt: path))
  }
}

/// A table held in memory, either small or read from a text file.
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

/// A table about cells, extended by columns from another file.
///
/// Added columns come first and replace columns of the same names.
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
