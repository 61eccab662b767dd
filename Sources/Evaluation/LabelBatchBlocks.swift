internal import Numerics

/// The cells of each label in each batch, within which metrics compare cells.
///
/// A block of many cells is represented by ``mostCells`` of them at regular intervals, because some
/// metrics measure all pairs.
struct LabelBatchBlocks {
  /// The maximum number of cells of a block.
  static let mostCells = 2_000

  /// A block.
  struct Block {
    let label: Int
    let batch: Int

    /// The cells that represent the block, ascending.
    let rows: [Int32]

    /// The number of all cells of the block.
    let cells: Int
  }

  /// The blocks with cells, by label and then by batch.
  let blocks: [Block]

  /// Groups cells.
  init(labels: CellGroups, batches: CellGroups) {
    var rows = [[Int32]](repeating: [], count: labels.count * batches.count)
    for (row, (label, batch)) in zip(labels.codes, batches.codes).enumerated() {
      rows[Int(label) * batches.count + Int(batch)].append(Int32(row))
    }
    blocks = rows.indices.filter { !rows[$0].isEmpty }.map { place in
      Block(
        label: place / batches.count, batch: place % batches.count,
        rows: thinned(rows[place], to: Self.mostCells), cells: rows[place].count)
    }
  }
}

/// Returns at most `count` rows, at regular intervals.
func thinned(_ rows: [Int32], to count: Int) -> [Int32] {
  guard rows.count > count else { return rows }
  return (0..<count).map { rows[$0 * rows.count / count] }
}
