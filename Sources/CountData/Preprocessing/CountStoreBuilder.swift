/// A builder of a ``CountStore`` from the records of all or some of its cells.
package struct CountStoreBuilder: ~Copyable {
  private let geneCount: Int
  private let input: CountStore.Input
  private let inBytes: Bool
  private let scales: [Float]
  private var writer: StoredBytesWriter
  private var offsets: [Int]
  private var stored: [UInt32]
  private var totals: [Float]

  /// Makes a builder without records.
  ///
  /// - Parameters:
  ///   - cellTotals: The divisor of each cell's values: their sum over all genes of its file, or the
  ///     size factor; `(n)`.
  ///   - geneCount: The number of selected genes.
  ///   - input: The transformation of a value to the network's input.
  ///   - inBytes: `true` if records hold counts in bytes; otherwise they are floats.
  ///   - memoryLimit: The maximum number of bytes in memory. The default is no limit.
  ///   - scratchFolder: The folder for a scratch file if the limit is exceeded.
  package init(
    cellTotals: [Double], geneCount: Int, input: CountStore.Input, inBytes: Bool,
    memoryLimit: Int = .max, scratchFolder: String = ScratchFolder.standard()
  ) {
    (self.geneCount, self.input, self.inBytes) = (geneCount, input, inBytes)
    // A total too small to be a float counts as zero.
    scales = cellTotals.map { total in
      let scale = total > 0 ? Float(1e4 / total) : 0
      return scale.isFinite ? scale : 0
    }
    writer = StoredBytesWriter(
      memoryLimit: memoryLimit, largestRecord: 8 * geneCount + 8, scratchFolder: scratchFolder)
    offsets = [Int](repeating: -1, count: cellTotals.count)
    stored = [UInt32](repeating: 0, count: cellTotals.count)
    totals = [Float](repeating: 0, count: cellTotals.count)
  }

  /// Adds the records of consecutive cells.
  ///
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``; `OutputError` if no scratch file
  ///   can be made.
  package mutating func append(_ packed: PackedRows, from firstCell: Int) throws {
    try append(packed, to: firstCell..<firstCell + packed.rows.count)
  }

  /// Adds the records of some cells.
  package mutating func append(
    _ packed: PackedRows, to cells: some Collection<Int>
  ) throws {
    var place = 0
    for (row, cell) in zip(packed.rows, cells) {
      offsets[cell] = unsafe try writer.append(row.bytes) { record in
        unsafe packed.bytes.withUnsafeBytes { bytes in
          guard row.bytes > 0, let base = bytes.baseAddress else { return }
          unsafe record.copyMemory(from: base + place, byteCount: row.bytes)
        }
      }
      place += row.bytes
      stored[cell] = UInt32(row.values) | (row.hasLarger ? CountStore.hasLarger : 0)
      totals[cell] = row.total
    }
  }

  /// Completes the store.
  ///
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  package consuming func finish() throws -> CountStore {
    let (geneCount, totals, input, inBytes) = (geneCount, totals, input, inBytes)
    let (offsets, stored, scales) = (offsets, stored, scales)
    return CountStore(
      geneCount: geneCount, totals: totals, input: input, inBytes: inBytes,
      bytes: try writer.finish(), offsets: offsets, stored: stored, scales: scales)
  }
}
