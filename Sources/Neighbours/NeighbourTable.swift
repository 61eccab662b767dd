/// The nearest neighbours of cells, the nearest first.
package struct NeighbourTable: Sendable {
  /// The number of neighbours of each cell.
  package let k: Int

  /// The rows of the query cells, all or a sample; `[n]`.
  package let queries: [Int32]

  /// The number of cells searched.
  package let searched: Int

  /// The neighbours' rows, the nearest first, ties by row, at the positions of
  /// ``range(ofQuery:)``.
  package let indices: [Int32]

  /// The Euclidean distances of the neighbours, at the same positions.
  package let distances: [Float]

  /// The number of positions of each cell, at least ``k``.
  private let stride: Int

  /// Makes a table from its parts; `indices` and `distances` are `(n, k)`.
  package init(
    k: Int, queries: [Int32], searched: Int, indices: [Int32], distances: [Float]
  ) {
    self.init(
      k: k, stride: k, queries: queries, searched: searched, indices: indices,
      distances: distances)
  }

  private init(
    k: Int, stride: Int, queries: [Int32], searched: Int, indices: [Int32], distances: [Float]
  ) {
    precondition(indices.count == queries.count * stride && distances.count == indices.count)
    self.k = k
    self.stride = stride
    self.queries = queries
    self.searched = searched
    self.indices = indices
    self.distances = distances
  }

  /// The number of query cells.
  package var count: Int { queries.count }

  /// The number of neighbours of all cells together.
  package var edgeCount: Int { count * k }

  /// Returns the positions of the neighbours of query number `query` in ``indices`` and
  /// ``distances``.
  package func range(ofQuery query: Int) -> Range<Int> { query * stride..<query * stride + k }

  /// Returns a table of the nearest `k` of these neighbours, or of all if there are fewer.
  ///
  /// Both tables share their memory.
  package func nearest(_ k: Int) -> NeighbourTable {
    guard k < self.k else { return self }
    return NeighbourTable(
      k: k, stride: stride, queries: queries, searched: searched, indices: indices,
      distances: distances)
  }
}

extension NeighbourTable: Equatable {
  /// Returns whether two tables have the same queries with the same neighbours.
  package static func == (left: NeighbourTable, right: NeighbourTable) -> Bool {
    left.k == right.k && left.queries == right.queries && left.searched == right.searched
      && (0..<left.count).allSatisfy { query in
        let (a, b) = (left.range(ofQuery: query), right.range(ofQuery: query))
        return left.indices[a] == right.indices[b] && left.distances[a] == right.distances[b]
      }
  }
}
