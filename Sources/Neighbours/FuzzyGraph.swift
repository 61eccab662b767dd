package import Numerics

/// Returns UMAP's symmetric graph of memberships from nearest neighbours.
///
/// A cell's edge to a neighbour has the weight `exp(-(distance - rho) / sigma)`, and 1 below `rho`,
/// the smallest nonzero distance. `sigma` makes the weights sum to `log2 k`, where `k` includes the
/// cell itself; it is at least a thousandth of the mean distance. Edges `a`, `b` in both directions
/// combine to `a + b - ab`.
///
/// Reference: McInnes, Healy and Melville 2018, <https://arxiv.org/abs/1802.03426>.
///
/// - Parameters:
///   - table: The neighbours of all cells.
///   - cells: The cells of the graph, ascending; the graph has the edges among them. The default is
///     `nil`, for all.
///   - pool: The threads to use.
/// - Returns: The graph, with the cells numbered in their order.
package func fuzzyGraph(
  of table: NeighbourTable, among cells: [Int32]? = nil, pool: ThreadPool
) -> SparseGraph {
  let cells = cells ?? Array(0..<Int32(table.count))
  var numbers = [Int32](repeating: -1, count: table.count)
  for (number, cell) in cells.enumerated() { numbers[Int(cell)] = Int32(number) }
  let (n, k) = (cells.count, table.k)
  // Only the memberships of cells without another distance need the mean of all.
  let needsMean = cells.contains { cell in
    table.distances[table.range(ofQuery: Int(cell))].last == 0
  }
  let all = needsMean ? meanDistance(in: table) : 0
  let shards = fixedShards(of: n, size: 512)
  let own = pool.map(shards.count) { shard in
    shards[shard].flatMap {
      memberships(table.distances[table.range(ofQuery: Int(cells[$0]))], meanOfAll: all)
    }
  }.flatMap(\.self)

  // The incoming edges of each cell, by the cell of origin.
  var arrivals = [Int](repeating: 0, count: n + 1)
  for cell in cells {
    for edge in table.range(ofQuery: Int(cell)) {
      let target = Int(numbers[Int(table.indices[edge])])
      if target >= 0 { arrivals[target + 1] += 1 }
    }
  }
  for cell in 0..<n { arrivals[cell + 1] += arrivals[cell] }
  var incoming = [(cell: Int32, weight: Float)](repeating: (0, 0), count: arrivals[n])
  var next = arrivals
  for (cell, row) in cells.enumerated() {
    for (place, edge) in table.range(ofQuery: Int(row)).enumerated() {
      let target = Int(numbers[Int(table.indices[edge])])
      guard target >= 0 else { continue }
      incoming[next[target]] = (Int32(cell), own[cell * k + place])
      next[target] += 1
    }
  }

  var graph = SparseGraph()
  // Some shards at a time, so that lists of edges do not take more memory than the graph.
  for part in fixedShards(of: shards.count, size: 16) {
    let rows = pool.map(part.count) { [incoming, arrivals, numbers] number in
      shards[part.lowerBound + number].map { cell in
        let outgoing = table.range(ofQuery: Int(cells[cell])).enumerated().compactMap {
          place, edge -> (cell: Int32, weight: Float)? in
          let target = numbers[Int(table.indices[edge])]
          return target < 0 ? nil : (target, own[cell * k + place])
        }
        return merged(
          outgoing.sorted { $0.cell < $1.cell }[...],
          incoming[arrivals[cell]..<arrivals[cell + 1]])
      }
    }
    for row in rows.joined() {
      for edge in row where edge.weight > 0 {
        graph.targets.append(edge.cell)
        graph.weights.append(edge.weight)
      }
      graph.starts.append(graph.targets.count)
    }
  }
  return graph
}

/// Returns the mean of all distances, with one of 0 for each cell itself.
private func meanDistance(in table: NeighbourTable) -> Double {
  var sum = 0.0
  for query in 0..<table.count {
    for edge in table.range(ofQuery: query) { sum += Double(table.distances[edge]) }
  }
  return sum / Double(max(1, table.count * (table.k + 1)))
}

/// Returns the weights of one cell's edges, in single precision as in UMAP.
private func memberships(_ distances: ArraySlice<Float>, meanOfAll: Double) -> [Float] {
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
    distance <= rho || sigma == 0 ? 1 : Float(exponential(-(distance - rho) / sigma))
  }
}

/// Merges the edges of one cell in both directions, each list ascending.
private func merged(
  _ a: ArraySlice<(cell: Int32, weight: Float)>, _ b: ArraySlice<(cell: Int32, weight: Float)>
) -> [(cell: Int32, weight: Double)] {
  var (a, b) = (a, b)
  var edges: [(cell: Int32, weight: Double)] = []
  while let first = a.first ?? b.first {
    let other = b.first ?? first
    if a.isEmpty || other.cell < first.cell {
      edges.append((other.cell, Double(b.removeFirst().weight)))
    } else if b.isEmpty || first.cell < other.cell {
      edges.append((first.cell, Double(a.removeFirst().weight)))
    } else {
      let (p, q) = (Double(a.removeFirst().weight), Double(b.removeFirst().weight))
      edges.append((first.cell, p + q - p * q))
    }
  }
  return edges
}
