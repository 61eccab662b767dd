internal import Neighbours

/// How far the cells of a label hang together in the graph of their nearest neighbours.
///
/// The share of a label's cells in its largest strongly connected component,
/// edges within the label only; the mean over labels. O(n · k).
func graphConnectivity(_ table: NeighbourTable, labels: CellGroups) -> Double {
  var graph = SparseGraph()
  graph.targets = table.indices
  graph.weights = Array(repeating: 1, count: table.indices.count)
  graph.starts = (0...table.count).map { $0 * table.k }
  let shares = (0..<labels.count).map { label in
    let largest = graph.induced(by: labels.rows(of: label)).strongComponents().map(\.count).max()
    return Double(largest ?? 0) / Double(labels.sizes[label])
  }
  return shares.reduce(0, +) / Double(shares.count)
}
