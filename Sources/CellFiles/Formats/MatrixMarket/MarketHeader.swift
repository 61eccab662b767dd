/// The first lines of a file in Matrix Market's coordinate format.
///
///     %%MatrixMarket matrix coordinate integer general
///     % any comments
///     32738 2700 2286884
///
/// Format: <https://math.nist.gov/MatrixMarket/formats.html>.
struct MarketHeader: Equatable {
  /// The type of the value after each pair of indices.
  enum Values: Equatable {
    case integers
    case reals

    /// No value; each entry is 1.
    case none
  }

  let values: Values
  let rows: Int
  let columns: Int
  let entries: Int

  /// The number of lines up to and including the line of sizes.
  let lines: Int

  /// Returns whether the bytes start like a Matrix Market file.
  static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.starts(with: "%%MatrixMarket".utf8)
  }

  /// Reads the header from the first lines of a file.
  ///
  /// - Parameters:
  ///   - text: The first piece of the file, whole lines.
  ///   - path: The file's path, for errors.
  /// - Throws: ``CellFileError/badLine(path:line:found:expected:)``.
  init(_ text: ArraySlice<UInt8>, path: String) throws {
    var number = 0
    var values: Values?
    var rest = text
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = String(decoding: rest[..<end], as: UTF8.self).trimmingASCIISpaces()
      rest = rest[(end + 1)...]
      number += 1
      func refuse(_ expected: String) -> CellFileError {
        .badLine(path: path, line: number, found: line, expected: expected)
      }
      guard values != nil else {
        values = try Self.values(ofBanner: line, refuse)
        continue
      }
      if line.isEmpty || line.hasPrefix("%") { continue }
      let sizes = line.split { $0 == " " || $0 == "\t" }.map { Int($0) }
      guard sizes.count == 3, let rows = sizes[0], let columns = sizes[1], let entries = sizes[2],
        rows >= 0, columns >= 0, entries >= 0, max(rows, columns) < Int(Int32.max)
      else { throw refuse("the numbers of genes, cells and entries") }
      self.values = values ?? .reals
      (self.rows, self.columns, self.entries, lines) = (rows, columns, entries, number)
      return
    }
    throw CellFileError.badLine(
      path: path, line: number + 1, found: "", expected: "the numbers of genes, cells and entries")
  }

  private static func values(
    ofBanner line: String, _ refuse: (String) -> CellFileError
  ) throws -> Values {
    let words = line.lowercased().split { $0 == " " || $0 == "\t" }
    guard words.count >= 5, words[0] == "%%matrixmarket", words[1] == "matrix" else {
      throw refuse("'%%MatrixMarket matrix coordinate integer general'")
    }
    guard words[2] == "coordinate", words[4] == "general" else {
      throw refuse(
        "a general matrix of coordinates; write it again with scipy.io.mmwrite(\"matrix.mtx\", "
          + "scipy.sparse.csc_matrix(x), symmetry=\"general\")")
    }
    switch words[3] {
    case "integer", "unsigned-integer": return .integers
    case "real", "double": return .reals
    case "pattern": return .none
    default: throw refuse("values that are integer or real")
    }
  }
}

extension StringProtocol {
  /// Returns the text without leading and trailing spaces, tabs and carriage returns.
  func trimmingASCIISpaces() -> String {
    func isSpace(_ character: Character) -> Bool {
      character == " " || character == "\t" || character == "\r" || character == "\r\n"
    }
    var part = self[...]
    while let first = part.first, isSpace(first) { part = part.dropFirst() }
    while let last = part.last, isSpace(last) { part = part.dropLast() }
    return String(part)
  }
}
