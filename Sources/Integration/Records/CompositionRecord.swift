/// The populations that the batches of a run share, found without labels.
public struct CompositionRecord: Codable, Equatable, Sendable {
  /// The comparison of one batch with the others.
  public struct Batch: Codable, Equatable, Sendable {
    /// The name of the batch.
    public var batch: String

    /// The number of its cells in the run.
    public var cells: Int

    /// The number of the batch's frame; 0 is the one with the most cells.
    ///
    /// No shared population was found between batches of different frames, so they stay separate.
    package var frame: Int

    /// The number of the pool in which the batch is compared, such as sorted samples of one
    /// experiment.
    ///
    /// Batches that are compared alone have different numbers.
    package var pool: Int

    /// The share of the other batches' cells in its frame that have no counterpart in the batch, 0
    /// to 1; 0 if it is alone in its frame.
    public var lacking: Double

    /// The share of the batch's cells that have no counterpart in any other batch, 0 to 1.
    public var alone: Double

    /// A flag that is true if the batch has other populations than the others.
    public var isDifferent: Bool
  }

  /// The number of populations; 1 if all batches count as having the same.
  public var populations: Int

  /// The batches, in their order.
  public var batches: [Batch]
}

extension CompositionRecord {
  /// The batches with cells.
  package var filled: [Batch] { batches.filter { $0.cells > 0 } }

  /// The batches that seem to have other cell types than the others.
  package var different: [Batch] { filled.filter(\.isDifferent) }

  /// Returns the other batches with cells in the same frame.
  func frameMates(of batch: Batch) -> [Batch] {
    filled.filter { $0.frame == batch.frame && $0.batch != batch.batch }
  }

  /// Returns whether no evidence shows that a batch shares cell types with most others.
  func isApart(_ batch: Batch) -> Bool {
    batch.isDifferent && (batch.frame > 0 || frameMates(of: batch).isEmpty)
  }

  /// Returns the verdict on one batch in a few words.
  package func verdict(on batch: Batch) -> String {
    if isApart(batch) { return "no shared types found" }
    return batch.isDifferent ? "seems to hold other types" : "no sign of other types"
  }

  /// Returns the share of the other batches' cells without a counterpart in a batch, or `nil` where
  /// no other batch could be compared with it.
  package func lacking(of batch: Batch) -> Double? {
    frameMates(of: batch).isEmpty ? nil : batch.lacking
  }

  /// Returns in a few words the batches that a batch is mixed with.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - handling: The option for handling batches that differ.
  /// - Returns: The words.
  package func partners(of batch: Batch, _ handling: BatchComposition) -> String {
    guard handling == .matched else { return "mixed with all others" }
    let mates = frameMates(of: batch)
    if isApart(batch) {
      return mates.isEmpty
        ? "kept separate from all others"
        : "mixed with \(named(mates)) only, within shared types"
    }
    let pooled = mates.filter { $0.pool == batch.pool }
    if !pooled.isEmpty { return "pooled with \(named(pooled)), then mixed within shared types" }
    return different.isEmpty ? "mixed with all others" : "mixed with others within shared types"
  }
}
