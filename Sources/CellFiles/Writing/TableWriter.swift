/// How a table of an embedding is written as text.
public enum TextTableFormat: Sendable, Equatable {
  /// Values with commas between them.
  case csv

  /// Values with tabs between them.
  case tsv

  var separator: UInt8 {
    switch self {
    case .csv: UInt8(ascii: ",")
    case .tsv: UInt8(ascii: "\t")
    }
  }
}

/// Writes an embedding as a table of text, with a row for each cell.
///
///     cell,scharmonize_1,scharmonize_2
///     AAACCTGAGCAT-1,0.25,-1.5
///
/// Numbers are the shortest text that reads back as the same `Float`, in any locale;
/// what is no number is `NaN`, `Inf` or `-Inf`. Names are quoted where they hold a
/// separator, a quotation mark or the end of a line.
///
/// - Parameters:
///   - path: The file to make, or to replace.
///   - cellNames: The cells' names; `[n]`.
///   - table: The embedding; `(n, d)`.
///   - columnPrefix: What the columns are called, before their number from 1. The default
///     is `"scharmonize_"`.
///   - format: The separator. The default is ``TextTableFormat/csv``.
///   - gzip: Whether to compress. The default is `false`.
/// - Throws: ``OutputError``; no half-written file is left.
public func writeTextTable(
  to path: String, cellNames: [String], table: DenseTable,
  columnPrefix: String = "scharmonize_", format: TextTableFormat = .csv, gzip: Bool = false
) throws(OutputError) {
  precondition(
    cellNames.count == table.rows, "\(cellNames.count) names for \(table.rows) cells")
  let output = try AtomicOutput(to: path)
  var sink = try TextSink(writingAt: output.temporaryPath, path: path, gzip: gzip)
  let (separator, newline) = (format.separator, UInt8(ascii: "\n"))
  try sink.append("cell")
  for column in 0..<table.columns {
    sink.append(separator)
    try sink.append(quoted("\(columnPrefix)\(column + 1)", separator))
  }
  sink.append(newline)
  for (row, name) in cellNames.enumerated() {
    try sink.append(quoted(name, separator))
    for k in row * table.columns..<(row + 1) * table.columns {
      sink.append(separator)
      try sink.append(text(table.values[k]))
    }
    sink.append(newline)
  }
  try sink.finish()
  try output.commit()
}

/// The shortest text that reads back as this number, in words that R and pandas know.
func text(_ number: Float) -> String {
  guard number.isFinite else { return number.isNaN ? "NaN" : number > 0 ? "Inf" : "-Inf" }
  return number.description
}

/// The name in quotation marks where it would otherwise be read as something else.
private func quoted(_ name: String, _ separator: UInt8) -> String {
  let special = [separator, UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
  guard name.utf8.contains(where: special.contains) else { return name }
  return "\"" + name.replacing("\"", with: "\"\"") + "\""
}
