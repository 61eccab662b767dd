/// The populations that the batches of a run share, as they were found without labels.
public struct CompositionRecord: Codable, Equatable, Sendable {
  /// One batch among the others.
  public struct Batch: Codable, Equatable, Sendable {
    /// The batch.
    public var batch: String

    /// The number of its cells that were used.
    public var cells: Int

    /// The number of the frame that the batch is in, 0 that of most cells.
    ///
    /// Between batches of different frames nothing shared could be shown; they are left apart.
    public var frame: Int

    /// The number of the pool that the batch is compared in, such as that of sorted samples of one
    /// experiment; batches that stand for themselves have one each.
    public var pool: Int

    /// The share of the cells of the other batches in its frame that have no counterpart in the
    /// batch, 0 to 1; 0 where it is alone in its frame.
    public var lacking: Double

    /// The share of the batch's cells that have no counterpart in any other batch, 0 to 1.
    public var alone: Double

    /// Whether the batch was found to hold other populations than the others.
    public var isDifferent: Bool
  }

  /// The number of populations that were told apart: 1 where all batches are taken to hold the same.
  public var populations: Int

  /// The batches, in their order.
  public var batches: [Batch]
}

extension CompositionRecord {
  /// The batches with cells.
  package var filled: [Batch] { batches.filter { $0.cells > 0 } }

  /// The batches that seem to hold other cell types than the others.
  package var different: [Batch] { filled.filter(\.isDifferent) }

  /// Returns the other batches with cells in the frame of a batch.
  func frameMates(of batch: Batch) -> [Batch] {
    filled.filter { $0.frame == batch.frame && $0.batch != batch.batch }
  }

  /// Returns whether nothing shows that a batch shares cell types with most others.
  func isApart(_ batch: Batch) -> Bool {
    batch.isDifferent && (batch.frame > 0 || frameMates(of: batch).isEmpty)
  }

  /// Returns the verdict on one batch in a few words.
  package func verdict(on batch: Batch) -> String {
    if isApart(batch) { return "no shared types can be shown" }
    return batch.isDifferent ? "seems to hold other types" : "no sign of other types"
  }

  /// Returns the share of the other batches' cells without a counterpart in a batch, or `nil` where
  /// no other batch could be compared with it.
  package func lacking(of batch: Batch) -> Double? {
    frameMates(of: batch).isEmpty ? nil : batch.lacking
  }

  /// Returns what a batch is mixed with, in a few words.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - handling: The option that decides what is done about batches that differ.
  /// - Returns: The words.
  package func partners(of batch: Batch, _ handling: BatchComposition) -> String {
    guard handling == .matched else { return "mixed with all others" }
    let mates = frameMates(of: batch)
    if isApart(batch) {
      return mates.isEmpty
        ? "left apart from all others" : "mixed with \(named(mates)) only, where types are shared"
    }
    let pooled = mates.filter { $0.pool == batch.pool }
    if !pooled.isEmpty { return "pooled with \(named(pooled)), then mixed where types are shared" }
    return different.isEmpty ? "mixed with all others" : "mixed with others where types are shared"
  }
}
