/// The part of a record about the labels with which a model was trained.
public struct TrainingLabelRecord: Equatable, Sendable, Codable {
  /// A label.
  public struct Label: Equatable, Sendable, Codable {
    /// The name of the label.
    public var name: String

    /// The number of its cells.
    public var cells: Int

    /// The number of batches that hold some of them.
    public var batches: Int

    /// The number of its cells whose label was not used, because it is at odds with their expression.
    public var doubted: Int
  }

  /// A text that was taken for a missing label.
  public struct Placeholder: Equatable, Sendable, Codable {
    /// The text.
    public var text: String

    /// The number of its cells.
    public var cells: Int
  }

  /// The column of `obs`.
  public var column: String

  /// The labels, by name.
  public var labels: [Label]

  /// The number of cells without a label, those with a placeholder included.
  public var unlabelled: Int

  /// The texts that were taken for a missing label.
  public var placeholders: [Placeholder]

  /// The agreement of the labels with clusters of expression, from about 0 (as by chance) to 1.
  ///
  /// It is the share of the labels' entropy that the clusters explain beyond chance.
  public var agreement: Double

  /// A flag that is true if labels were used: the agreement is at least 0.1.
  public var areUsed: Bool
}

extension TrainingLabelRecord {
  /// Describes labels and how they agree with expression.
  ///
  /// - Parameters:
  ///   - labels: The labels.
  ///   - doubted: The number of cells of each label whose label was not used.
  ///   - agreement: The agreement of the labels with clusters of expression.
  ///   - areUsed: `true` if the labels were used.
  init(_ labels: TrainingLabels, doubted: [Int], agreement: Double, areUsed: Bool) {
    self.init(
      column: labels.column,
      labels: labels.names.indices.map {
        Label(
          name: labels.names[$0], cells: labels.cellCounts[$0], batches: labels.batchCounts[$0],
          doubted: doubted[$0])
      }, unlabelled: labels.missing,
      placeholders: labels.placeholders.map { Placeholder(text: $0.text, cells: $0.cells) },
      agreement: agreement, areUsed: areUsed)
  }

  /// The number of cells whose label was not used.
  package var doubted: Int { labels.reduce(0) { $0 + $1.doubted } }
}
