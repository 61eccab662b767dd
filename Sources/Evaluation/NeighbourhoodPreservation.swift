public import Kernels
internal import Neighbours

/// How much of its own neighbourhoods one source kept through a correction.
///
/// A correction should move a source as a whole or cell type by cell type, not
/// stir it: cells of one source that were neighbours should stay so.
public struct NeighbourhoodPreservation: Codable, Equatable, Sendable {
  /// The source.
  public let source: String

  /// How many cells it has.
  public let cells: Int

  /// How many nearest cells of the same source are compared.
  ///
  /// A twentieth of the source's cells, but at least 30 (or a third of a smaller source) and at
  /// most 500: among the few nearest cells of a large source there is little but noise, which no
  /// correction keeps.
  public let neighbours: Int

  /// The share of them that are still among as many nearest, from 0 to 1.
  public let kept: Double

  /// The share that a source stirred at random would keep.
  public let byChance: Double

  enum CodingKeys: String, CodingKey {
    case source
    case cells
    case neighbours
    case kept
    case byChance = "by_chance"
  }
}

/// Compares each source's neighbourhoods before and after a correction.
///
/// Sources under four cells are left out. O(Σ nₛ² · d).
///
/// - Parameters:
///   - before: The embedding before; `(n, d)`, finite.
///   - after: The corrected one; `(n, d')`, finite.
///   - sources: The sources of the cells.
///   - pool: The threads to use.
/// - Returns: One entry for each source compared, by name.
public func neighbourhoodPreservation(
  before: Matrix, after: Matrix, sources: CellGroups, pool: ThreadPool
) -> [NeighbourhoodPreservation] {
  precondition(before.rows == after.rows && before.rows == sources.codes.count)
  return (0..<sources.count).compactMap { source in
    let rows = sources.rows(of: source)
    guard rows.count >= 4 else { return nil }
    let k = min(max(30, min(rows.count / 20, 500)), (rows.count - 1) / 3)
    let tables = [before, after].map { nearestNeighbours(of: $0.gathering(rows), k: k, pool: pool) }
    let shared = sharedNeighbours(tables[0], tables[1]).reduce(0, +)
    return NeighbourhoodPreservation(
      source: sources.names[source], cells: rows.count, neighbours: k,
      kept: Double(shared) / Double(tables[0].indices.count),
      byChance: Double(k) / Double(rows.count - 1))
  }
}

/// How alike the graphs of the `k` nearest neighbours of two embeddings are.
///
/// - Parameters:
///   - a: One embedding; `(n, d)`, finite.
///   - b: The other, of the same cells; `(n, d')`, finite.
///   - k: How many neighbours. The default is 30.
///   - options: Beyond how many cells a sample of them is compared.
///   - pool: The threads to use.
/// - Returns: The Jaccard index of the two sets of directed edges, from 0 to 1.
public func neighbourOverlap(
  _ a: Matrix, _ b: Matrix, k: Int = 30, options: EvaluationOptions = EvaluationOptions(),
  pool: ThreadPool
) -> Double {
  precondition(a.rows == b.rows, "embeddings of \(a.rows) and \(b.rows) cells")
  var search = NeighbourOptions()
  search.maximumQueries = options.maximumCells
  search.seed = options.seed
  let tables = [a, b].map { nearestNeighbours(of: $0, k: k, options: search, pool: pool) }
  let edges = tables[0].indices.count
  let shared = sharedNeighbours(tables[0], tables[1]).reduce(0, +)
  return edges == 0 ? 1 : Double(shared) / Double(2 * edges - shared)
}

/// How many neighbours each cell has in both tables; `[n]`.
private func sharedNeighbours(_ a: NeighbourTable, _ b: NeighbourTable) -> [Int] {
  (0..<a.count).map { cell in
    let before = Set(a.indices[a.range(ofQuery: cell)])
    return b.indices[b.range(ofQuery: cell)].count(where: before.contains)
  }
}
