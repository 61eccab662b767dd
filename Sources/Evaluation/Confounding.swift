/// The confounding of batches and labels, which lets a correction of one remove the other.
package struct Confounding: Codable, Equatable, Sendable {
  /// Cramér's V of labels and batches: 0 if independent, 1 if one determines the other.
  package let association: Double

  /// The labels that occur in one batch only, among labels with at least ten cells.
  package let labelsInOneBatch: [String]

  /// The batches that have one label only, if there are at least two labels.
  package let batchesOfOneLabel: [String]

  enum CodingKeys: String, CodingKey {
    case association
    case labelsInOneBatch = "labels_in_one_batch"
    case batchesOfOneLabel = "batches_of_one_label"
  }

  /// Counts the cells of each label in each batch.
  package init(labels: CellGroups, batches: CellGroups) {
    precondition(labels.codes.count == batches.codes.count)
    var counts = Array(repeating: [Int](repeating: 0, count: batches.count), count: labels.count)
    for (label, batch) in zip(labels.codes, batches.codes) {
      counts[Int(label)][Int(batch)] += 1
    }
    let n = Double(labels.codes.count)
    var statistic = 0.0
    for (label, row) in counts.enumerated() {
      for (batch, count) in row.enumerated() {
        let expected = Double(labels.sizes[label]) * Double(batches.sizes[batch]) / n
        statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      }
    }
    let degrees = min(labels.count, batches.count) - 1
    association = degrees > 0 ? (statistic / n / Double(degrees)).squareRoot() : 0
    labelsInOneBatch = labels.names.indices
      .filter { counts[$0].count(where: { $0 > 0 }) == 1 && labels.sizes[$0] >= 10 }
      .map { labels.names[$0] }
    batchesOfOneLabel = batches.names.indices
      .filter { batch in
        labels.count > 1 && counts.count(where: { $0[batch] > 0 }) == 1
      }
      .map { batches.names[$0] }
  }
}
