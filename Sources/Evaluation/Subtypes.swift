internal import Neighbours
internal import Numerics

/// Returns the share of subtypes that an embedding keeps apart, without finer labels.
///
/// The cells of each label in each batch are divided into three clusters by KMeans of the
/// coordinates before correction. In the embedding, a cell's 15 nearest cells of the same label and
/// batch should be of its cluster. The share that are is rescaled such that 0 is chance and 1 is
/// all. Batches are compared separately, so their differences do not count. Blocks of fewer than 60
/// cells are left out.
///
/// - Parameters:
///   - x: The embedding; `(n, d)`.
///   - before: The coordinates before correction; `(n, d')`.
///   - labels: The labels.
///   - batches: The batches.
///   - pool: The threads to use.
/// - Returns: The mean over cells, at most 1; `nil` if no label has enough cells in a batch.
func keptSubtypes(
  of x: Matrix, before: Matrix, labels: CellGroups, batches: CellGroups, pool: ThreadPool
) -> Double? {
  let blocks = LabelBatchBlocks(labels: labels, batches: batches).blocks
    .filter { $0.rows.count >= 60 }
  let shares = blocks.compactMap { block -> (share: Double, cells: Double)? in
    let clusters = KMeans(before.gathering(block.rows), clusters: 3, pool: pool)
      .clustering(seed: 0)
    let n = Double(block.rows.count)
    let sizes = clusters.reduce(into: [Double](repeating: 0, count: 3)) { $0[Int($1)] += 1 }
    let byChance = sizes.reduce(0) { $0 + $1 * ($1 - 1) } / (n * (n - 1))
    guard byChance < 1 else { return nil }
    let table = nearestNeighbours(of: x.gathering(block.rows), k: 15, pool: pool)
    let own = (0..<table.count).reduce(0) { sum, cell in
      sum
        + table.indices[table.range(ofQuery: cell)].count { clusters[Int($0)] == clusters[cell] }
    }
    let share = Double(own) / Double(table.edgeCount)
    return ((share - byChance) / (1 - byChance), Double(block.cells))
  }
  let cells = shares.reduce(0) { $0 + $1.cells }
  return cells > 0 ? shares.reduce(0) { $0 + $1.share * $1.cells } / cells : nil
}

extension Metric {
  /// The share of subtypes, found before correction within each label and batch, that the embedding
  /// keeps apart; 0 is chance, 1 is all.
  package static let subtypes = Metric("subtypes", title: "subtypes", .biology) { cells, labels in
    cells.uncorrected.flatMap {
      keptSubtypes(
        of: cells.x, before: $0, labels: labels, batches: cells.batches, pool: cells.pool)
    }
  }
}

extension EmbeddingScores {
  /// The share of subtypes, found before correction within each label and batch, that the embedding
  /// keeps apart; 0 is chance, 1 is all.
  package var subtypes: Double? { self[.subtypes] }
}
