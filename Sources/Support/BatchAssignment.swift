/// The batch of each cell.
package struct BatchAssignment: Sendable, Equatable {
  /// The names of the batches.
  package var names: [String]

  /// The number of each cell's batch in ``names``.
  package var batchOfCell: [Int32]

  /// Makes batches of names and the number of each cell's.
  package init(names: [String], batchOfCell: [Int32]) {
    self.names = names
    self.batchOfCell = batchOfCell
  }

  /// The number of cells of each batch; `(S)`.
  package var cellCounts: [Int] {
    batchOfCell.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
  }
}
