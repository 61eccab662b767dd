extension ClusterAlignmentOptions {
  /// The copies of the coordinates of all cells that an alignment holds at most.
  private static let copies = 6

  /// The tables of each cluster's offsets of each batch that an alignment holds at most.
  private static let tables = 4

  /// Returns the bytes that an alignment takes.
  ///
  /// - Parameters:
  ///   - cells: The number of cells.
  ///   - batches: The number of batches.
  ///   - dimensions: The number of the cells' coordinates.
  /// - Returns: The bytes.
  package func bytes(cells: Int, batches: Int, dimensions: Int) -> Int {
    let clusters = clusterCount(forCells: cells)
    // Memberships are updated by twenty blocks, of which each keeps what it holds of a batch.
    let memberships = 4 * cells + 8 * min(cells, 20 * batches)
    let offsets = 4 * Self.tables * batches * dimensions
    return clusters * (memberships + offsets) + 4 * Self.copies * cells * dimensions
  }
}
