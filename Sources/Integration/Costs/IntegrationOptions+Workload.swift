internal import Alignment
package import CountData
internal import NeuralNet
internal import Numerics
package import Support
package import Training
package import UMAP

extension IntegrationOptions {
  /// Returns the expected costs for some cells.
  package func costs(for cells: CellDataset) -> StageCosts {
    if let given = cells.coordinates?.embedding {
      return StageCosts(
        cells: cells.count, genes: cells.genes.count, genesUsed: given.dimensions,
        batches: cells.batches.names.count, weights: 0, dimensions: given.dimensions)
    }
    let used = max(1, min(geneList?.count ?? geneCount, cells.genes.count))
    return StageCosts(
      cells: cells.count, genes: cells.genes.count, genesUsed: used,
      batches: cells.batches.names.count, weights: model.weightCount(genes: used),
      dimensions: space == .decoded ? components : model.latent)
  }

  /// Returns the stages of an integration with their costs.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - position: The position of the training to resume. The default is `nil`, for a training from
  ///     scratch.
  /// - Returns: The workload.
  package func workload(
    for cells: CellDataset, resuming position: TrainingPosition? = nil
  ) -> Workload {
    let costs = costs(for: cells)
    let size = training.minibatchSize
    var work =
      cells.coordinates == nil
      ? workload(
        of: costs, visits: training.steps(forCells: cells.count, minibatchSize: size) * size)
      : Workload([.comparing: costs.comparing, .checking: costs.checking])
    if let alignment {
      work.add(
        .alignment,
        costs.alignment(
          clusters: alignment.clusterCount(forCells: cells.count), rounds: alignment.rounds))
    }
    if let position {
      work.skip(.training, share: Double(position.step) / Double(max(1, position.steps)))
    }
    return work
  }

  /// Returns the stages of a run on counts up to the embedding, and its check.
  private func workload(of costs: StageCosts, visits: Int) -> Workload {
    Workload([
      .reading: costs.reading, .gathering: costs.gathering, .comparing: costs.comparing,
      .training: costs.training(visits: visits),
      .embedding: costs.embedding(
        decodings: space == .decoded ? decodings(ofBatches: costs.batches) : 0,
        findsComponents: space == .decoded),
      .checking: costs.checking,
    ])
  }

  /// Returns the number of batches as which a cell is decoded for an average.
  package func decodings(ofBatches count: Int) -> Int {
    [.matched, .perBatch].contains(model.decoderNorm) ? min(count, Autoencoder.mostDecodedRows) : 1
  }
}

extension AutoencoderOptions {
  /// Returns the sum of the lengths of the weights of a network.
  func weightCount(genes: Int) -> Int {
    let widths = [genes] + hidden + [latent]
    return 2 * zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension UMAPOptions {
  /// Returns the cost of a layout.
  package func cost(_ costs: StageCosts, cells: Int) -> Double {
    costs.umap(cells: cells, epochs: epochCount(forCells: cells))
  }
}
