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
    var genes = [UInt16](repeating: 0, count: longest + 1)
    var values = [Float](repeating: 0, count: longest + 1)
    var order = GeneOrdering(genes: Int(numbers.max() ?? -1) + 1)
    var small = [UInt8](repeating: 0, count: longest)
    for row in 0..<block.rowCount where isTaken?[block.firstRow + row] ?? true {
      let range = block.starts[row]..<block.starts[row + 1]
      let (count, isAscending) = Self.select(
        block.genes.span.extracting(range), block.values.span.extracting(range), numbers.span,
        genes: &genes, values: &values)
      // Files may have different orders of their shared genes.
      if !isAscending { order.sort(count, &genes, &values) }
      var total = 0.0
      var larger = 0
      for k in 0..<count {
        total += Double(values[k])
        if values[k] > CountStore.largestByte { larger += 1 }
      }
      if !inBytes { larger = 0 }
      let size = inBytes ? 3 * count + 4 * larger : 6 * count
      append(
        genes.span.extracting(0..<count), values.span.extracting(0..<count), inBytes,
        hasLarger: larger > 0, &small)
      rows.append(Row(values: count, bytes: size, hasLarger: larger > 0, total: Self.float(total)))
    }
  }

  /// Returns the nearest finite float: with negative values, the sum of some values can exceed the
  /// sum of all.
  private static func float(_ sum: Double) -> Float {
    let limit = Double(Float.greatestFiniteMagnitude)
    return Float(min(max(sum, -limit), limit))
  }

  /// Copies the selected entries of a row to the start of `genes` and `values`.
  private static func select(
    _ stored: Span<Int32>, _ storedValues: Span<Float>, _ numbers: Span<Int32>,
    genes: inout [UInt16], values: inout [Float]
  ) -> (count: Int, isAscending: Bool) {
    var genes = genes.mutableSpan
    var values = values.mutableSpan
    precondition(
      storedValues.count == stored.count && min(genes.count, values.count) > stored.count,
      "\(stored.count) entries, room for \(genes.count)")
    var (count, previous, signs) = (0, Int32(-1), Int32(0))
    for k in stored.indices {
      let number = numbers[Int(unsafe stored[unchecked: k])]
      // Write unconditionally and let the next value overwrite unselected ones. Most are unselected
      // at random, and a branch would be mispredicted. There is room for one entry more than are
      // stored.
      unsafe genes[unchecked: count] = UInt16(truncatingIfNeeded: number)
      unsafe values[unchecked: count] = storedValues[unchecked: k]
      // All bits of an unselected one are set, and none of a selected one.
      let unselected = number >> 31
      count &+= 1 &+ Int(unselected)
      signs |= (number &- previous &- 1) & ~unselected
      previous = (number & ~unselected) | (previous & unselected)
    }
    return (count, signs >= 0)
  }

  /// Appends a record in the layout of ``CountStore``.
  private mutating func append(
    _ genes: Span<UInt16>, _ values: Span<Float>, _ inBytes: Bool, hasLarger: Bool,
    _ small: inout [UInt8]
  ) {
    if inBytes {
      unsafe genes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      do {
        var small = small.mutableSpan
        for k in values.indices { small[k] = UInt8(min(values[k], CountStore.largestByte + 1)) }
      }
      unsafe small.withUnsafeBytes {
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<values.count]))
      }
      guard hasLarger else { return }
      for k in values.indices where values[k] > CountStore.largestByte {
        unsafe withUnsafeBytes(of: values[k]) { unsafe bytes.append(contentsOf: $0) }
      }
    } else {
      unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      unsafe genes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
  }
}
