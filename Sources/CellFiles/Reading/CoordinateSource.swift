internal import Support

/// The place of coordinates that cells already have.
package enum CoordinateSource: Equatable, Sendable {
  /// A table in `obsm` of each file, such as `X_pca`.
  case obsm(String)

  /// A text table with one row per cell and the cells' names in the first column.
  case table(String)

  /// The endings of the names of text tables.
  private static let endings = [".csv", ".tsv", ".txt"].flatMap { [$0, $0 + ".gz"] }

  /// Interprets a name: with the ending of a text table it is a path, otherwise a key of `obsm`.
  package init(_ name: String) {
    let isPath = Self.endings.contains { name.lowercased().hasSuffix($0) }
    self = isPath ? .table(name) : .obsm(name)
  }

  /// Reads the coordinates of the cells of all files.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - cellNames: The names of the cells of all files; `(n)`.
  /// - Returns: The coordinates, `(n, d)`, and notices about them, one sentence each.
  /// - Throws: ``CoordinateError``, ``CellFileError`` and `HDF5Error` if a file lacks them or they
  ///   are not finite numbers.
  package func coordinates(
    of files: [CellFile], cellNames: CellNames
  ) throws -> (table: DenseTable, notices: [String]) {
    switch self {
    case .obsm(let key): (try Self.joined(key, of: files), [])
    case .table(let path): try Self.read(path, cellNames)
    }
  }

  /// Reads a table of `obsm` of each file.
  private static func joined(_ key: String, of files: [CellFile]) throws -> DenseTable {
    var values: [Float] = []
    var columns: Int?
    for file in files {
      let table = try CellTables(readingAt: file.path).embedding(key)
      if let columns, columns != table.columns {
        throw CoordinateError.dimensionsDiffer(
          object: "obsm/\(key)", first: files[0].path, count: columns, second: file.path,
          other: table.columns)
      }
      let numbers = table.values
      try check(numbers, columns: table.columns, file.cellNames) { count, cell, column in
        .notFinite(
          path: file.path, object: "'obsm/\(key)'", count: count, cell: cell,
          column: "column \(column + 1)")
      }
      columns = table.columns
      values += numbers
    }
    let count = columns ?? 0
    return DenseTable(
      rows: files.reduce(0) { $0 + $1.cellCount }, columns: count, values: values)
  }

  /// Reads the rows of the given cells from a text table.
  private static func read(
    _ path: String, _ cellNames: CellNames
  ) throws -> (table: DenseTable, notices: [String]) {
    let table = try DelimitedTable(readingAt: path)
    let columns = table.heading.count - 1
    guard columns > 0 else { throw CoordinateError.noColumns(table: path) }
    var rowOfName: [String: Int] = [:]
    for (row, fields) in table.rows.enumerated()
    where rowOfName.updateValue(row, forKey: fields[0]) != nil {
      throw CoordinateError.repeatedCell(table: path, cell: fields[0])
    }
    let names = Array(cellNames)
    let lacking = names.filter { rowOfName[$0] == nil }
    if let first = lacking.first {
      if table.heading.dropFirst().allSatisfy({ Float($0) != nil }),
        names.contains(table.heading[0])
      {
        throw CoordinateError.noHeading(table: path, cell: table.heading[0])
      }
      throw CoordinateError.cellsMissing(
        table: path, count: lacking.count, cells: names.count, first: first,
        row: table.rows[0][0])
    }
    var values: [Float] = []
    values.reserveCapacity(names.count * columns)
    for name in names {
      let fields = table.rows[rowOfName[name] ?? 0]
      for column in 1...columns {
        guard let value = Float(fields[column]) else {
          throw CoordinateError.notANumber(
            table: path, cell: name, column: table.called(column), found: fields[column])
        }
        values.append(value)
      }
    }
    try check(values, columns: columns, cellNames) { count, cell, column in
      .notFinite(
        path: path, object: "the table", count: count, cell: cell,
        column: "column \(table.called(column + 1))")
    }
    let others = table.rows.count - names.count
    return (
      DenseTable(rows: names.count, columns: columns, values: values),
      others > 0
        ? ["'\(path)' has rows of \(counted(others, "other cell")), which are not used"] : []
    )
  }

  /// Checks that all coordinates are finite.
  private static func check(
    _ values: [Float], columns: Int, _ names: CellNames,
    _ error: (_ count: Int, _ cell: String, _ column: Int) -> CoordinateError
  ) throws(CoordinateError) {
    guard let first = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw error(
      values.count { !$0.isFinite }, names[first / columns], first % columns)
  }
}
