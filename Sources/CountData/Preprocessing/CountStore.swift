package import CellFiles
internal import Numerics
internal import NeuralNet

/// A compact store of the selected genes of all cells, with random access.
///
/// The records are in memory if they fit, and otherwise in a mapped scratch file; both give the
/// same values. A cell is one record:
///
///     counts        genes (UInt16 × m) · values (UInt8 × m) · counts of 255 and more (Float)
///     other values  values (Float × m) · genes (UInt16 × m)
///
/// A count takes three bytes. A byte of 255 stands for a larger count; these are stored at the end
/// of the record, in order.
package struct CountStore: Sendable {
  /// The largest count stored in a byte; the next number marks a larger count.
  static let largestByte: Float = 254

  /// The largest number of genes that two bytes can number.
  package static let geneLimit = 65_536

  /// The transformation of a stored value to the network's input.
  package enum Input: Sendable {
    /// `log(1 + 10⁴ x / t)`, with the cell's total or size factor `t`.
    case logNormalized

    /// `log(1 + 10⁴ x / t) w`, with the cell's total `t` and the peak's inverse document frequency `w`,
    /// `(f)`, scaled to the same length in each cell: the TF-IDF of peaks.
    case termFrequency(weights: [Float])

    /// `x / deviation`, with the gene's standard deviation `(f)`, for values on other scales.
    case standardized(deviations: [Float])
  }

  /// The number of cells, `n`, including those that were filtered out.
  package var cellCount: Int { stored.count }

  /// The number of selected genes, `f`.
  package let geneCount: Int

  /// The kind of the features, by their input.
  package var kind: FeatureKind {
    if case .termFrequency = input { .peaks } else { .genes }
  }

  /// The sum of each cell's values over the selected genes, without rounding fractions; `(n)`.
  package let totals: [Float]

  /// The size factor of each cell on the scale of totals, `(n)`; `nil` if counts are divided by totals.
  package internal(set) var sizeFactors: [Float]?

  /// The transformation of a value to the network's input.
  package let input: Input

  /// A flag that is true if values are counts stored in bytes; otherwise they are floats.
  let inBytes: Bool

  /// The bytes of the records.
  package let bytes: StoredBytes

  /// The start of each cell's record, −1 for a cell that was not gathered; `(n)`.
  let offsets: [Int]

  /// The number of values of each cell, with the highest bit set if some exceed a byte; `(n)`.
  private let stored: [UInt32]

  /// `10⁴ / t`; `(n)`.
  let scales: [Float]

  /// Reads the selected genes of all cells.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - selected: The selected genes of `cells.genes`, in the order of their indices.
  ///   - summary: The findings of the earlier passes.
  ///   - input: The transformation to the network's input. The default is `nil`, for the one that
  ///     suits the kind of values.
  ///   - memoryLimit: The maximum number of bytes in memory. The default is no limit.
  ///   - scratchFolder: The folder for a scratch file if the limit is exceeded.
  ///   - progress: Receives the number of cells read so far.
  /// - Throws: Errors of reading; ``CountDataError/scratchFailed(folder:reason:)`` and
  ///   `OutputError` if there is no space for a scratch file.
  package init(
    _ cells: CellDataset, selected: [Int], summary: CellSummary, input: Input? = nil,
    memoryLimit: Int = .max,
    scratchFolder: String = ScratchFolder.standard(), progress: (Int) throws -> Void
  ) throws {
    precondition(selected.count <= Self.geneLimit, "\(selected.count) genes do not fit two bytes")
    var numbers = [Int32](repeating: -1, count: cells.genes.count)
    for (number, gene) in selected.enumerated() { numbers[gene] = Int32(number) }
    let inBytes = summary.countsFitBytes
    var builder = CountStoreBuilder(
      cellTotals: summary.divisors, geneCount: selected.count,
      input: input ?? Self.input(for: selected, summary), inBytes: inBytes,
      memoryLimit: memoryLimit, scratchFolder: scratchFolder)
    var firstCell = 0
    for part in cells.parts {
      let partNumbers = part.sharedGenes.map { $0 >= 0 ? numbers[Int($0)] : -1 }
      try part.matrix.forEachRowBlock(
        as: Float.self,
        map: { block in
          (
            first: block.firstRow, last: block.firstRow + block.rowCount,
            packed: PackedRows(block, numbers: partNumbers, inBytes: inBytes)
          )
        }
      ) { first, last, packed in
        try builder.append(packed, from: firstCell + first)
        try progress(firstCell + last)
      }
      firstCell += part.matrix.cellCount
    }
    self = try builder.finish()
    sizeFactors = summary.sizeFactors?.map { Float($0) }
  }

  /// Takes the parts that a builder has gathered.
  init(
    geneCount: Int, totals: [Float], input: Input, inBytes: Bool, bytes: StoredBytes,
    offsets: [Int], stored: [UInt32], scales: [Float]
  ) {
    (self.geneCount, self.totals, self.input, self.inBytes) = (geneCount, totals, input, inBytes)
    (self.bytes, self.offsets, self.stored, self.scales) = (bytes, offsets, stored, scales)
  }

  /// The bit of a number of values that says that some exceed a byte.
  static let hasLarger: UInt32 = 1 << 31

  /// Returns the number of values of a cell.
  func valueCount(of cell: Int) -> Int {
    precondition(offsets[cell] >= 0, "cell \(cell) was not gathered")
    return Int(stored[cell] & ~Self.hasLarger)
  }

  /// Returns whether some of a cell's counts exceed a byte.
  func hasLargerCounts(_ cell: Int) -> Bool { stored[cell] & Self.hasLarger != 0 }

  static func input(for selected: [Int], _ summary: CellSummary) -> Input {
    guard summary.kind == .logNormalized || summary.kind == .scaled else { return .logNormalized }
    // Only the scale is standardized. The norm after the first layer subtracts the mean, and this
    // way zeros stay zeros. Moments are those of the values only if these are not logarithms.
    guard summary.kind == .scaled else {
      return .standardized(deviations: [Float](repeating: 1, count: selected.count))
    }
    let variances = summary.moments.pooled.variances
    return .standardized(
      deviations: selected.map { variances[$0] > 0 ? Float(variances[$0].squareRoot()) : 1 })
  }
}
