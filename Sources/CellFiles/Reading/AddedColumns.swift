internal import Foundation
internal import Support

/// The columns of `obs` that come from files beside a matrix.
///
/// They come from a table of cells. For a matrix of several libraries they also come from the
/// barcode suffixes and the `aggregation.csv` of `cellranger aggr`.
struct AddedColumns {
  /// The columns; `[cellCount]`.
  private(set) var frame: DataFrame

  /// Notices about the tables found, one sentence each.
  private(set) var notices: [String] = []

  /// Reads the given table, or searches for tables.
  ///
  /// - Parameters:
  ///   - parts: The parts of the matrix's file.
  ///   - format: The file's format. No tables are searched for beside a file
  ///     that holds its own.
  ///   - path: The file's path.
  ///   - given: The path of the requested table, if any.
  /// - Throws: ``CellFileError`` if the requested table does not match the cells;
  ///   `HDF5Error.cannotOpen`.
  init(
    to parts: CellFileParts, _ format: CellFileFormat, ofFileAt path: String, given: String?
  ) throws {
    frame = DataFrame(names: parts.cellNames)
    let isBare = !format.definition.holdsTables
    let suffixes = isBare || given != nil ? BarcodeSuffixes(parts.cellNames) : nil
    var aggregation: AggregationTable?
    if let given {
      let table = try DelimitedTable(readingAt: given)
      aggregation = AggregationTable(table)
      if aggregation == nil {
        add(try CellTable(table, joinedTo: parts.cellNames, ofFileAt: path))
      } else if suffixes == nil {
        throw CellFileError.badTable(
          path: given,
          reason:
            "has a row for each library of 'cellranger aggr', but the cells of '\(path)' have "
            + "no library number at the end of their names, such as "
            + "'\(parts.cellNames.first ?? "")'; give a table with a row for each cell")
      }
    } else if isBare {
      addFoundTables(parts, path)
    }
    guard let suffixes, suffixes.count > 1 || aggregation != nil else { return }
    let isAsked = aggregation != nil
    if aggregation == nil, isBare { aggregation = Self.aggregation(near: path) }
    if let aggregation {
      let strange = suffixes.ofCell.first { !(1...aggregation.count).contains($0) }
      if let columns = aggregation.frame(suffixes, of: parts.cellNames) {
        let names = columns.columns.map(\.name)
        for column in columns.columns where frame[column.name] == nil {
          frame[column.name] = column.values
        }
        notices.append(
          "the barcode suffixes in '\(path)' are read as libraries of '\(aggregation.path)': "
            + names.joined(separator: ", "))
      } else {
        let what =
          "has \(aggregation.count) \(aggregation.count == 1 ? "library" : "libraries"), but a barcode suffix in '\(path)' is "
          + "\(strange ?? 0)"
        guard !isAsked else { throw CellFileError.badTable(path: aggregation.path, reason: what) }
        notices.append("'\(aggregation.path)' is not used: it \(what)")
      }
    }
    let taken = frame.columns.map(\.name) + (parts.obs?.columns ?? [])
    if suffixes.count > 1, !taken.contains(BarcodeSuffixes.columnName) {
      frame[BarcodeSuffixes.columnName] = suffixes.column
    }
  }

  private mutating func add(_ table: CellTable) {
    for column in table.frame.columns where frame[column.name] == nil {
      frame[column.name] = column.values
    }
    notices += table.notices
  }

  /// Adds the tables that name all cells, and reports tables that name only some.
  private mutating func addFoundTables(_ parts: CellFileParts, _ path: String) {
    for candidate in parts.cellTables {
      guard let table = try? DelimitedTable(readingAt: candidate), table.heading.count > 1,
        AggregationTable(table) == nil,
        let joined = try? CellTable(table, joinedTo: parts.cellNames, ofFileAt: path)
      else { continue }
      if joined.found == parts.cellNames.count {
        add(joined)
      } else if 2 * joined.found > parts.cellNames.count {
        notices.append(
          "'\(candidate)' names \(joined.found) of the \(parts.cellNames.count) cells of '\(path)', "
            + "and is not used; give it as `cellTable` to use it")
      }
    }
  }

  /// Returns the `aggregation.csv` in the folder of a matrix, or in one of the two enclosing
  /// folders.
  private static func aggregation(near path: String) -> AggregationTable? {
    let root = path.hasPrefix("/") ? "/" : ""
    var folders = path.split(separator: "/").filter { $0 != "." }
    if !MarketFolder.isFolder(path) { _ = folders.popLast() }
    for _ in 0..<3 {
      let folder = root + folders.joined(separator: "/")
      let place = folder.isEmpty ? "." : folder
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place))?.sorted() ?? []
      for name in names where isAggregation(name) {
        let path = place == "." ? name : MarketFolder.join(place, name)
        if let table = try? DelimitedTable(readingAt: path), let found = AggregationTable(table) {
          return found
        }
      }
      guard let last = folders.popLast(), last != ".." else { return nil }
    }
    return nil
  }

  private static func isAggregation(_ name: String) -> Bool {
    let name = name.lowercased()
    return (name.holds("aggregation") || name.holds("aggr_") || name.hasPrefix("aggr."))
      && (name.hasSuffix(".csv") || name.hasSuffix(".csv.gz"))
  }
}
