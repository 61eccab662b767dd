internal import Alignment
package import CountData
internal import NeuralNet
internal import Numerics
package import Support

extension Model {
  /// Returns the expected costs for new cells.
  private func costs(for query: CellDataset) -> StageCosts {
    let options = network?.network.options
    return StageCosts(
      cells: query.count, genes: query.genes.count, genesUsed: genes.count,
      batches: query.batches.names.count,
      weights: options?.weightCount(genes: genes.count) ?? 0,
      dimensions: reference.embedding.dimensions)
  }

  /// Returns the stages of a mapping with their costs.
  ///
  /// - Parameters:
  ///   - query: The new cells.
  ///   - options: The options of the mapping.
  /// - Returns: The workload.
  package func workload(for query: CellDataset, _ options: MappingOptions) -> Workload {
    let costs = costs(for: query)
    var work = Workload()
    if let network = network?.network {
      work = Workload([
        .reading: costs.reading, .gathering: costs.gathering,
        .embedding: costs.embedding(
          decodings: components == nil ? 0 : network.averagedBatches.count),
      ])
    }
    if options.aligns, let alignment {
      work.add(.alignment, costs.alignment(clusters: alignment.clusterCount, rounds: 20))
    }
    if let count = reference.labels?.ofCell.count {
      // Support decodes all cells, and some of them twice.
      let support = network == nil ? 0 : costs.embedding(decodings: 1)
      work.add(.checking, costs.search(among: count) + support)
    }
    return work
  }

  /// Returns the cost of writing a mapping.
  package func writingCost(of query: CellDataset) -> Double { costs(for: query).writing }
}
