internal import CellFiles
internal import CountData
internal import Numerics
internal import Support

/// The genes of interest of a result, with their factors.
struct ScaledGenes: Sendable {
  /// The selection of the genes.
  let selection: CorrectedGenes

  /// The genes that were found.
  let found: FoundGenes

  /// Their factors in each batch.
  let factors: GeneFactors

  /// The findings.
  let record: CorrectedRecord

  /// The sums of a block of genes that are in memory at the same time, 256 MB.
  private static let blockSums = 1 << 25

  /// Estimates factors from the clusters of a result's embedding.
  ///
  /// - Parameters:
  ///   - selection: The genes.
  ///   - result: The result.
  ///   - cells: The integrated cells.
  ///   - progress: Receives the finished share; throws to stop.
  /// - Throws: `UsageError` if no gene is in the data or values are not counts; errors of reading and
  ///   of `progress`.
  init(
    _ selection: CorrectedGenes, of result: IntegrationResult, _ cells: CellDataset,
    progress: (Double) throws -> Void
  ) throws {
    guard [.counts, .fractionalCounts].contains(result.record.values) else {
      throw UsageError(
        "`correctedGenes` scales counts, and the data are \(result.record.values.rawValue); give "
          + "counts, or leave it out")
    }
    let options = result.record.options
    let pool = ThreadPool(threads: options.threads)
    let found = try FoundGenes(selection, of: cells)
    let clusters = EmbeddingClusters(
      of: result.embedding, used: result.cellsUsed, seed: options.seed.seed(for: .correcting),
      pool: pool)
    let batches = cells.batches.names.count
    let size = max(1, Self.blockSums / max(1, clusters.count * batches))
    let blocks = stride(from: 0, to: found.genes.count, by: size).map {
      Array(found.genes[$0..<min($0 + size, found.genes.count)])
    }
    let parts = try blocks.enumerated().map { number, genes in
      GeneFactors(
        try ClusterSums(
          of: genes, in: cells, cluster: clusters.ofCell, clusterCount: clusters.count,
          sizeFactors: result.record.sizeFactor == nil ? nil : result.totals
        ) {
          try Task.checkCancellation()
          let share = Double($0) / Double(max(1, cells.count))
          try progress((Double(number) + share) / Double(blocks.count))
        }, pool: pool)
    }
    let factors = GeneFactors(joining: parts)
    self.selection = selection
    self.found = found
    self.factors = factors
    record = CorrectedRecord(
      genes: found.genes.count, unknown: found.unknown,
      ofOneBatch: zip(found.genes, factors.onlyBatch).compactMap { gene, batch in
        batch < 0
          ? nil
          : CorrectedRecord.Alone(gene: cells.genes[gene], batch: cells.batches.names[batch])
      }, absent: factors.absent, clusters: clusters.count)
  }
}
