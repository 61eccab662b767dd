/// The nearest neighbours of cells, the nearest first.
package struct NeighbourTable: Sendable, Equatable {
  /// The number of neighbours of each cell.
  package let k: Int

  /// The rows of the query cells, all or a sample; `[n]`.
  package let queries: [Int32]

  /// The number of cells searched.
  package let searched: Int

  /// The neighbours' rows, the nearest first, ties by row; `(n, k)`.
  package let indices: [Int32]

  /// The Euclidean distances of the neighbours; `(n, k)`.
  package let distances: [Float]

  /// Makes a table from its parts.
  package init(
    k: Int, queries: [Int32], searched: Int, indices: [Int32], distances: [Float]
  ) {
    precondition(indices.count == queries.count * k && distances.count == indices.count)
    self.k = k
    self.queries = queries
    self.searched = searched
    self.indices = indices
    self.distances = distances
  }

  /// The number of query cells.
  package var count: Int { queries.count }

  /// Returns the positions of the neighbours of query number `query` in ``indices`` and
  /// ``distances``.
  package func range(ofQuery query: Int) -> Range<Int> { query * k..<(query + 1) * k }

  /// Returns a table of the nearest `k` of these neighbours, or of all if there are fewer.
  package func nearest(_ k: Int) -> NeighbourTable {
    guard k < self.k else { return self }
    return NeighbourTable(
      k: k, queries: queries, searched: searched,
      indices: (0..<count).flatMap { indices[range(ofQuery: $0).prefix(k)] },
      distances: (0..<count).flatMap { distances[range(ofQuery: $0).prefix(k)] })
  }
}
