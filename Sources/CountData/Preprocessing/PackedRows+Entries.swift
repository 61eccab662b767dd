extension PackedRows {
  /// The selected genes of a cell and their values, on the way to a record.
  struct Entries {
    /// The number of entries.
    private(set) var count = 0

    /// The indices of the genes among the selected ones, and memory for one more than a cell has.
    private(set) var genes: [UInt16]

    /// The values.
    private(set) var values: [Float]

    /// The values as bytes, after ``fillBytes()``.
    private(set) var bytes: [UInt8]

    private var order: GeneOrdering
    private var isAscending = true

    /// Makes the memory for cells with up to `longest` values.
    ///
    /// - Parameters:
    ///   - longest: The largest number of values of a cell, of all genes.
    ///   - numbers: The index of each gene among the selected genes, or −1.
    init(longest: Int, numbers: [Int32]) {
      genes = [UInt16](repeating: 0, count: longest + 1)
      values = [Float](repeating: 0, count: longest + 1)
      bytes = [UInt8](repeating: 0, count: longest)
      order = GeneOrdering(genes: Int(numbers.max() ?? -1) + 1)
    }

    /// Takes the selected entries of a cell.
    mutating func select(
      _ stored: Span<Int32>, _ storedValues: Span<Float>, _ numbers: Span<Int32>
    ) {
      precondition(storedValues.count == stored.count, "\(stored.count) genes of other values")
      (count, isAscending) = Self.select(stored.count, &genes, &values) { k in
        unsafe (numbers[Int(stored[unchecked: k])], storedValues[unchecked: k])
      }
    }

    /// Takes the selected entries of a cell's record in bytes.
    ///
    /// - Parameters:
    ///   - cell: The cell.
    ///   - store: The store with the record.
    ///   - numbers: The index of each of the store's genes among the selected genes, or −1.
    mutating func select(_ cell: Int, of store: CountStore, _ numbers: Span<Int32>) {
      let m = store.valueCount(of: cell)
      guard m > 0 else {
        (count, isAscending) = (0, true)
        return
      }
      let record = unsafe store.bytes.record(at: store.offsets[cell])
      let stored = unsafe record.assumingMemoryBound(to: UInt16.self)
      let counts = unsafe (record + 2 * m).assumingMemoryBound(to: UInt8.self)
      guard store.hasLargerCounts(cell) else {
        (count, isAscending) = Self.select(m, &genes, &values) { k in
          unsafe (numbers[Int(stored[k])], Float(counts[k]))
        }
        return
      }
      var next = unsafe record + 3 * m
      (count, isAscending) = Self.select(m, &genes, &values) { k in
        guard unsafe counts[k] == UInt8.max else {
          return unsafe (numbers[Int(stored[k])], Float(counts[k]))
        }
        defer { unsafe next += 4 }
        return unsafe (numbers[Int(stored[k])], next.loadUnaligned(as: Float.self))
      }
    }

    /// Sorts the entries by gene, as files may have different orders of their shared genes.
    mutating func sort() {
      if !isAscending { order.sort(count, &genes, &values) }
    }

    /// Writes the values, which are counts, as bytes, in which the largest number stands for all larger
    /// counts.
    ///
    /// - Returns: The sum of the bytes, and the number of the largest ones.
    mutating func fillBytes() -> (sum: Int, largest: Int) { Self.fill(&bytes, values, count) }

    private static func fill(
      _ bytes: inout [UInt8], _ values: [Float], _ count: Int
    ) -> (sum: Int, largest: Int) {
      let values = values.span
      var bytes = bytes.mutableSpan
      var (sum, largest) = (0, 0)
      for k in 0..<count {
        // The lowest byte of a whole number after this one is added is that of the number; a conversion
        // would check each.
        let byte = UInt8(
          truncatingIfNeeded: (min(values[k], CountStore.largestByte + 1) + 0x1p23).bitPattern)
        bytes[k] = byte
        sum &+= Int(byte)
        largest &+= byte == UInt8.max ? 1 : 0
      }
      return (sum, largest)
    }

    @inline(__always)
    private static func select(
      _ stored: Int, _ genes: inout [UInt16], _ values: inout [Float],
      _ entry: (Int) -> (number: Int32, value: Float)
    ) -> (count: Int, isAscending: Bool) {
      var genes = genes.mutableSpan
      var values = values.mutableSpan
      precondition(min(genes.count, values.count) > stored, "no room for \(stored) entries")
      var (count, previous, signs) = (0, Int32(-1), Int32(0))
      for k in 0..<stored {
        let (number, value) = entry(k)
        // Write unconditionally and let the next value overwrite unselected ones. Most are unselected
        // at random, and a branch would be mispredicted. There is room for one entry more than are
        // stored.
        unsafe genes[unchecked: count] = UInt16(truncatingIfNeeded: number)
        unsafe values[unchecked: count] = value
        // All bits of an unselected one are set, and none of a selected one.
        let unselected = number >> 31
        count &+= 1 &+ Int(unselected)
        signs |= (number &- previous &- 1) & ~unselected
        previous = (number & ~unselected) | (previous & unselected)
      }
      return (count, signs >= 0)
    }
  }
}
