internal import Neighbours
internal import Numerics

/// Returns CiLISI: the effective number of batches in neighbourhoods within each label.
///
/// Neighbours are searched for among the cells of the label alone, so a label that one batch has
/// more of than another does not lower the score. The number is rescaled to 0 to 1 by the number of
/// batches that have the label. Labels with one batch or fewer than ten cells are left out.
///
/// Reference: Andreatta et al. 2024, <https://doi.org/10.1038/s41467-024-45240-z>.
///
/// - Parameters:
///   - x: The embedding; `(n, d)`.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The mean over the cells of the other labels, 0 to 1; `nil` if there are none.
func withinLabelLISI(
  of x: Matrix, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Double? {
  var (sum, cells) = (0.0, 0)
  var options = NeighbourOptions()
  options.maximumQueries = .max
  for label in 0..<labels.count where labels.sizes[label] >= 10 {
    let rows = labels.rows(of: label)
    let present = batches.gathering(rows)
    guard present.count > 1 else { continue }
    let table = nearestNeighbours(of: x.gathering(rows), k: 89, options: options, pool: pool)
    let counts = inverseSimpson(table, codes: present.codes, groups: present.count, pool: pool)
    sum += counts.reduce(0) { $0 + ($1 - 1) / Double(present.count - 1) }
    cells += rows.count
  }
  return cells > 0 ? sum / Double(cells) : nil
}

extension Metric {
  /// The effective number of batches in neighbourhoods within each label (CiLISI), rescaled to 0 to
  /// 1.
  package static let cilisi = Metric("cilisi", title: "CiLISI", .batch) { cells, labels in
    withinLabelLISI(of: cells.x, labels: labels, batches: cells.batches, pool: cells.pool)
  }
}

extension EmbeddingScores {
  /// The effective number of batches in neighbourhoods within each label (CiLISI), rescaled to 0 to
  /// 1.
  package var cilisi: Double? { self[.cilisi] }
}
