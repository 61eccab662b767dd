internal import Support

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
    among genes: [Int], of cells: CellDataset
  ) -> [GeneOfOneBatch] {
    guard kind == .counts || kind == .fractionalCounts, moments.scale != .accessibility else {
      return []
    }
    var totalOfBatch = [Double](repeating: 0, count: keptOfBatch.count)
    for cell in kept { totalOfBatch[Int(cells.batches.batchOfCell[cell])] += totals[cell] }
    let all = totalOfBatch.reduce(0, +)
    return genes.compactMap { gene in
      guard let (batch, mean) = moments.onlyBatch(of: gene) else { return nil }
      let expected = mean / 1e4 * (all - totalOfBatch[batch])
      guard expected >= Self.expectedCounts else { return nil }
      return GeneOfOneBatch(
        gene: cells.genes[gene], batch: cells.batches.names[batch])
    }
  }
}
