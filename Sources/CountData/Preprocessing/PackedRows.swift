internal import CellFiles

/// The selected genes of a block of cells, as records of a ``CountStore``.
///
/// Made by the threads that read; what is left to do in order is to put them away.
struct PackedRows: Sendable {
  /// One cell's record.
  struct Row: Sendable {
    /// How many values it has.
    var values: Int

    /// Its bytes.
    var bytes: Int

    /// Whether some of its counts are over a byte.
    var hasLarger: Bool

    /// The sum of its values.
    var total: Float
  }

  package private(set) var rows: [Row] = []

  /// The records, one behind the other.
  package private(set) var bytes: [UInt8] = []

  /// Packs the cells of a block.
  ///
  /// - Parameters:
  ///   - block: The cells, with the genes of their part.
  ///   - numbers: The number among the selected genes of each of the part's genes, or −1.
  ///   - inBytes: Whether values are counts in bytes, or of any kind.
  init(_ block: RowBlock<Float>, numbers: [Int32], inBytes: Bool) {
    rows.reserveCapacity(block.rowCount)
    let longest = (0..<block.rowCount).reduce(0) {
      max($0, block.starts[$1 + 1] - block.starts[$1])
    }
    var genes = [UInt16](repeating: 0, count: longest + 1)
    var values = [Float](repeating: 0, count: longest + 1)
    for row in 0..<block.rowCount {
      let range = block.starts[row]..<block.starts[row + 1]
      let (count, isAscending) = Self.select(
        block.genes.span.extracting(range), block.values.span.extracting(range), numbers.span,
        genes: &genes, values: &values)
      // Files may order the genes they share differently.
      if !isAscending { Self.sort(count, &genes, &values) }
      var total = 0.0
      var larger = 0
      for k in 0..<count {
        total += Double(values[k])
        if values[k] > CountStore.largestByte { larger += 1 }
      }
      if !inBytes { larger = 0 }
      let size = inBytes ? 3 * count + 4 * larger : 6 * count
      append(genes.span.extracting(0..<count), values.span.extracting(0..<count), inBytes)
      rows.append(Row(values: count, bytes: size, hasLarger: larger > 0, total: Self.float(total)))
    }
  }

  /// The nearest float: some values of a cell may add to more than all, where others are negative.
  private static func float(_ sum: Double) -> Float {
    let limit = Double(Float.greatestFiniteMagnitude)
    return Float(min(max(sum, -limit), limit))
  }

  /// Copies what is selected of a row to the start of `genes` and `values`.
  private static func select(
    _ stored: Span<Int32>, _ storedValues: Span<Float>, _ numbers: Span<Int32>,
    genes: inout [UInt16], values: inout [Float]
  ) -> (count: Int, isAscending: Bool) {
    var genes = genes.mutableSpan
    var values = values.mutableSpan
    var (count, previous, isAscending) = (0, Int32(-1), true)
    for k in stored.indices {
      let number = numbers[Int(stored[k])]
      // Written in any case, and overwritten by the next where it does not count: most do not,
      // at random, which processors cannot guess.
      genes[count] = UInt16(truncatingIfNeeded: number)
      values[count] = storedValues[k]
      let isSelected = number >= 0
      isAscending = isAscending && (!isSelected || number > previous)
      previous = isSelected ? number : previous
      count += isSelected ? 1 : 0
    }
    return (count, isAscending)
  }

  private static func sort(_ count: Int, _ genes: inout [UInt16], _ values: inout [Float]) {
    let sorted = zip(genes, values).prefix(count).sorted { $0.0 < $1.0 }
    for (k, entry) in sorted.enumerated() { (genes[k], values[k]) = entry }
  }

  /// Appends a record; ``CountStore`` tells how they lie.
  private mutating func append(_ genes: Span<UInt16>, _ values: Span<Float>, _ inBytes: Bool) {
    if inBytes {
      unsafe genes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      for k in values.indices { bytes.append(UInt8(min(values[k], CountStore.largestByte + 1))) }
      for k in values.indices where values[k] > CountStore.largestByte {
        unsafe withUnsafeBytes(of: values[k]) { unsafe bytes.append(contentsOf: $0) }
      }
    } else {
      unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      unsafe genes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }
  }
}
