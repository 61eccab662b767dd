internal import Kernels
internal import Neighbours

/// The share of neighbourhoods within a label whose sources are as in the whole label.
///
/// Each label's part of the ``fuzzyGraph(of:pool:)`` becomes a
/// ``diffusionMap(of:components:count:pool:)``; a cell's neighbourhood is
/// itself and its `k` nearest there, `k` a quarter of the mean source's cells
/// from 10 to 70. It is accepted where a chi-squared test at 0.05 does not tell
/// its sources from the label's. Labels with one source or under 10 cells do not
/// count. Where the label's graph falls apart, components under `3k` cells are
/// left out, and the score is 0 if that leaves less than three quarters.
///
/// One thing is as in scib-metrics for the sake of equal numbers: the number of
/// diffusion coordinates is at first 100, and where a label has fewer cells than
/// that, it stays reduced for the labels after it.
///
/// Reference: Büttner et al. 2019, <https://doi.org/10.1038/s41592-018-0254-1>.
///
/// - Parameters:
///   - table: Each cell's 49 nearest neighbours.
///   - labels: The labels.
///   - sources: The sources.
///   - pool: The threads to use.
/// - Returns: The score of each label, `nil` where it does not count.
func kbetByLabel(
  _ table: NeighbourTable, labels: CellGroups, sources: CellGroups, pool: ThreadPool
) -> [Double?] {
  let graph = fuzzyGraph(of: table, pool: pool)
  var coordinates = 100
  return (0..<labels.count).map { label in
    let cells = labels.rows(of: label)
    let present = sources.gathering(cells)
    guard cells.count >= 10, present.count > 1 else { return nil }
    let k = min(70, max(10, cells.count / present.count / 4))
    var part = graph.induced(by: cells)
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
    return acceptance(neighbours, sources: present.gathering(kept))
  }
}

/// The mean over the labels that count, or `nil` where none does.
func kbetScore(_ byLabel: [Double?]) -> Double? {
  let scores = byLabel.compactMap(\.self)
  return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
}

/// The share of neighbourhoods, each cell's own included, that the test accepts.
private func acceptance(_ table: NeighbourTable, sources: CellGroups) -> Double {
  guard sources.count > 1 else { return 0 }
  let size = Double(table.k + 1)
  let expected = sources.sizes.map { size * Double($0) / Double(table.count) }
  var accepted = 0
  for cell in 0..<table.count {
    var observed = [Double](repeating: 0, count: sources.count)
    observed[Int(sources.codes[cell])] += 1
    for neighbour in table.indices[table.range(ofQuery: cell)] {
      observed[Int(sources.codes[Int(neighbour)])] += 1
    }
    let statistic = zip(observed, expected).reduce(0.0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1
    }
    if chiSquaredTail(statistic, degrees: sources.count - 1) >= 0.05 { accepted += 1 }
  }
  return Double(accepted) / Double(table.count)
}
