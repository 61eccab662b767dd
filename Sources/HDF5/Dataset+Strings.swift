internal import CHDF5
internal import StoredArrays

extension Dataset {
  /// Reads strings of fixed or variable length.
  ///
  /// Strings that are not UTF-8 are decoded as Windows-1252. Two different strings never become
  /// equal. A string that was never written is empty.
  ///
  /// - Parameter rows: The rows; `nil`, the default, reads all.
  /// - Returns: The strings in row-major order.
  /// - Throws: ``HDF5Error`` if the rows do not exist or are not strings.
  package func strings(_ rows: Range<Int>? = nil) throws(HDF5Error) -> [String] {
    guard info.element.isString else {
      throw .wrongElements(name: name, path: path, expected: "strings", found: info.element)
    }
    let id = handle.id
    let type = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Dget_type(id) })
    return try strings(
      rows ?? 0..<info.rowCount, inMemory: StringType(like: type.id, location: location),
      readAs: nil)
  }

  /// Reads strings in pieces, so that memory never holds all of their bytes twice.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - type: The type of the strings in memory.
  ///   - record: The type to read, if it differs from `type`.
  /// - Returns: The strings in row-major order.
  /// - Throws: ``HDF5Error`` if the rows do not exist.
  func strings(
    _ rows: Range<Int>, inMemory type: borrowing StringType, readAs record: hid_t?
  ) throws(HDF5Error) -> [String] {
    let count = try self.count(
      ofRows: rows, bytesPerElement: Swift.max(type.bytesInMemory, MemoryLayout<String>.size))
    guard count > 0 else { return [] }
    let rowsAtOnce = Swift.max(
      1, Self.bytesAtOnce / Swift.max(1, type.bytesInMemory * info.rowSize))
    let (id, memoryType) = (handle.id, record ?? type.handle.id)
    let budget = try StringBudget(ofFileAt: path, orThrow: location.unreadable)
    let transfer = budget.transfer.id
    var text = TextDecoder()
    text.reserve(count)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce) {
      let piece = start..<Swift.min(start + rowsAtOnce, rows.upperBound)
      let selection = try select(piece, orThrow: location.unreadable)
      let (memory, file) = (selection.memory.id, selection.file.id)
      try unsafe type.read(
        count: piece.count * info.rowSize,
        orThrow: {
          budget.isSpent ? .endlessStrings(name: name, path: path) : unreadable($0)
        }, transfer: transfer, into: &text
      ) {
        unsafe H5Dread(id, memoryType, memory, file, transfer, $0)
      }
    }
    return text.strings()
  }

  private static var bytesAtOnce: Int { 1 << 20 }
}
