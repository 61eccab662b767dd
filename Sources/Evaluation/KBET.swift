internal import Numerics
internal import Neighbours

/// Returns for each label the share of neighbourhoods whose batch composition agrees with the whole
/// label's.
///
/// Each label's part of the ``fuzzyGraph(of:among:pool:)`` becomes a
/// ``diffusionMap(of:components:count:pool:)``. A cell's neighbourhood is the cell and its `k`
/// nearest there, where `k` is a quarter of the mean number of cells per batch, from 10 to 70. It
/// is accepted if a chi-squared test at 0.05 finds no difference from the label's composition.
/// Labels with one batch or fewer than 10 cells are excluded. If the label's graph is not
/// connected, components of fewer than `3k` cells are left out. The score is 0 if less than three
/// quarters of the cells remain.
///
/// To agree with scib-metrics, the number of diffusion coordinates starts at 100. If a label has
/// fewer cells, the number stays reduced for all later labels.
///
/// Reference: Büttner et al. 2019, <https://doi.org/10.1038/s41592-018-0254-1>.
///
/// - Parameters:
///   - table: Each cell's 49 nearest neighbours.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The score of each label, 0 to 1; `nil` if it is excluded.
func kbetByLabel(
  _ table: NeighbourTable, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> [Double?] {
  var coordinates = 100
  return (0..<labels.count).map { label in
    let cells = labels.rows(of: label)
    let present = batches.gathering(cells)
    guard cells.count >= 10, present.count > 1 else { return nil }
    let k = min(70, max(10, cells.count / present.count / 4))
    var part = fuzzyGraph(of: table, among: cells, pool: pool)
    var components = part.strongComponents()
    var kept = Array(0..<Int32(cells.count))
    if components.count > 1 {
      kept = components.filter { $0.count >= 3 * k }.flatMap(\.self).sorted()
      guard 4 * kept.count >= 3 * cells.count else { return 0 }
      part = part.induced(by: kept)
      components = part.strongComponents()
    }
    coordinates = min(coordinates, kept.count - 1)
    let map = diffusionMap(of: part, components: components, count: coordinates, pool: pool)
    let neighbours = nearestNeighbours(of: map, k: k, pool: pool)
    return acceptance(neighbours, batches: present.gathering(kept))
  }
}

/// Returns the mean over the labels with a score, or `nil` if there is none.
func kbetScore(_ byLabel: [Double?]) -> Double? {
  let scores = byLabel.compactMap(\.self)
  return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
}

/// Returns the share of neighbourhoods, each including its own cell, that the test accepts.
private func acceptance(_ table: NeighbourTable, batches: CellGroups) -> Double {
  guard batches.count > 1 else { return 0 }
  let size = Double(table.k + 1)
  let expected = batches.sizes.map { size * Double($0) / Double(table.count) }
  var accepted = 0
  for cell in 0..<table.count {
    var observed = [Double](repeating: 0, count: batches.count)
    observed[Int(batches.codes[cell])] += 1
    for neighbour in table.indices[table.range(ofQuery: cell)] {
      observed[Int(batches.codes[Int(neighbour)])] += 1
    }
    let statistic = zip(observed, expected).reduce(0.0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1
    }
    if chiSquaredTail(statistic, degrees: batches.count - 1) >= 0.05 { accepted += 1 }
  }
  return Double(accepted) / Double(table.count)
}

extension Metric {
  /// The share of neighbourhoods whose batch composition agrees with the whole label's (kBET); 0 to
  /// 1.
  package static let kbet = Metric("kbet", title: "kBET", .batch) { cells, labels in
    kbetScore(
      kbetByLabel(
        cells.neighbours.nearest(49), labels: labels, batches: cells.batches, pool: cells.pool))
  }
}

extension EmbeddingScores {
  /// The share of neighbourhoods whose batch composition agrees with the whole label's (kBET); 0 to
  /// 1.
  package var kbet: Double? {
    get { self[.kbet] }
    set { self[.kbet] = newValue }
  }
}
