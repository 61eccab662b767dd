package import Numerics

/// Returns UMAP's symmetric graph of memberships from nearest neighbours.
///
/// A cell's edge to a neighbour has the weight `exp(-(distance - rho) / sigma)`, and 1 below `rho`,
/// the smallest nonzero distance. `sigma` makes the weights sum to `log2 k`, where `k` includes the
/// cell itself; it is at least a thousandth of the mean distance. Edges `a`, `b` in both directions
/// combine to `a + b - ab`.
///
/// Reference: McInnes, Healy and Melville 2018, <https://arxiv.org/abs/1802.03426>.
package func fuzzyGraph(of table: NeighbourTable, pool: ThreadPool) -> SparseGraph {
  let (n, k) = (table.count, table.k)
  let all = table.distances.reduce(0.0) { $0 + Double($1) } / Double(max(1, n * (k + 1)))
  let shards = fixedShards(of: n, size: 512)
  let own = pool.map(shards.count) { shard in
    shards[shard].flatMap { memberships(table.distances[table.range(ofQuery: $0)], meanOfAll: all) }
  }.flatMap(\.self)

  // The incoming edges of each cell, by the cell of origin.
  var arrivals = [Int](repeating: 0, count: n + 1)
  for target in table.indices { arrivals[Int(target) + 1] += 1 }
  for cell in 0..<n { arrivals[cell + 1] += arrivals[cell] }
  var incoming = [(cell: Int32, weight: Double)](repeating: (0, 0), count: n * k)
  var next = arrivals
  for cell in 0..<n {
    for edge in table.range(ofQuery: cell) {
      let target = Int(table.indices[edge])
      incoming[next[target]] = (Int32(cell), own[edge])
      next[target] += 1
    }
  }

  let rows = pool.map(shards.count) { [incoming, arrivals] shard in
    shards[shard].map { cell in
      let outgoing = table.range(ofQuery: cell).map { (cell: table.indices[$0], weight: own[$0]) }
      return merged(
        outgoing.sorted { $0.cell < $1.cell }[...],
        incoming[arrivals[cell]..<arrivals[cell + 1]])
    }
  }
  var graph = SparseGraph()
  for row in rows.joined() {
    for edge in row where edge.weight > 0 {
      graph.targets.append(edge.cell)
      graph.weights.append(edge.weight)
    }
    graph.starts.append(graph.targets.count)
  }
  return graph
}

/// Returns the weights of one cell's edges, in single precision as in UMAP.
private func memberships(_ distances: ArraySlice<Float>, meanOfAll: Double) -> [Double] {
  let distances = distances.map(Double.init)
  let k = Double(distances.count + 1)
  let wanted = logarithm(k) / logarithm(2)
  let rho = distances.first { $0 > 0 } ?? 0
  var (low, high, sigma) = (0.0, Double.infinity, 1.0)
  for _ in 0..<64 {
    let sum = distances.reduce(0.0) { $0 + ($1 > rho ? exponential(-($1 - rho) / sigma) : 1) }
    if abs(sum - wanted) < 1e-5 { break }
    if sum > wanted {
      high = sigma
      sigma = (low + high) / 2
    } else {
      low = sigma
      sigma = high.isInfinite ? 2 * sigma : (low + high) / 2
    }
  }
  let mean = rho > 0 ? distances.reduce(0, +) / k : meanOfAll
  sigma = max(sigma, 1e-3 * mean)
  return distances.map { distance in
    distance <= rho || sigma == 0 ? 1 : Double(Float(exponential(-(distance - rho) / sigma)))
  }
}

/// Merges the edges of one cell in both directions, each list ascending.
private func merged(
  _ a: ArraySlice<(cell: Int32, weight: Double)>, _ b: ArraySlice<(cell: Int32, weight: Double)>
) -> [(cell: Int32, weight: Double)] {
  var (a, b) = (a, b)
  var edges: [(cell: Int32, weight: Double)] = []
  while let first = a.first ?? b.first {
    let other = b.first ?? first
    if a.isEmpty || other.cell < first.cell {
      edges.append(b.removeFirst())
    } else if b.isEmpty || first.cell < other.cell {
      edges.append(a.removeFirst())
    } else {
      let (p, q) = (a.removeFirst().weight, b.removeFirst().weight)
      edges.append((first.cell, p + q - p * q))
    }
  }
  return edges
}
