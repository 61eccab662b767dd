/// A sorter of cells' entries by gene, for files whose genes are in another order.
///
/// Entries are put in the places of their genes and collected in order, which takes a fifth of the
/// time of comparing them.
struct GeneOrdering {
  /// The value of each gene of the current cell; `(genes)`.
  private var values: [Float]

  /// One bit for each gene, set if the current cell has it.
  private var present: [UInt64]

  /// Makes a sorter for genes with numbers below `genes`.
  init(genes: Int) {
    values = [Float](repeating: 0, count: genes)
    present = [UInt64](repeating: 0, count: (genes + 63) / 64)
  }

  /// Sorts the first `count` entries by gene.
  ///
  /// Entries of the same gene keep their order.
  mutating func sort(_ count: Int, _ genes: inout [UInt16], _ values: inout [Float]) {
    guard Self.place(count, genes.span, values.span, in: &self.values, &present) else {
      for word in present.indices { present[word] = 0 }
      Self.sortReference(count, &genes, &values)
      return
    }
    var genes = genes.mutableSpan
    var values = values.mutableSpan
    var end = 0
    for word in present.indices {
      var bits = present[word]
      present[word] = 0
      while bits != 0 {
        let gene = word << 6 | bits.trailingZeroBitCount
        bits &= bits &- 1
        genes[end] = UInt16(truncatingIfNeeded: gene)
        values[end] = self.values[gene]
        end += 1
      }
    }
  }

  /// Puts entries in the places of their genes; returns `false` if a gene is repeated.
  private static func place(
    _ count: Int, _ genes: Span<UInt16>, _ values: Span<Float>, in places: inout [Float],
    _ present: inout [UInt64]
  ) -> Bool {
    var places = places.mutableSpan
    var present = present.mutableSpan
    var repeated: UInt64 = 0
    for k in 0..<count {
      let gene = Int(genes[k])
      let bit = UInt64(1) << UInt64(gene & 63)
      repeated |= present[gene >> 6] & bit
      present[gene >> 6] |= bit
      places[gene] = values[k]
    }
    return repeated == 0
  }

  /// Sorts by comparing: the slow reference for tests of ``sort(_:_:_:)``.
  static func sortReference(_ count: Int, _ genes: inout [UInt16], _ values: inout [Float]) {
    let sorted = zip(genes, values).prefix(count).sorted { $0.0 < $1.0 }
    for (k, entry) in sorted.enumerated() { (genes[k], values[k]) = entry }
  }
}
