internal import Machine

extension CellSummary {
  /// The counts that a gene should have in the other batches before their lack of it means anything.
  private static let expectedCounts = 10.0

  /// Finds the genes that one batch alone expresses.
  ///
  /// - Parameters:
  ///   - genes: The genes that are looked at.
  ///   - cells: The cells.
  /// - Returns: The genes whose share of the batch's counts would give ten counts in the others.
  package func genesOfOneBatch(
    among genes: [Int], of cells: Cells
  ) -> [GeneOfOneBatch] {
    guard kind == .counts || kind == .fractionalCounts else { return [] }
    var totalOfSource = [Double](repeating: 0, count: keptOfSource.count)
    for cell in kept { totalOfSource[Int(cells.sources.ofCell[cell])] += totals[cell] }
    let all = totalOfSource.reduce(0, +)
    return genes.compactMap { gene in
      guard let (source, mean) = moments.onlySource(of: gene) else { return nil }
      let expected = mean / 1e4 * (all - totalOfSource[source])
      guard expected >= Self.expectedCounts else { return nil }
      return GeneOfOneBatch(
        gene: cells.genes[gene], batch: cells.sources.names[source])
    }
  }
}
