extension ClusterAlignmentOptions {
  /// The tables of each cluster's offsets of each batch that are in memory at the same time.
  private static let tables = 2

  /// The numbers of each cluster and batch that are in memory at the same time: masses held and
  /// expected, and their factors.
  private static let numbers = 6

  /// Returns the bytes that an alignment takes beside its tables of all cells.
  ///
  /// - Parameters:
  ///   - cells: The number of cells.
  ///   - batches: The number of batches.
  ///   - dimensions: The number of the cells' coordinates.
  /// - Returns: The bytes.
  package func bytes(cells: Int, batches: Int, dimensions: Int) -> Int {
    clusterCount(forCells: cells) * batches * (4 * Self.tables * dimensions + 8 * Self.numbers)
  }
}
