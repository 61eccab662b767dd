internal import Neighbours

/// Returns the connectivity of labels in the graph of nearest neighbours; 0 to 1.
///
/// For each label it is the share of cells in its largest strongly connected component, with edges
/// within the label only. The result is the mean over labels. The cost is O(n · k).
func graphConnectivity(_ table: NeighbourTable, labels: CellGroups) -> Double {
  var graph = SparseGraph()
  for cell in 0..<table.count {
    graph.targets += table.indices[table.range(ofQuery: cell)]
    graph.starts.append(graph.targets.count)
  }
  graph.weights = Array(repeating: 1, count: graph.targets.count)
  let shares = (0..<labels.count).map { label in
    let largest = graph.induced(by: labels.rows(of: label)).strongComponents().map(\.count).max()
    return Double(largest ?? 0) / Double(labels.sizes[label])
  }
  return shares.reduce(0, +) / Double(shares.count)
}

extension Metric {
  /// The mean share of a label's cells in its largest connected component; 0 to 1.
  package static let graphConnectivity = Metric(
    "graph_connectivity", title: "graph connectivity", .batch
  ) { cells, labels in
    Evaluation.graphConnectivity(cells.neighbours.nearest(14), labels: labels)
  }
}

extension EmbeddingScores {
  /// The mean share of a label's cells in its largest connected component; 0 to 1.
  package var graphConnectivity: Double? {
    get { self[.graphConnectivity] }
    set { self[.graphConnectivity] = newValue }
  }
}
