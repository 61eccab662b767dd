internal import Machine

extension CellSummary {
  /// The expected counts of a gene in the other batches above which its absence is meaningful.
  private static let expectedCounts = 10.0

  /// Finds the genes that only one batch expresses.
  ///
  /// - Parameters:
  ///   - genes: The genes to examine.
  ///   - cells: The cells.
  /// - Returns: The genes whose share of the batch's counts predicts at least ten counts in the
  ///   others.
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
