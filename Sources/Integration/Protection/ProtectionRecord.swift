internal import Support

/// The part of a record about the factor whose differences stayed.
public struct ProtectionRecord: Equatable, Sendable, Codable {
  /// A level of the factor.
  public struct Level: Equatable, Sendable, Codable {
    /// The name of the level.
    public var name: String

    /// The number of its cells.
    public var cells: Int

    /// The number of batches that hold some of them.
    public var batches: Int
  }

  /// The column of `obs`.
  public var column: String

  /// The levels, in order.
  public var levels: [Level]

  /// The mixing of the levels within populations in the principal components of the uncorrected
  /// expression, as that of batches; `nil` if no population is in two levels.
  public var mixingBefore: Double?

  /// The mixing of the levels within populations in the embedding.
  ///
  /// It should not be far above ``mixingBefore``, because their differences were to stay.
  public var mixingAfter: Double?
}

extension ProtectionRecord {
  /// Describes levels and their mixing.
  init(
    _ protected: ProtectedLevels, _ batches: BatchAssignment,
    mixing: (before: Double?, after: Double?)
  ) {
    let cells = protected.assignment.cellCounts
    self.init(
      column: protected.column,
      levels: protected.names.indices.map {
        Level(
          name: protected.names[$0], cells: cells[$0],
          batches: protected.batchesOfLevel[$0].count)
      }, mixingBefore: mixing.before, mixingAfter: mixing.after)
  }
}

extension ProtectionRecord {
  /// The loss of mixing from which levels that were mixed are set apart by more than their difference.
  private static let notableLoss = 0.2

  /// A warning about levels that the correction set apart; `nil` if it did not.
  ///
  /// Levels drawn at random come apart by the noise that the network learns of them.
  var concern: String? {
    guard let mixingBefore, let mixingAfter, mixingBefore > 0.5,
      mixingBefore - mixingAfter > Self.notableLoss
    else { return nil }
    let (before, after) = (hundredths(mixingBefore), hundredths(mixingAfter))
    return "the levels of the protected '\(column)' mix at \(after) in the embedding and at "
      + "\(before) before the correction; part of the distance between them may be noise, so compare genes "
      + "between them in the counts"
  }
}
