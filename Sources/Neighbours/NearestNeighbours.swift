package import Numerics

/// Options of the neighbour search: the limits up to which all cells are queried and measured.
package struct NeighbourOptions: Equatable, Sendable {
  /// The maximum number of cells whose neighbours are found.
  ///
  /// The default is 200,000. Of more cells, a random sample of this size is queried against all
  /// cells; time grows with the product of the two numbers.
  package var maximumQueries = 200_000

  /// The number of cells up to which the search is exact.
  ///
  /// The default is 50,000. If there are more pairs of queries and references than this number
  /// squared, the search is approximate, with the wanted ``recall``: it measures only references in
  /// the same region as the query. Time then grows with the number of cells to the power of 1.5.
  package var exactCells = 50_000

  /// The share of exact neighbours that an approximate search finds in a sample of queries.
  ///
  /// The default is 0.995: the recall of all queries is then at least 0.99. With 1 the search takes
  /// as long as the exact one.
  package var recall = 0.995

  /// The seed of the samples.
  ///
  /// The default is 0.
  package var seed: UInt64 = 0

  /// Makes the default options.
  package init() {}
}

/// Finds the `k` nearest other cells of every cell, exactly up to 50,000 cells.
///
/// Distances to blocks of cells come from matrix products in single precision with an error bound.
/// Cells that these leave undecided are measured again in double precision. The cost is O(n² · d).
/// Of more cells than ``NeighbourOptions/exactCells``, the nearest are searched for in
/// ``InvertedLists``, with the recall of the options and the cost O(n^1.5 · d). The result has the
/// same bytes for any number of threads.
///
/// - Parameters:
///   - x: The cells; `(n, d)`, finite.
///   - k: The number of neighbours, without the cell itself. If there are fewer other cells, all of
///     them.
///   - options: The options for sampling. By default more than 200,000 cells are sampled.
///   - pool: The threads to use.
/// - Returns: The neighbours of every cell, or of the sample.
package func nearestNeighbours(
  of x: Matrix, k: Int, options: NeighbourOptions = NeighbourOptions(), pool: ThreadPool
) -> NeighbourTable {
  nearestNeighbours(of: x, k: k, options: options, pool: pool) { _ in }
}

/// Finds the `k` nearest other cells of every cell, and reports progress.
///
/// - Parameters:
///   - x: The cells; `(n, d)`, finite.
///   - k: The number of neighbours, without the cell itself.
///   - options: The options for sampling. By default more than 200,000 cells are sampled.
///   - pool: The threads to use.
///   - progress: Receives the share of finished cells, 0 to 1; throws to stop the search.
/// - Returns: The neighbours of every cell, or of the sample.
/// - Throws: Rethrows errors of `progress`.
package func nearestNeighbours(
  of x: Matrix, k: Int, options: NeighbourOptions = NeighbourOptions(), pool: ThreadPool,
  progress: (Double) throws -> Void
) rethrows -> NeighbourTable {
  precondition(k >= 0, "a cell cannot have \(k) neighbours")
  var rows = Array(0..<Int32(x.rows))
  if rows.count > options.maximumQueries {
    var generator = Xoshiro256(seed: options.seed)
    generator.shuffle(&rows)
    rows = rows.prefix(max(0, options.maximumQueries)).sorted()
  }
  let queries = rows.count == x.rows ? x : x.gathering(rows)
  return try search(
    queries, named: rows, among: x, k: min(k, max(0, x.rows - 1)), leavingOutSelf: true,
    options: options, pool: pool, progress: progress)
}

/// Finds the `k` nearest other cells of some cells among all, exactly.
///
/// - Parameters:
///   - rows: The cells whose neighbours are found, ascending.
///   - x: All cells; `(n, d)`, finite.
///   - k: The number of neighbours, without the cell itself.
///   - pool: The threads to use.
/// - Returns: The neighbours of these cells.
package func nearestNeighbours(
  ofRows rows: [Int32], of x: Matrix, k: Int, pool: ThreadPool
) -> NeighbourTable {
  precondition(k >= 0, "a cell cannot have \(k) neighbours")
  return searchAll(
    x.gathering(rows), named: rows, among: x, k: min(k, max(0, x.rows - 1)), leavingOutSelf: true,
    pool: pool, progress: { _ in })
}

/// Finds the `k` nearest reference cells of every query cell, exactly up to 50,000 of each.
///
/// - Parameters:
///   - queries: The query cells; `(n, d)`, finite.
///   - references: The reference cells; `(m, d)`, finite.
///   - k: The number of neighbours. If there are fewer references, all of them.
///   - options: The options for approximation. The default is `NeighbourOptions()`.
///   - pool: The threads to use.
/// - Returns: The rows of the references for every query.
package func nearestNeighbours(
  of queries: Matrix, among references: Matrix, k: Int,
  options: NeighbourOptions = NeighbourOptions(), pool: ThreadPool
) -> NeighbourTable {
  precondition(k >= 0, "a cell cannot have \(k) neighbours")
  precondition(
    queries.columns == references.columns,
    "queries have \(queries.columns) dimensions, references \(references.columns)")
  return search(
    queries, named: Array(0..<Int32(queries.rows)), among: references,
    k: min(k, references.rows), leavingOutSelf: false, options: options, pool: pool,
    progress: { _ in })
}

