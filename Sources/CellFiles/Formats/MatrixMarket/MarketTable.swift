internal import Foundation
internal import Support

/// The lines of a file that names the cells or genes of a matrix, split into fields.
///
/// Fields are separated by tabs. If no line has a tab, commas, semicolons or spaces separate them,
/// if they split all lines alike. A heading is recognized by its words and by the number of lines.
/// Row numbers written by R are dropped.
struct MarketTable {
  /// The file's path.
  let path: String

  /// The fields of each line, without R's quotes and without the heading.
  private(set) var rows: [[String]]

  /// The names of the columns, if the file has a heading.
  private(set) var heading: [String]?

  /// Notices about the table, one sentence each.
  private(set) var notices: [String] = []

  /// Reads a file, including the first line, as rows.
  ///
  /// - Throws: ``CellFileError`` if the file is damaged; `HDF5Error.cannotOpen`.
  init(readingAt path: String) throws {
    self.path = path
    var lines = try TextSource.lines(ofFileAt: path)
    while lines.last?.isEmpty == true { lines.removeLast() }
    rows = lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { field in
        field.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
          ? String(field.dropFirst().dropLast()) : String(field)
      }
    }
    if !rows.isEmpty, rows.allSatisfy({ $0.count == 1 }) { splitOtherwise(lines) }
  }

  /// Returns the table with `count` rows, without its heading; `nil` if the number of rows differs.
  func fitting(_ count: Int) -> MarketTable? {
    var table = self
    if rows.count == count + 1, TableHeading.isHeading(rows) {
      var heading = table.rows.removeFirst()
      // R's write.table writes no heading for the row names.
      if heading.count + 1 == rows[1].count { heading.insert("", at: 0) }
      table.heading = heading
    } else if rows.count != count || TableHeading.isSure(rows) {
      return nil
    }
    table.leaveOutRowNumbers()
    return table
  }

  /// The number of names, for messages.
  var nameCount: Int { rows.count - (TableHeading.isSure(rows) ? 1 : 0) }

  /// Returns the fields of a column; empty for lines that are too short.
  func column(_ number: Int) -> [String] {
    rows.map { $0.count > number ? $0[number] : "" }
  }

  /// The columns with their names, in order; without a heading, the columns after the first with
  /// their numbers as names.
  var namedColumns: [(number: Int, name: String)] {
    guard let heading else {
      return (1..<max(1, rows.map(\.count).max() ?? 1)).map { ($0, "column_\($0 + 1)") }
    }
    return heading.enumerated().map { ($0, $1.isEmpty ? "index" : $1) }
  }

  /// Splits lines without tabs by another separator that occurs in all of them.
  private mutating func splitOtherwise(_ lines: [String]) {
    for (separator, word) in [(",", "commas"), (";", "semicolons"), (" ", "spaces")] {
      guard lines[0].holds(separator) || lines.count > 1 && lines[1].holds(separator) else {
        continue
      }
      let split = lines.compactMap { fields(of: $0, partedBy: Character(separator)) }
      guard let last = split.last, split.count == lines.count, last.count > 1,
        split.dropFirst().allSatisfy({ $0.count == last.count }),
        split[0].count == last.count || split[0].count + 1 == last.count
      else { continue }
      // A space may also be part of a name.
      let (first, body) = (split.map { $0[0] }, split.dropFirst().map { $0[0] })
      let isSure =
        separator != " " || lines.allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") }
        || [first, body].contains { lookLikeIdentifiers($0) || Self.areLineNumbers($0) }
      guard isSure else { continue }
      rows = split.map { $0.map { $0.trimmingASCIISpaces() } }
      if separator != "," || !path.lowercased().holds(".csv") {
        notices.append(
          "'\(path)' has fields separated by \(word), not tabs, and is read accordingly")
      }
      return
    }
  }

  /// Removes an unnamed first field that holds line numbers, if there are other fields.
  private mutating func leaveOutRowNumbers() {
    guard rows.count > 1, heading.map({ ["", "unnamed:0"].contains(plain($0[0])) }) ?? true,
      rows.allSatisfy({ $0.count > 1 }),
      Self.areLineNumbers(rows.map { $0[0] })
    else { return }
    rows = rows.map { Array($0.dropFirst()) }
    heading?.removeFirst()
    notices.append("'\(path)' has row numbers before the names, which are left out")
  }

  private static func areLineNumbers(_ fields: [String]) -> Bool {
    guard let first = fields.first.flatMap({ Int($0) }), first == 0 || first == 1 else {
      return false
    }
    return fields.enumerated().allSatisfy { $1 == String(first + $0) }
  }
}
