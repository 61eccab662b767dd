internal import Numerics

/// A search for the nearest neighbours in the lists nearest to each query.
///
/// Within these lists the search is exact, as that of all cells: distances in single precision have
/// an error bound, and cells that they leave undecided are measured again in double precision. The
/// number of lists is chosen for each table of cells, so that the nearest of a sample of queries
/// are found with the wanted recall. It is the smallest number of lists that contain this share of
/// the exact neighbours of the sample.
struct ListSearch: Sendable {
  let lists: InvertedLists

  /// The query cells; `(n, d)`.
  let queries: Matrix

  /// The references' rows that are the queries, which are not their own neighbours; `nil` if
  /// queries are other cells.
  let names: [Int32]?

  /// The number of neighbours; fewer than there are other references.
  let k: Int

  /// The number of queries from which the number of lists is chosen.
  private static let sampled = 1000

  /// The number of queries processed together.
  private static let shardSize = 512

  /// Chooses the number of lists to search for each query.
  ///
  /// - Parameters:
  ///   - recall: The wanted share of exact neighbours; 0 to 1.
  ///   - seed: The seed of the sample of queries.
  ///   - pool: The threads to use.
  /// - Returns: The number of lists, at least 1.
  func listCount(recall: Double, seed: UInt64, pool: ThreadPool) -> Int {
    var rows = Array(0..<Int32(queries.rows))
    var generator = Xoshiro256(seed: seed)
    generator.shuffle(&rows)
    rows = rows.prefix(Self.sampled).sorted()
    let exact = neighbours(ofQueries: rows, lists: lists.count, pool: pool)
    let ranks = pool.map(rows.count) { [rows] query in
      let order = rankedLists(ofQuery: rows[query])
      var rankOfList = [Int32](repeating: 0, count: lists.count)
      for (rank, list) in order.enumerated() { rankOfList[Int(list)] = Int32(rank) }
      return exact[query].map { rankOfList[Int(lists.listOfRow[Int($0.row)])] }
    }
    var found = [Int](repeating: 0, count: lists.count)
    for rank in ranks.joined() { found[Int(rank)] += 1 }
    let wanted = recall * Double(rows.count * k)
    var (sum, count) = (0, 0)
    while count < lists.count, count == 0 || Double(sum) < wanted {
      sum += found[count]
      count += 1
    }
    return count
  }

  /// Returns all lists, the nearest to a query first.
  private func rankedLists(ofQuery row: Int32) -> [Int32] {
    let query = lists.centroids.queries([row][...], of: queries)
    let scratch = FloatView.zeros(DistanceBlocks.blockSize)
    var distances: [Float] = []
    for (block, columns) in lists.centroids.blocks.enumerated() {
      lists.centroids.measure(query, block: block, into: scratch)
      distances += scratch[0..<columns.count].values
    }
    return distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.map(Int32.init)
  }

  /// Returns the nearest neighbours of some queries, in their order.
  ///
  /// - Parameters:
  ///   - rows: The rows of the queries.
  ///   - count: The number of lists to search for each.
  ///   - pool: The threads to use.
  /// - Returns: The `k` neighbours of each, the nearest first.
  func neighbours(
    ofQueries rows: [Int32], lists count: Int, pool: ThreadPool
  ) -> [[NearCell]] {
    let shards = fixedShards(of: rows.count, size: Self.shardSize)
    return pool.map(shards.count) { search(rows[shards[$0]], lists: count) }.flatMap(\.self)
  }

  /// Searches for the neighbours of queries that are processed together.
  private func search(_ rows: ArraySlice<Int32>, lists count: Int) -> [[NearCell]] {
    let scratch = FloatView.zeros(rows.count * DistanceBlocks.blockSize)
    var places = [Int32](repeating: 0, count: DistanceBlocks.blockSize)
    let measured = lists.blocks.queries(rows, of: queries)
    var candidates = rows.map { _ in CandidateList(wanted: k + (names == nil ? 0 : 1)) }
    for (list, members) in visits(of: rows, lists: count, scratch, &places) {
      let selected = measured.selecting(members[...])
      for block in lists.blocksOfList[list] {
        let columns = lists.blocks.blocks[block]
        lists.blocks.measure(selected, block: block, into: scratch)
        for (i, member) in members.enumerated() {
          let start = i * DistanceBlocks.blockSize
          candidates[Int(member)].add(
            scratch[start..<start + columns.count], first: columns.lowerBound,
            error: lists.blocks.error(square: selected.squares[i], block: block), using: &places)
        }
      }
    }
    return candidates.indices.map { i in
      let row = Int(rows[rows.startIndex + i])
      let own = names?[row] ?? -1
      let rivals = candidates[i].survivors().map { lists.order[Int($0)] }.filter { $0 != own }
      // A query among lists of few cells may need all of them.
      if rivals.count < k, count < lists.count {
        return search([Int32(row)], lists: lists.count)[0]
      }
      return nearest(k, of: rivals.sorted()) {
        squaredDistance(queries, row, lists.references, Int($0))
      }
    }
  }

  /// Returns the lists that some queries visit, with the queries' places among them.
  ///
  /// Lists that most queries visit come first: they have most of the neighbours, so that few cells
  /// of the others become candidates.
  private func visits(
    of rows: ArraySlice<Int32>, lists count: Int, _ scratch: FloatView, _ places: inout [Int32]
  ) -> [(list: Int, members: [Int32])] {
    let all = Array(0..<Int32(rows.count))
    guard count < lists.count else { return (0..<lists.count).map { ($0, all) } }
    let measured = lists.centroids.queries(rows, of: queries)
    var chosen = all.map { _ in CandidateList(wanted: count) }
    for (block, columns) in lists.centroids.blocks.enumerated() {
      lists.centroids.measure(measured, block: block, into: scratch)
      for i in chosen.indices {
        let start = i * DistanceBlocks.blockSize
        chosen[i].add(
          scratch[start..<start + columns.count], first: columns.lowerBound, error: 0,
          using: &places)
      }
    }
    var members = [[Int32]](repeating: [], count: lists.count)
    for i in chosen.indices {
      for list in chosen[i].survivors() { members[Int(list)].append(Int32(i)) }
    }
    return members.indices.filter { !members[$0].isEmpty }
      .sorted { (members[$1].count, $0) < (members[$0].count, $1) }
      .map { (list: $0, members: members[$0]) }
  }
}
