/// A table with one row per cell, joined to the cells of a matrix by name.
struct CellTable {
  /// The columns besides the cell names, in the order of the matrix; missing for cells without a
  /// row.
  let frame: DataFrame

  /// The number of cells that have a row.
  let found: Int

  /// Notices about the table, one sentence each.
  private(set) var notices: [String] = []

  /// Joins a table to cells.
  ///
  /// The column of cell names is the one that matches the most cells. If no column matches, names
  /// are compared without Cell Ranger's suffix `-1`, unless other suffixes occur.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - cellNames: The names of the matrix's cells.
  ///   - file: The matrix's path.
  /// - Throws: ``CellFileError/noCellsInTable(table:file:tableNames:cellNames:)`` if no cell has a
  ///   row; ``CellFileError/badTable(path:reason:)`` if a cell has two rows.
  init(_ table: DelimitedTable, joinedTo cellNames: [String], ofFileAt file: String) throws {
    var match = Self.bestColumn(of: table, Set(cellNames)) { $0 }
    var shorten = { (name: String) in name }
    if match == nil {
      let short = cellNames.map(withoutFirstSuffix)
      shorten = withoutFirstSuffix
      match = Self.bestColumn(of: table, Set(short), shorten)
      // Barcodes of several libraries can differ only in this number.
      if let column = match, (cellNames + table.column(column)).contains(where: hasOtherSuffix) {
        match = nil
      }
    }
    guard let names = match else {
      if 2 * Set(table.heading).intersection(cellNames).count >= table.heading.count {
        throw CellFileError.badTable(
          path: table.path,
          reason: "has a column for each cell; transpose it to a row for each cell, as R's t() does"
        )
      }
      throw CellFileError.noCellsInTable(
        table: table.path, file: file,
        tableNames: table.rows.prefix(2).map { $0[Self.likelyNames(in: table)] },
        cellNames: Array(cellNames.prefix(2)))
    }
    let wanted = Set(cellNames.map(shorten))
    var rowOfName: [String: Int] = [:]
    for (row, fields) in table.rows.enumerated() {
      let name = shorten(fields[names])
      guard wanted.contains(name) else { continue }
      if rowOfName.updateValue(row, forKey: name) != nil {
        throw CellFileError.badTable(
          path: table.path,
          reason:
            "has two rows of the cell '\(fields[names])' in \(table.called(names)); give each "
            + "file a table of its own cells")
      }
    }
    let rowOfCell = cellNames.map { rowOfName[shorten($0)] }
    found = rowOfCell.count { $0 != nil }
    var frame = DataFrame(names: cellNames)
    for column in table.heading.indices where column != names {
      // Row numbers that R or pandas wrote carry no information.
      guard !table.heading[column].isEmpty else { continue }
      frame[table.heading[column]] = Column(
        readingTexts: rowOfCell.map { $0.map { table.rows[$0][column] } })
    }
    self.frame = frame
    let lacking = cellNames.count - found
    notices.append(
      "'\(table.path)' gives "
        + (frame.columns.count == 1 ? "a column" : "\(frame.columns.count) columns")
        + " for the cells of '\(file)', which it names in \(table.called(names))"
        + (lacking > 0 ? "; it lacks \(lacking) of \(cellNames.count) cells" : ""))
  }

  /// Returns the column that matches the most cells, if any.
  private static func bestColumn(
    of table: DelimitedTable, _ wanted: Set<String>, _ shorten: (String) -> String
  ) -> Int? {
    var best: (column: Int, found: Int)?
    for column in table.heading.indices {
      let found = Set(table.rows.map { shorten($0[column]) }).intersection(wanted).count
      if found > best?.found ?? 0 { best = (column, found) }
    }
    return best?.column
  }

  /// Returns the first column without repeated names, for examples in messages.
  private static func likelyNames(in table: DelimitedTable) -> Int {
    table.heading.indices.first {
      let names = table.column($0)
      return !areRowNumbers(names) && Set(names).count == names.count
    } ?? 0
  }
}

/// Returns a barcode without the `-1` that Cell Ranger appends for a single library.
private func withoutFirstSuffix(_ name: String) -> String {
  name.hasSuffix("-1") ? String(name.dropLast(2)) : name
}

/// Returns whether a name ends in a number above 1, which Cell Ranger appends to barcodes of
/// further libraries.
private func hasOtherSuffix(_ name: String) -> Bool {
  guard let dash = name.utf8.lastIndex(of: UInt8(ascii: "-")) else { return false }
  let digits = name[name.utf8.index(after: dash)...]
  return digits != "1" && !digits.isEmpty && digits.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
}
