/// The populations that the batches of a run share, as they were found without labels.
public struct CompositionRecord: Codable, Equatable, Sendable {
  /// One batch among the others.
  public struct Batch: Codable, Equatable, Sendable {
    /// The batch.
    public var batch: String

    /// The number of the frame that the batch is in, 0 that of most cells.
    ///
    /// Between batches of different frames nothing shared could be shown; they are left apart.
    public var frame: Int

    /// The number of the pool that the batch is compared in, such as that of sorted samples of one
    /// experiment; batches that stand for themselves have one each.
    public var pool: Int

    /// The share of the other batches' cells that have no counterpart in the batch, 0 to 1.
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
