/// The entries of a Matrix Market matrix: row, column, value.
struct MarketEntryList: Sendable {
  /// The row of each entry, from 0.
  var rows: [Int32] = []

  /// The column of each entry, from 0.
  var columns: [Int32] = []

  /// The value of each entry.
  var values: [Double] = []

  /// The number of entries.
  var count: Int { rows.count }

  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    columns.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}

/// A reader of the entries of a Matrix Market file, from first to last.
///
/// Only one thread at a time may use it.
final class MarketEntries: @unchecked Sendable {
  let header: MarketHeader

  private let source: TextSource
  private var position = 0
  private var line: Int
  private var entriesRead = 0

  /// Opens a file and reads its header.
  ///
  /// - Throws: ``CellFileError`` about the header; `HDF5Error.cannotOpen`.
  init(readingAt path: String) throws {
    source = try TextSource(readingAt: path)
    guard try source.nextLines() else {
      throw CellFileError.badLine(
        path: path, line: 1, found: "",
        expected: "'%%MatrixMarket matrix coordinate integer general'")
    }
    header = try MarketHeader(source.buffer[..<source.lineBytes], path: path)
    line = header.lines
    var left = line
    while left > 0 {
      if source.buffer[position] == UInt8(ascii: "\n") { left -= 1 }
      position += 1
    }
  }

  /// Reads the next entries.
  ///
  /// - Parameters:
  ///   - list: The list to which the entries are appended.
  ///   - limit: The maximum number of entries to read.
  /// - Returns: `true` if at least one entry was read before the end of the file.
  /// - Throws: ``CellFileError`` if a line is not a valid entry, or if the number of entries
  ///   differs from the header.
  func read(into list: inout MarketEntryList, atMost limit: Int) throws -> Bool {
    let before = list.count
    while list.count - before < limit {
      if position >= source.lineBytes {
        guard try source.nextLines() else {
          guard entriesRead == header.entries else {
            throw CellFileError.missingEntries(
              path: source.path, found: entriesRead, expected: header.entries)
          }
          return list.count > before
        }
        position = 0
      }
      try parse(into: &list, atMost: limit - (list.count - before))
    }
    return true
  }

  /// Parses entries from the current piece of text.
  private func parse(into list: inout MarketEntryList, atMost limit: Int) throws {
    let buffer = source.buffer
    let bytes = buffer.span.extracting(0..<source.lineBytes)
    var reader = MarketLineReader(position: position)
    let hasValues = header.values != .none
    let (rows, columns) = (UInt64(header.rows), UInt64(header.columns))
    var read = 0
    while reader.position < bytes.count, read < limit {
      let start = reader.position
      line += 1
      guard let row = reader.number(bytes) else {
        // Skip an empty line or a comment.
        if reader.isEmptyOrComment(bytes) {
          reader.skipLine(bytes)
          continue
        }
        throw badLine(at: start)
      }
      guard let column = reader.number(bytes), row >= 1, row <= rows, column >= 1,
        column <= columns
      else { throw badLine(at: start) }
      var value = 1.0
      if hasValues {
        guard let number = reader.value(bytes) else { throw badLine(at: start) }
        value = number
      }
      guard reader.endOfLine(bytes) else { throw badLine(at: start) }
      guard entriesRead + read < header.entries else {
        throw refusal(at: start, "the end of the file after \(header.entries) entries")
      }
      list.rows.append(Int32(truncatingIfNeeded: row) - 1)
      list.columns.append(Int32(truncatingIfNeeded: column) - 1)
      list.values.append(value)
      read += 1
    }
    entriesRead += read
    position = reader.position
  }

  private func badLine(at start: Int) -> CellFileError {
    let value = header.values == .none ? "" : ", and a value"
    return refusal(
      at: start, "a row in 1...\(header.rows), a column in 1...\(header.columns)\(value)")
  }

  private func refusal(at start: Int, _ expected: String) -> CellFileError {
    let text = source.buffer[start..<source.lineBytes].prefix { $0 != UInt8(ascii: "\n") }
    return .badLine(
      path: source.path, line: line,
      found: String(decoding: text.prefix(80), as: UTF8.self).trimmingASCIISpaces(),
      expected: expected)
  }
}
