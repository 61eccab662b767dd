/// A table to be written to a text file.
struct TextTable {
  let names: CellNames
  let table: DenseTable
  let columnPrefix: String

  /// Writes a heading and one line per row.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard output.
  ///   - separator: The character between two values.
  ///   - gzip: `true` to compress.
  /// - Throws: ``OutputError``, `CancellationError`; a failure leaves no partial file.
  func write(to path: String, separator: Unicode.Scalar, gzip: Bool) throws {
    let separator = UInt8(ascii: separator)
    let newline = UInt8(ascii: "\n")
    try writeText(to: path, gzip: gzip) { sink in
      try sink.append("cell")
      for column in 0..<table.columns {
        sink.append(separator)
        try sink.append(quoted("\(columnPrefix)\(column + 1)", separator))
      }
      sink.append(newline)
      try table.forEachBlock { rows, values in
        for (place, row) in rows.enumerated() {
          if row.isMultiple(of: 1024) { try Task.checkCancellation() }
          try sink.append(quoted(names[row], separator))
          for k in place * table.columns..<(place + 1) * table.columns {
            sink.append(separator)
            try sink.append(text(values[k]))
          }
          sink.append(newline)
        }
      }
    }
  }

  /// Returns the shortest text that reads back as this number, in a form that R and pandas read.
  private func text(_ number: Float) -> String {
    guard number.isFinite else { return number.isNaN ? "NaN" : number > 0 ? "Inf" : "-Inf" }
    return number.description
  }

  /// Returns the name in quotation marks if it would otherwise be misread.
  ///
  /// The text is examined by scalars, because a quotation mark with an accent is one character. A
  /// NUL, at which readers stop, is replaced.
  private func quoted(_ name: String, _ separator: UInt8) -> String {
    let name =
      name.utf8.contains(0)
      ? String(
        String.UnicodeScalarView(name.unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
      : name
    let special = [separator, UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    guard name.utf8.contains(where: special.contains) else { return name }
    let doubled = name.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
    return "\"" + String(String.UnicodeScalarView(doubled)) + "\""
  }
}
