package import Numerics
internal import Neighbours

/// The share of one batch's own neighbourhoods that a correction preserved.
///
/// A correction should move a batch as a whole or cell type by cell type. Cells of one batch that
/// were neighbours should remain neighbours.
public struct NeighbourhoodPreservation: Codable, Equatable, Sendable {
  /// The name of the batch.
  public let batch: String

  /// The number of its cells.
  public let cells: Int

  /// The number of nearest cells of the same batch that are compared.
  ///
  /// It is 1/20 of the batch's cells, but at least 30 (or a third of a smaller batch) and at most
  /// 500. The few nearest cells of a large batch are mostly noise, which no correction preserves.
  public let neighbours: Int

  /// The share of these neighbours that are still among the same number of nearest; 0 to 1.
  public let preserved: Double

  /// The share that would remain by chance; 0 to 1.
  public let byChance: Double

  enum CodingKeys: String, CodingKey {
    case batch
    case cells
    case neighbours
    case preserved
    case byChance = "by_chance"
  }
}

/// Compares each batch's neighbourhoods before and after a correction.
///
/// Batches of fewer than four cells are left out. Of a batch of more than ``mostPreserved`` cells, a
/// sample of this size is compared, among all cells of the batch. The cost is O(Σ nₛ² · d).
///
/// - Parameters:
///   - before: The embedding before; `(n, d)`, finite.
///   - after: The corrected one; `(n, d')`, finite.
///   - batches: The batches of the cells.
///   - pool: The threads to use.
/// - Returns: One entry for each batch compared, by name.
package func neighbourhoodPreservation(
  before: Matrix, after: Matrix, batches: CellGroups, pool: ThreadPool
) -> [NeighbourhoodPreservation] {
  precondition(before.rows == after.rows && before.rows == batches.codes.count)
  return (0..<batches.count).compactMap { batch in
    let rows = batches.rows(of: batch)
    guard rows.count >= 4 else { return nil }
    let k = min(max(30, min(rows.count / 20, 500)), (rows.count - 1) / 3)
    let embeddings = [before, after].map { $0.gathering(rows) }
    var queries = Array(0..<Int32(rows.count))
    if rows.count > mostPreserved {
      var generator = Xoshiro256(seed: 0)
      generator.shuffle(&queries)
      queries = queries.prefix(mostPreserved).sorted()
    }
    var shared = 0
    // Some cells at a time, because each has up to 500 neighbours.
    for part in fixedShards(of: queries.count, size: 8192) {
      let tables = embeddings.map {
        nearestNeighbours(ofRows: Array(queries[part]), of: $0, k: k, pool: pool)
      }
      shared += sharedNeighbours(tables[0], tables[1]).reduce(0, +)
    }
    return NeighbourhoodPreservation(
      batch: batches.names[batch], cells: rows.count, neighbours: k,
      preserved: Double(shared) / Double(queries.count * k),
      byChance: Double(k) / Double(rows.count - 1))
  }
}

/// The maximum number of cells of a batch whose neighbourhoods are compared.
let mostPreserved = 50_000

/// Returns the overlap of the `k` nearest neighbour graphs of two embeddings.
///
/// - Parameters:
///   - a: One embedding; `(n, d)`, finite.
///   - b: The other, of the same cells; `(n, d')`, finite.
///   - k: The number of neighbours. The default is 30.
///   - options: The options for sampling cells. The default is `EvaluationOptions()`.
///   - pool: The threads to use.
/// - Returns: The Jaccard index of the two sets of directed edges, from 0 to 1.
package func neighbourOverlap(
  _ a: Matrix, _ b: Matrix, k: Int = 30, options: EvaluationOptions = EvaluationOptions(),
  pool: ThreadPool
) -> Double {
  precondition(a.rows == b.rows, "embeddings of \(a.rows) and \(b.rows) cells")
  var search = NeighbourOptions()
  search.maximumQueries = options.maximumCells
  search.seed = options.seed
  let tables = [a, b].map { nearestNeighbours(of: $0, k: k, options: search, pool: pool) }
  let edges = tables[0].edgeCount
  let shared = sharedNeighbours(tables[0], tables[1]).reduce(0, +)
  return edges == 0 ? 1 : Double(shared) / Double(2 * edges - shared)
}

/// Returns the number of common neighbours of each cell in both tables; `[n]`.
private func sharedNeighbours(_ a: NeighbourTable, _ b: NeighbourTable) -> [Int] {
  (0..<a.count).map { cell in
    let before = Set(a.indices[a.range(ofQuery: cell)])
    return b.indices[b.range(ofQuery: cell)].count(where: before.contains)
  }
}
