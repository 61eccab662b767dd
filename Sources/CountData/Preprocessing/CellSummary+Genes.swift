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
    let divisors = self.divisors
    var totalOfBatch = [Double](repeating: 0, count: keptOfBatch.count)
    for cell in kept { totalOfBatch[Int(cells.batches.batchOfCell[cell])] += divisors[cell] }
    let all = totalOfBatch.reduce(0, +)
    return genes.compactMap { gene in
      guard let (batch, mean) = moments.onlyBatch(of: gene) else { return nil }
      let expected = mean / 1e4 * (all - totalOfBatch[batch])
      guard expected >= Self.expectedCounts else { return nil }
      return GeneOfOneBatch(
        gene: cells.genes[gene], batch: cells.batches.names[batch])
    }
  }

  /// Returns the mean rate of genes per size factor, over all cells of the training; above 0.
  ///
  /// - Parameter genes: The genes.
  /// - Returns: The rates, `(genes)`; `nil` without size factors.
  package func meanRates(of genes: [Int]) -> [Float]? {
    guard sizeFactors != nil else { return nil }
    let means = moments.pooled.means
    return genes.map { max(Float(means[$0] / 1e4), Self.leastRate) }
  }

  /// The rate of a gene without counts.
  private static let leastRate: Float = 1e-8
}
