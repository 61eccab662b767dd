package import CellFiles

/// The selected genes of a block of cells, as records of a ``CountStore``.
///
/// The reading threads make them, so that only storing them has to happen in order.
package struct PackedRows: Sendable {
  /// One cell's record.
  package struct Row: Sendable {
    /// The number of values.
    package var values: Int

    /// The number of bytes.
    package var bytes: Int

    /// A flag that is true if some of the counts exceed a byte.
    package var hasLarger: Bool

    /// The sum of the values.
    package var total: Float

    /// Makes the description of a record.
    package init(values: Int, bytes: Int, hasLarger: Bool, total: Float) {
      (self.values, self.bytes) = (values, bytes)
      (self.hasLarger, self.total) = (hasLarger, total)
    }
  }

  package private(set) var rows: [Row] = []

  /// The concatenated records.
  package private(set) var bytes: [UInt8] = []

  /// Takes records from where they were kept.
  package init(rows: [Row], bytes: [UInt8]) { (self.rows, self.bytes) = (rows, bytes) }

  /// Packs the cells of a block.
  ///
  /// - Parameters:
  ///   - block: The cells, with the genes of their part.
  ///   - numbers: The index of each of the part's genes among the selected genes, or −1.
  ///   - inBytes: `true` to store values as counts in bytes; otherwise they are floats.
  ///   - isTaken: A flag for each cell of the part that is true if it is packed. The default is
  ///     `nil`, for all.
  package init(
    _ block: RowBlock<Float>, numbers: [Int32], inBytes: Bool, isTaken: [Bool]? = nil
  ) {
    rows.reserveCapacity(block.rowCount)
    let longest = (0..<block.rowCount).reduce(0) {
      max($0, block.starts[$1 + 1] - block.starts[$1])
    }
    var entries = Entries(longest: longest, numbers: numbers)
    for row in 0..<block.rowCount where isTaken?[block.firstRow + row] ?? true {
      let range = block.starts[row]..<block.starts[row + 1]
      entries.select(
        block.genes.span.extracting(range), block.values.span.extracting(range), numbers.span)
      append(&entries, inBytes)
    }
  }

  /// Appends a cell's record, in the layout of ``CountStore``.
  mutating func append(_ entries: inout Entries, _ inBytes: Bool) {
    entries.sort()
    let count = entries.count
    guard inBytes else {
      append(4 * count, of: entries.values)
      append(2 * count, of: entries.genes)
      let total = entries.values[..<count].reduce(0.0) { $0 + Double($1) }
      rows.append(Row(values: count, bytes: 6 * count, hasLarger: false, total: Self.float(total)))
      return
    }
    let (sum, larger) = entries.fillBytes()
    append(2 * count, of: entries.genes)
    append(count, of: entries.bytes)
    var total = Double(sum)
    if larger > 0 {
      for value in entries.values[..<count] where value > CountStore.largestByte {
        unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
        total += Double(value) - Double(UInt8.max)
      }
    }
    rows.append(
      Row(
        values: count, bytes: 3 * count + 4 * larger, hasLarger: larger > 0,
        total: Self.float(total)))
  }

  /// Returns the nearest finite float: with negative values, the sum of some values can exceed the
  /// sum of all.
  private static func float(_ sum: Double) -> Float {
    let limit = Double(Float.greatestFiniteMagnitude)
    return Float(min(max(sum, -limit), limit))
  }

  /// Appends the first bytes of an array.
  private mutating func append(_ count: Int, of array: [some Any]) {
    unsafe array.withUnsafeBytes {
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }
}