/// The number of queries processed together: their distances to a block fit into the second-level
/// cache.
private let shardSize = 64

/// The number of shards between two progress reports.
private let shardsPerReport = 32

private func search(
  _ queries: Matrix, named names: [Int32], among references: Matrix, k: Int,
  leavingOutSelf: Bool, options: NeighbourOptions, pool: ThreadPool,
  progress: (Double) throws -> Void
) rethrows -> NeighbourTable {
  let most = Double(options.exactCells) * Double(options.exactCells)
  if k > 0, Double(queries.rows) * Double(references.rows) > most,
    let table = try searchLists(
      queries, named: names, among: references, k: k, leavingOutSelf: leavingOutSelf,
      options: options, pool: pool, progress: progress)
  {
    return table
  }
  return try searchAll(
    queries, named: names, among: references, k: k, leavingOutSelf: leavingOutSelf, pool: pool,
    progress: progress)
}

/// Searches the lists nearest to each query; returns `nil` if more than half of all lists would have
/// to be searched.
private func searchLists(
  _ queries: Matrix, named names: [Int32], among references: Matrix, k: Int,
  leavingOutSelf: Bool, options: NeighbourOptions, pool: ThreadPool,
  progress: (Double) throws -> Void
) rethrows -> NeighbourTable? {
  let lists = InvertedLists(references, seed: streamSeed(options.seed, 1), pool: pool)
  let search = ListSearch(
    lists: lists, queries: queries, names: leavingOutSelf ? names : nil, k: k)
  let count = search.listCount(
    recall: options.recall, seed: streamSeed(options.seed, 2), pool: pool)
  guard 2 * count <= lists.count else { return nil }
  // Queries of one list visit the same lists, so they are processed together.
  let listOfQuery =
    leavingOutSelf
    ? names.map { lists.listOfRow[Int($0)] } : lists.lists(ofRowsOf: queries, pool: pool)
  let order = listOfQuery.indices.sorted { (listOfQuery[$0], $0) < (listOfQuery[$1], $1) }
    .map(Int32.init)
  var indices = [Int32](repeating: 0, count: queries.rows * k)
  var distances = [Float](repeating: 0, count: queries.rows * k)
  for part in fixedShards(of: order.count, size: queriesPerReport) {
    let rows = Array(order[part])
    let found = search.neighbours(ofQueries: rows, lists: count, pool: pool)
    for (row, neighbours) in zip(rows, found) {
      for (place, neighbour) in neighbours.enumerated() {
        indices[Int(row) * k + place] = neighbour.row
        distances[Int(row) * k + place] = Float(neighbour.square.squareRoot())
      }
    }
    try progress(Double(part.upperBound) / Double(order.count))
  }
  return NeighbourTable(
    k: k, queries: names, searched: references.rows, indices: indices, distances: distances)
}

/// The number of queries of an approximate search between two progress reports.
private let queriesPerReport = 16_384

/// Measures all pairs of queries and references.
private func searchAll(
  _ queries: Matrix, named names: [Int32], among references: Matrix, k: Int,
  leavingOutSelf: Bool, pool: ThreadPool, progress: (Double) throws -> Void
) rethrows -> NeighbourTable {
  let reference = DistanceBlocks(references, pool: pool)
  let shards = fixedShards(of: queries.rows, size: shardSize)
  var indices: [Int32] = []
  var distances: [Float] = []
  indices.reserveCapacity(queries.rows * k)
  distances.reserveCapacity(queries.rows * k)
  for part in fixedShards(of: shards.count, size: shardsPerReport) {
    let found = pool.map(part.count) { number in
      let rows = shards[part.lowerBound + number]
      let measured = reference.queries(rows, of: queries)
      let scratch = FloatView.zeros(rows.count * DistanceBlocks.blockSize)
      var places = [Int32](repeating: 0, count: DistanceBlocks.blockSize)
      var lists = rows.map { _ in CandidateList(wanted: k + (leavingOutSelf ? 1 : 0)) }
      for (block, columns) in reference.blocks.enumerated() {
        reference.measure(measured, block: block, into: scratch)
        for i in lists.indices {
          let start = i * DistanceBlocks.blockSize
          lists[i].add(
            scratch[start..<start + columns.count], first: columns.lowerBound,
            error: reference.error(square: measured.squares[i], block: block), using: &places)
        }
      }
      return lists.indices.flatMap { i in
        let row = rows.lowerBound + i
        let rivals = lists[i].survivors().filter { !leavingOutSelf || $0 != names[row] }
        return nearest(k, of: rivals) { squaredDistance(queries, row, references, Int($0)) }
      }
    }
    for shard in found {
      for neighbour in shard {
        indices.append(neighbour.row)
        distances.append(Float(neighbour.square.squareRoot()))
      }
    }
    try progress(Double(shards[part.upperBound - 1].upperBound) / Double(queries.rows))
  }
  return NeighbourTable(
    k: k, queries: names, searched: references.rows, indices: indices, distances: distances)
}
