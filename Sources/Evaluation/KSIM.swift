internal import Neighbours

/// Returns kSIM's acceptance rate: the share of cells whose neighbourhood has one label.
///
/// A neighbourhood is the cell and its 24 nearest neighbours. It is accepted if at least 90% of its
/// cells have the cell's label.
///
/// Reference: Li et al. 2020 (Pegasus), <https://doi.org/10.1038/s41592-020-0905-x>.
///
/// - Parameters:
///   - table: Each cell's neighbours without itself.
///   - labels: The labels.
/// - Returns: The share; 0 to 1.
func similarNeighbourhoods(_ table: NeighbourTable, labels: CellGroups) -> Double {
  let size = table.k + 1
  let accepted = (0..<table.count).count { cell in
    let neighbours = table.indices[table.range(ofQuery: cell)]
    let own = neighbours.count { labels.codes[Int($0)] == labels.codes[cell] }
    return 10 * (own + 1) >= 9 * size
  }
  return Double(accepted) / Double(table.count)
}

extension Metric {
  /// The share of cells with at least 90% of their 25 nearest cells, themselves included, in their
  /// label (kSIM); 0 to 1.
  package static let ksim = Metric("ksim", title: "kSIM", .biology) { cells, labels in
    similarNeighbourhoods(cells.neighbours.nearest(24), labels: labels)
  }
}

extension EmbeddingScores {
  /// The share of cells with at least 90% of their 25 nearest cells, themselves included, in their
  /// label (kSIM); 0 to 1.
  package var ksim: Double? { self[.ksim] }
}
