package import Numerics

extension CountStore {
  /// The number of cells whose records one thread makes at a time.
  private static let selectedTogether = 256

  /// Takes the selected genes of counts in memory.
  ///
  /// The store has the same bytes as one that is read from the files.
  ///
  /// - Parameters:
  ///   - selected: The selected genes, in the order of their indices.
  ///   - held: The counts of all genes.
  ///   - summary: The findings of the pass over the files.
  ///   - input: The transformation to the network's input. The default is `nil`, for the one that suits
  ///     the kind of values.
  ///   - pool: The threads to use.
  ///   - progress: Receives the number of cells taken so far.
  /// - Throws: Rethrows errors of `progress`.
  package init(
    selecting selected: [Int], of held: CountStore, summary: CellSummary, input: Input? = nil,
    pool: ThreadPool, progress: (Int) throws -> Void
  ) throws {
    precondition(selected.count <= Self.geneLimit, "\(selected.count) genes do not fit two bytes")
    var numbers = [Int32](repeating: -1, count: held.geneCount)
    for (number, gene) in selected.enumerated() { numbers[gene] = Int32(number) }
    let taken = numbers
    var builder = CountStoreBuilder(
      cellTotals: summary.divisors, geneCount: selected.count,
      input: input ?? Self.input(for: selected, summary), inBytes: true)
    let shards = fixedShards(of: held.cellCount, size: Self.selectedTogether)
    for part in fixedShards(of: shards.count, size: 4 * pool.threads) {
      let packed = pool.map(part.count) { number in
        PackedRows(shards[part.lowerBound + number], of: held, numbers: taken)
      }
      for (number, rows) in packed.enumerated() {
        try builder.append(rows, from: shards[part.lowerBound + number].lowerBound)
      }
      try progress(shards[part.upperBound - 1].upperBound)
    }
    self = try builder.finish()
    sizeFactors = summary.sizeFactors?.map { Float($0) }
  }
}

extension PackedRows {
  /// Packs some genes of cells of a store of counts in bytes.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - store: The store.
  ///   - numbers: The index of each of the store's genes among the selected genes, or −1.
  fileprivate init(_ cells: Range<Int>, of store: CountStore, numbers: [Int32]) {
    precondition(store.inBytes && numbers.count == store.geneCount)
    self.init(rows: [], bytes: [])
    var entries = Entries(
      longest: cells.reduce(0) { max($0, store.valueCount(of: $1)) }, numbers: numbers)
    for cell in cells {
      entries.select(cell, of: store, numbers.span)
      append(&entries, true)
    }
  }
}
