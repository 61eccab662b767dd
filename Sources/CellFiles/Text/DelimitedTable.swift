/// A table of text with a heading: fields separated by tabs, commas or semicolons.
struct DelimitedTable {
  /// The file's path.
  let path: String

  /// The names of the columns; the first is empty if R or pandas wrote row names there.
  let heading: [String]

  /// The fields of each row; the same number as in ``heading``.
  let rows: [[String]]

  /// Reads a table, plain or compressed with gzip.
  ///
  /// - Throws: ``CellFileError/badTable(path:reason:)`` and
  ///   ``CellFileError/badLine(path:line:found:expected:)``; `HDF5Error.cannotOpen`.
  init(readingAt path: String) throws {
    self.path = path
    let lines = try TextSource.lines(ofFileAt: path)
    guard let head = lines.firstIndex(where: { !$0.isEmpty }) else {
      throw CellFileError.badTable(path: path, reason: "is empty")
    }
    let marks = ["\u{FFFD}\u{FFFD}", "\u{FF}\u{FE}", "\u{FE}\u{FF}"]
    guard !marks.contains(where: lines[head].hasPrefix) else {
      throw CellFileError.badTable(
        path: path, reason: "is text in UTF-16; save it as UTF-8, in Excel as 'CSV UTF-8'")
    }
    guard !lines.prefix(head + 100).contains(where: { $0.utf8.contains(0) }) else {
      throw CellFileError.badTable(
        path: path, reason: "is not text; give a table with a row for each cell, .csv or .tsv")
    }
    let separators: [Character] = ["\t", ",", ";"]
    let separator = separators.first { lines[head].contains($0) } ?? ","
    func split(_ line: String) -> [String]? {
      fields(of: line, partedBy: separator)?.map { $0.trimmingASCIISpaces() }
    }
    guard var heading = split(lines[head]) else {
      throw CellFileError.badTable(
        path: path, reason: "has an unterminated quote in its first line")
    }
    var rows: [[String]] = []
    for (number, line) in lines.enumerated().dropFirst(head + 1) where !line.isEmpty {
      let row = split(line)
      // R's write.table writes no heading for the row names.
      if rows.isEmpty, let row, row.count == heading.count + 1 { heading.insert("", at: 0) }
      guard let row, row.count == heading.count else {
        throw CellFileError.badLine(
          path: path, line: number + 1, found: String(line.prefix(80)),
          expected: "\(heading.count) fields: \(heading.prefix(20).joined(separator: ", "))")
      }
      rows.append(row)
    }
    guard !rows.isEmpty else {
      throw CellFileError.badTable(path: path, reason: "has a heading but no rows")
    }
    for (number, name) in heading.enumerated() where !name.isEmpty {
      if heading[..<number].contains(name) {
        throw CellFileError.badTable(path: path, reason: "has two columns '\(name)'")
      }
    }
    (self.heading, self.rows) = (heading, rows)
  }

  /// Returns the fields of a column, from the first row to the last.
  func column(_ number: Int) -> [String] { rows.map { $0[number] } }

  /// Returns a column's name for messages.
  func called(_ number: Int) -> String {
    heading[number].isEmpty ? "column \(number + 1)" : "'\(heading[number])'"
  }
}
