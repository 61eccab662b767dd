/// The batch of each cell.
public struct BatchAssignment: Sendable, Equatable {
  /// The names of the batches.
  public var names: [String]

  /// The number of each cell's batch in ``names``.
  public var batchOfCell: [Int32]

  /// Makes batches of names and the number of each cell's.
  public init(names: [String], batchOfCell: [Int32]) {
    self.names = names
    self.batchOfCell = batchOfCell
  }

  /// The number of cells of each batch; `(S)`.
  public var cellCounts: [Int] {
    batchOfCell.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
  }
}
