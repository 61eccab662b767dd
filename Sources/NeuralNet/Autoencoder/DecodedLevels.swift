/// The levels of a factor, such as a treatment, whose differences decoded cells keep.
///
/// A cell is decoded as the batches of its own level only, so that what the decoder's norm adds for all
/// batches of a level stays in its cells.
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
}
