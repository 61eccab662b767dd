/// The confounding of batches and labels, which lets a correction of one remove the other.
public struct Confounding: Codable, Equatable, Sendable {
  /// Cramér's V of labels and batches: 0 if independent, 1 if one determines the other.
  public let association: Double

  /// The labels that occur in one batch only, among labels with at least ten cells.
  public let labelsInOneSource: [String]

  /// The batches that have one label only, if there are at least two labels.
  public let sourcesOfOneLabel: [String]

  enum CodingKeys: String, CodingKey {
    case association
    case labelsInOneSource = "labels_in_one_source"
    case sourcesOfOneLabel = "sources_of_one_label"
  }

  /// Counts the cells of each label in each batch.
  public init(labels: CellGroups, sources: CellGroups) {
    precondition(labels.codes.count == sources.codes.count)
    var counts = Array(repeating: [Int](repeating: 0, count: sources.count), count: labels.count)
    for (label, source) in zip(labels.codes, sources.codes) {
      counts[Int(label)][Int(source)] += 1
    }
    let n = Double(labels.codes.count)
    var statistic = 0.0
    for (label, row) in counts.enumerated() {
      for (source, count) in row.enumerated() {
        let expected = Double(labels.sizes[label]) * Double(sources.sizes[source]) / n
        statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      }
    }
    let degrees = min(labels.count, sources.count) - 1
    association = degrees > 0 ? (statistic / n / Double(degrees)).squareRoot() : 0
    labelsInOneSource = labels.names.indices
      .filter { counts[$0].count(where: { $0 > 0 }) == 1 && labels.sizes[$0] >= 10 }
      .map { labels.names[$0] }
    sourcesOfOneLabel = sources.names.indices
      .filter { source in
        labels.count > 1 && counts.count(where: { $0[source] > 0 }) == 1
      }
      .map { sources.names[$0] }
  }
}
