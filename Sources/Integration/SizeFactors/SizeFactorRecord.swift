internal import Numerics
internal import Support
internal import CountData

/// The part of a record about the sizes of cells.
public struct SizeFactorRecord: Equatable, Sendable, Codable {
  /// The sizes of one batch.
  public struct Batch: Equatable, Sendable, Codable {
    /// The name of the batch.
    public var name: String

    /// The median size of its cells, in the column's unit.
    public var medianSize: Double

    /// The median of their total counts.
    public var medianCounts: Double
  }

  /// The name of the column of `obs`.
  public var column: String

  /// The batches with cells in the training; in each, sizes were multiplied by the ratio of the two
  /// medians.
  public var batches: [Batch]
}

extension SizeFactorRecord {
  /// Describes the sizes of a training.
  init(
    _ sizes: SizeFactors, totals: [Double], kept: [Int], _ batches: BatchAssignment
  ) {
    column = sizes.column
    let ofBatch = Dictionary(grouping: kept) { Int(batches.batchOfCell[$0]) }
    self.batches = ofBatch.sorted { $0.key < $1.key }.map { batch, cells in
      Batch(
        name: batches.names[batch], medianSize: median(of: cells.map { sizes.values[$0] }),
        medianCounts: median(of: cells.map { totals[$0] }))
    }
  }
}
