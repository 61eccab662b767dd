internal import CellFiles

/// The counts of all genes, held in memory from the first pass over the files, so that those of the
/// selected genes need not be read again.
///
/// They are given up as soon as they turn out to be other values, or too large for the memory.
package final class HeldCounts {
  private var builder: CountStoreBuilder?
  private var room: Int

  /// Prepares for the counts of cells from files.
  ///
  /// It fails if the counts, at three bytes for each stored number, would take more than the limit, if
  /// genes do not fit two bytes, or if the counts are in memory anyway.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - limit: The maximum number of bytes.
  package init?(of cells: CellDataset, limit: Int) {
    let files = cells.parts.map { $0.matrix as? CellFile }
    let stored = files.reduce(0) { $0 + ($1?.storage.storedCount ?? limit) }
    guard stored <= limit / 3, cells.genes.count <= CountStore.geneLimit else { return nil }
    room = limit
    builder = CountStoreBuilder(
      cellTotals: [Double](repeating: 0, count: cells.count), geneCount: cells.genes.count,
      input: .logNormalized, inBytes: true)
  }

  /// Packs a block, for ``append(_:from:)``.
  ///
  /// - Parameters:
  ///   - block: The block.
  ///   - audit: The findings about its values.
  ///   - genes: The index of each of the part's genes in the shared genes, or −1.
  /// - Returns: The records; `nil` if the block has values that are not counts.
  static func packed(
    _ block: RowBlock<Float>, _ audit: ValueAudit, genes: [Int32]
  ) -> PackedRows? {
    guard audit.areCounts else { return nil }
    return PackedRows(block, numbers: genes, inBytes: true)
  }

  /// Holds the records of consecutive cells.
  ///
  /// - Parameters:
  ///   - packed: The records; `nil` gives up all that is held.
  ///   - firstCell: The first of the cells.
  /// - Throws: Errors of ``CountStoreBuilder/append(_:from:)``, which do not occur in memory.
  func append(_ packed: PackedRows?, from firstCell: Int) throws {
    guard let packed, packed.bytes.count <= room else {
      builder = nil
      return
    }
    room -= packed.bytes.count
    try builder?.append(packed, from: firstCell)
  }

  /// Takes the counts out, after the pass.
  ///
  /// - Returns: The counts of all cells and genes; `nil` if they were given up.
  /// - Throws: Errors of ``CountStoreBuilder/finish()``, which do not occur in memory.
  package func take() throws -> CountStore? { try builder.take()?.finish() }
}
