internal import Foundation

/// The lines of a file that names the cells or genes of a matrix, split into fields.
///
/// Fields are tab-separated. Where no line has a tab, and commas, semicolons or spaces split all
/// lines alike, these separate them. A heading is told by its words and by the number of lines. Row
/// numbers that R wrote in front are left out.
struct MarketTable {
  /// The file's path.
  let path: String

  /// The fields of each line, without quotes that R puts around them, and without the heading.
  private(set) var rows: [[String]]

  /// The names of the columns, where the file has them.
  private(set) var heading: [String]?

  /// What a user should know about it, a sentence each.
  private(set) var notices: [String] = []

  /// Reads a file, the first line as any other.
  ///
  /// - Throws: ``CellFileError``, where the file is damaged; `HDF5Error.cannotOpen`.
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

  /// The table with a row for each of so many cells or genes, its heading taken off; `nil` where it
  /// has more or fewer.
  func fitting(_ count: Int) -> MarketTable? {
    var table = self
    if rows.count == count + 1, TableHeading.isHeading(rows) {
      var heading = table.rows.removeFirst()
      // R's write.table leaves the name of the rows' names out.
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

  /// The fields of a column; empty where a line is shorter.
  func column(_ number: Int) -> [String] {
    rows.map { $0.count > number ? $0[number] : "" }
  }

  /// The columns by their names, in their order; of a table without a heading those after the first,
  /// called by their numbers.
  var namedColumns: [(number: Int, name: String)] {
    guard let heading else {
      return (1..<max(1, rows.map(\.count).max() ?? 1)).map { ($0, "column_\($0 + 1)") }
    }
    return heading.enumerated().map { ($0, $1.isEmpty ? "index" : $1) }
  }

  /// Splits lines without tabs by what else separates fields in all of them.
  private mutating func splitOtherwise(_ lines: [String]) {
    for (separator, word) in [(",", "commas"), (";", "semicolons"), (" ", "spaces")] {
      guard lines[0].contains(separator) || lines.count > 1 && lines[1].contains(separator) else {
        continue
      }
      let split = lines.compactMap { fields(of: $0, partedBy: Character(separator)) }
      guard let last = split.last, split.count == lines.count, last.count > 1,
        split.dropFirst().allSatisfy({ $0.count == last.count }),
        split[0].count == last.count || split[0].count + 1 == last.count
      else { continue }
      // A space may also be within a name.
      let (first, body) = (split.map { $0[0] }, split.dropFirst().map { $0[0] })
      let isSure =
        separator != " " || lines.allSatisfy { $0.hasPrefix("\"") && $0.hasSuffix("\"") }
        || [first, body].contains { lookLikeIdentifiers($0) || Self.areLineNumbers($0) }
      guard isSure else { continue }
      rows = split.map { $0.map { $0.trimmingASCIISpaces() } }
      if separator != "," || !path.lowercased().contains(".csv") {
        notices.append(
          "'\(path)' has fields separated by \(word), not tabs; it is read so")
      }
      return
    }
  }

  /// Leaves the first field out where it is the number of the line, and others are there; not a
  /// column that has a name.
  private mutating func leaveOutRowNumbers() {
    guard rows.count > 1, heading.map({ ["", "unnamed:0"].contains(plain($0[0])) }) ?? true,
      rows.allSatisfy({ $0.count > 1 }),
      Self.areLineNumbers(rows.map { $0[0] })
    else { return }
    rows = rows.map { Array($0.dropFirst()) }
    heading?.removeFirst()
    notices.append("'\(path)' has row numbers before the names; they are left out")
  }

  private static func areLineNumbers(_ fields: [String]) -> Bool {
    guard let first = fields.first.flatMap({ Int($0) }), first == 0 || first == 1 else {
      return false
    }
    return fields.enumerated().allSatisfy { $1 == String(first + $0) }
  }
}
