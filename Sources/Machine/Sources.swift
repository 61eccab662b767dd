/// The batch of each cell.
public struct Sources: Sendable, Equatable {
  /// The names of the sources.
  public var names: [String]

  /// The number of each cell's source in ``names``.
  public var ofCell: [Int32]

  /// Makes sources of names and the number of each cell's.
  public init(names: [String], ofCell: [Int32]) {
    self.names = names
    self.ofCell = ofCell
  }

  /// The number of cells of each batch; `(S)`.
  public var cellCounts: [Int] {
    ofCell.reduce(into: [Int](repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
  }
}
