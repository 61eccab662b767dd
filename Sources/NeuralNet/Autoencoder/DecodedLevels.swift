/// The levels of a factor, such as a treatment, whose differences decoded cells keep.
///
/// The decoder receives a cell's level as the last of its columns, so that the latent position need
/// not hold it. A cell is decoded with its own level, as the batches of this level only, so that what
/// the decoder adds for all cells and all batches of a level stays.
package struct DecodedLevels: Equatable, Sendable {
  /// The level of each decoded cell; `(n)`.
  package let ofCell: [Int32]

  /// The batches that hold cells of each level.
  package let batches: [[Int]]

  /// Takes the levels.
  package init(ofCell: [Int32], batches: [[Int]]) {
    (self.ofCell, self.batches) = (ofCell, batches)
  }

  /// Returns the levels of some cells, in their order.
  package func of(_ cells: some Sequence<Int>) -> DecodedLevels {
    DecodedLevels(ofCell: cells.map { ofCell[$0] }, batches: batches)
  }

  /// Returns the columns of a cell: 1 − 1/l for its own level, and −1/l for each of the others;
  /// `(l)`.
  package func columns(ofCell cell: Int) -> [Float] {
    let share = 1 / Float(batches.count)
    return batches.indices.map { ($0 == Int(ofCell[cell]) ? 1 : 0) - share }
  }
}
