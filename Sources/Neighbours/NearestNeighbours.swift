package import Numerics

/// Options of the neighbour search: the limit up to which all cells are queried.
package struct NeighbourOptions: Equatable, Sendable {
  /// The maximum number of cells whose neighbours are found.
  ///
  /// The default is 200,000. Of more cells, a random sample of this size is queried against all
  /// cells; time grows with the product of the two numbers.
  package var maximumQueries = 200_000

  /// The seed of the sample.
  ///
  /// The default is 0.
  package var seed: UInt64 = 0

  /// Makes the default options.
  package init() {}
}

/// Finds the `k` nearest other cells of every cell, exactly.
///
/// Distances to blocks of cells come from matrix products in single precision with an error bound.
/// Cells that these leave undecided are measured again in double precision. The cost is O(n² · d),
/// and the result has the same bytes for any number of threads.
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
    pool: pool, progress: progress)
}

/// Finds the `k` nearest reference cells of every query cell, exactly.
///
/// - Parameters:
///   - queries: The query cells; `(n, d)`, finite.
///   - references: The reference cells; `(m, d)`, finite.
///   - k: The number of neighbours. If there are fewer references, all of them.
///   - pool: The threads to use.
/// - Returns: The rows of the references for every query.
package func nearestNeighbours(
  of queries: Matrix, among references: Matrix, k: Int, pool: ThreadPool
) -> NeighbourTable {
  precondition(k >= 0, "a cell cannot have \(k) neighbours")
  precondition(
    queries.columns == references.columns,
    "queries have \(queries.columns) dimensions, references \(references.columns)")
  return search(
    queries, named: Array(0..<Int32(queries.rows)), among: references,
    k: min(k, references.rows), leavingOutSelf: false, pool: pool, progress: { _ in })
}

/// The number of queries processed together: their distances to a block fit into the second-level
/// cache.
private let shardSize = 64

/// The number of shards between two progress reports.
private let shardsPerReport = 32

private func search(
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
          .map { (row: $0.row, distance: Float($0.square.squareRoot())) }
      }
    }
    for shard in found {
      for neighbour in shard {
        indices.append(neighbour.row)
        distances.append(neighbour.distance)
      }
    }
    try progress(Double(shards[part.upperBound - 1].upperBound) / Double(queries.rows))
  }
  return NeighbourTable(
    k: k, queries: names, searched: references.rows, indices: indices, distances: distances)
}

/// Returns the `k` nearest of some rows, given in ascending order; ties go to the first row.
///
/// Usually there are only a few more than `k`. If cells are identical there can be all of them; the
/// first `k` are then as near as any.
private func nearest(
  _ k: Int, of rows: [Int32], squaredDistance: (Int32) -> Double
) -> [(square: Double, row: Int32)] {
  var ranked: [(square: Double, row: Int32)] = []
  ranked.reserveCapacity(k + 1)
  for row in rows where k > 0 {
    if ranked.count == k, ranked[k - 1].square == 0 { break }
    let square = squaredDistance(row)
    if ranked.count == k {
      guard square < ranked[k - 1].square else { continue }
      ranked.removeLast()
    }
    var place = ranked.count
    while place > 0, ranked[place - 1].square > square { place -= 1 }
    ranked.insert((square, row), at: place)
  }
  return ranked
}

/// Returns `‖a_i - b_j‖²` in double precision.
private func squaredDistance(_ a: Matrix, _ i: Int, _ b: Matrix, _ j: Int) -> Double {
  let x = a.values.span.extracting(a.range(ofRow: i))
  let y = b.values.span.extracting(b.range(ofRow: j))
  var sum = 0.0
  for p in x.indices {
    let difference = Double(x[p]) - Double(y[p])
    sum += difference * difference
  }
  return sum
}
