/// The nearest neighbours of cells, the nearest first.
public struct NeighbourTable: Sendable, Equatable {
  /// How many neighbours each cell has.
  public let k: Int

  /// The rows whose neighbours these are, all or a sample; `[n]`.
  public let queries: [Int32]

  /// How many cells were searched.
  public let searched: Int

  /// The neighbours' rows, the nearest first, ties by row; `(n, k)`.
  public let indices: [Int32]

  /// Their Euclidean distances; `(n, k)`.
  public let distances: [Float]

  /// Makes a table of its parts.
  public init(
    k: Int, queries: [Int32], searched: Int, indices: [Int32], distances: [Float]
  ) {
    precondition(indices.count == queries.count * k && distances.count == indices.count)
    self.k = k
    self.queries = queries
    self.searched = searched
    self.indices = indices
    self.distances = distances
  }

  /// How many cells have their neighbours here.
  public var count: Int { queries.count }

  /// Where the neighbours of query number `query` lie in ``indices`` and ``distances``.
  public func range(ofQuery query: Int) -> Range<Int> { query * k..<(query + 1) * k }

  /// The nearest `k` of these neighbours, or all where there are fewer.
  public func nearest(_ k: Int) -> NeighbourTable {
    guard k < self.k else { return self }
    return NeighbourTable(
      k: k, queries: queries, searched: searched,
      indices: (0..<count).flatMap { indices[range(ofQuery: $0).prefix(k)] },
      distances: (0..<count).flatMap { distances[range(ofQuery: $0).prefix(k)] })
  }
}
