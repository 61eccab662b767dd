internal import CellFiles
internal import Kernels
internal import NeuralNet

/// The selected genes of all cells, compact, read in any order.
///
/// They are in memory while they fit, and else in a scratch file that is mapped; what is read
/// is the same. A cell is one record:
///
///     counts        genes (UInt16 × m) · values (UInt8 × m) · counts of 255 and more (Float)
///     other values  values (Float × m) · genes (UInt16 × m)
///
/// So a count takes three bytes. A byte of 255 stands for a larger count, of which the record
/// holds as many at its end, in their order.
package struct CountStore: Sendable {
  /// The largest count that a byte holds; the next number marks a larger one.
  static let largestByte: Float = 254

  /// The largest number of genes that two bytes can tell apart.
  package static let geneLimit = 65_536

  /// How a stored value becomes the network's input.
  package enum Input: Sendable {
    /// `log(1 + 10⁴ x / t)`, with the cell's total `t`.
    case logNormalized

    /// `x / deviation`, with the gene's deviation `(f)`: for values on other scales.
    case standardized(deviations: [Float])
  }

  /// The number of cells, `n`: all of the input, also those that were filtered out.
  package var cellCount: Int { stored.count }

  /// The number of selected genes, `f`.
  package let geneCount: Int

  /// The sum of each cell's values over the selected genes, fractions not rounded; `(n)`.
  package let totals: [Float]

  /// How a value becomes the network's input.
  package let input: Input

  /// Whether values are counts in bytes, or of any kind.
  let inBytes: Bool

  /// Where the records are.
  package let bytes: StoredBytes

  /// Where each cell's record starts; `(n)`.
  let offsets: [Int]

  /// How many values each cell has, and in the highest bit whether some are over a byte; `(n)`.
  private let stored: [UInt32]

  /// `10⁴ / t`; `(n)`.
  let scales: [Float]

  /// Reads the selected genes of all cells.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - selected: The selected genes of `cells.genes`, in the order that they are numbered in.
  ///   - summary: What the passes before found out.
  ///   - input: How a value becomes the network's input; `nil`, the default, for what suits the
  ///     values.
  ///   - memoryLimit: How many bytes are held in memory. The default is no limit.
  ///   - scratchFolder: Where a scratch file is made for more.
  ///   - progress: Is told how many cells have been read.
  /// - Throws: What reading throws; ``CountDataError/scratchFailed(folder:reason:)`` and
  ///   `OutputError`, where there is no room for a scratch file.
  package init(
    _ cells: Cells, selected: [Int], summary: CellSummary, input: Input? = nil,
    memoryLimit: Int = .max,
    scratchFolder: String = ScratchFolder.standard(), progress: (Int) throws -> Void
  ) throws {
    precondition(selected.count <= Self.geneLimit, "\(selected.count) genes do not fit two bytes")
    var numbers = [Int32](repeating: -1, count: cells.genes.count)
    for (number, gene) in selected.enumerated() { numbers[gene] = Int32(number) }

    geneCount = selected.count
    // A total so small that this is no float, is none.
    scales = summary.totals.map { total in
      let scale = total > 0 ? Float(1e4 / total) : 0
      return scale.isFinite ? scale : 0
    }
    self.input = input ?? Self.input(for: selected, summary)
    // The escape costs a second look, so it has to be the exception.
    let inBytes = summary.kind == .counts && summary.shareOverByte < 0.01
    self.inBytes = inBytes

    var writer = StoredBytesWriter(
      memoryLimit: memoryLimit, largestRecord: 8 * selected.count + 8,
      scratchFolder: scratchFolder)
    var offsets: [Int] = []
    var stored: [UInt32] = []
    var totals: [Float] = []
    offsets.reserveCapacity(cells.count)
    stored.reserveCapacity(cells.count)
    totals.reserveCapacity(cells.count)
    var firstCell = 0
    for part in cells.parts {
      let partNumbers = part.sharedGenes.map { $0 >= 0 ? numbers[Int($0)] : -1 }
      try part.matrix.forEachRowBlock(
        as: Float.self,
        map: { block in
          (
            last: block.firstRow + block.rowCount,
            packed: PackedRows(block, numbers: partNumbers, inBytes: inBytes)
          )
        }
      ) { last, packed in
        var place = 0
        for row in packed.rows {
          let offset = unsafe try writer.append(row.bytes) { record in
            unsafe packed.bytes.withUnsafeBytes { bytes in
              guard row.bytes > 0, let base = bytes.baseAddress else { return }
              unsafe record.copyMemory(from: base + place, byteCount: row.bytes)
            }
          }
          place += row.bytes
          offsets.append(offset)
          stored.append(UInt32(row.values) | (row.hasLarger ? Self.hasLarger : 0))
          totals.append(row.total)
        }
        try progress(firstCell + last)
      }
      firstCell += part.matrix.cellCount
    }
    bytes = try writer.finish()
    self.offsets = offsets
    self.stored = stored
    self.totals = totals
  }

  private static let hasLarger: UInt32 = 1 << 31

  /// How many values a cell has.
  func valueCount(of cell: Int) -> Int { Int(stored[cell] & ~Self.hasLarger) }

  /// Whether some of a cell's counts are over a byte.
  func hasLargerCounts(_ cell: Int) -> Bool { stored[cell] & Self.hasLarger != 0 }

  private static func input(for selected: [Int], _ summary: CellSummary) -> Input {
    guard summary.kind == .logNormalized || summary.kind == .scaled else { return .logNormalized }
    // Only the scale is evened out: the norm behind the first layer takes the mean away anyway,
    // and so zeros stay zeros. The moments are those of the values only where these are not logs.
    guard summary.kind == .scaled else {
      return .standardized(deviations: [Float](repeating: 1, count: selected.count))
    }
    let variances = summary.moments.pooled.variances
    return .standardized(
      deviations: selected.map { variances[$0] > 0 ? Float(variances[$0].squareRoot()) : 1 })
  }
}
