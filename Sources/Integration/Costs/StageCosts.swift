package import UMAP

/// The expected costs of stages by the sizes of the data, in seconds on one machine.
///
/// The constants were fitted to the durations of a release build with two threads on 2,000 to 40,000
/// simulated cells with 3,000 to 20,000 genes. They only weight the progress of a run, so a factor of
/// two does little harm.
package struct StageCosts: Sendable {
  /// The number of cells.
  package var cells: Int

  /// The number of genes of the data.
  package var genes: Int

  /// The number of genes that the model uses.
  package var genesUsed: Int

  /// The number of batches.
  package var batches: Int

  /// The sum of the lengths of the network's weights.
  package var weights: Int

  /// The number of dimensions of the embedding.
  package var dimensions: Int

  private var n: Double { Double(cells) }

  /// The number of cells in comparisons that take a sample.
  private var sampled: Double { Double(min(cells, QualityCheck.cellLimit)) }

  /// The pass that checks every value.
  package var reading: Double { 0.02 + n * (1e-5 + 1e-10 * Double(genes)) }

  /// The pass that gathers the counts of the genes in use.
  package var gathering: Double { 0.01 + n * (1.2e-5 + 1e-10 * Double(genes)) }

  /// The search for shared populations, among up to 2,000 cells of each batch.
  package var comparing: Double {
    0.02 * (min(n, 2_000 * Double(batches)) * Double(genesUsed)).squareRoot().squareRoot()
  }

  /// Returns the cost of processing a number of cells in training steps.
  package func training(visits: Int) -> Double { 1e-10 * Double(visits) * Double(weights) }

  /// Returns the cost of embedding the cells.
  ///
  /// - Parameters:
  ///   - decodings: The number of batches as which each cell is decoded.
  ///   - findsComponents: `true` if the components are not known yet. The default is `false`.
  /// - Returns: The cost.
  package func embedding(decodings: Int, findsComponents: Bool = false) -> Double {
    1.6e-11 * n * Double(weights) * Double(1 + decodings)
      + (findsComponents ? 2.5e-4 * Double(genesUsed) : 0)
  }

  /// Returns the cost of aligning clusters.
  package func alignment(clusters: Int, rounds: Int) -> Double {
    2e-9 * n * Double(clusters * dimensions * rounds)
  }

  /// The comparison of the embedding with the uncorrected expression.
  package var checking: Double {
    6e-4 * Double(genesUsed) + 7e-10 * sampled * sampled * Double(30 + dimensions)
  }

  /// Returns the cost of finding each cell's neighbours among other cells.
  package func search(among count: Int) -> Double {
    0.1 + 4.5e-10 * n * Double(count) * Double(dimensions)
  }

  /// Returns the cost of a UMAP.
  package func umap(cells: Int, epochs: Int) -> Double {
    1e-10 * Double(cells) * Double(cells) * Double(dimensions + 10)
      + 2e-7 * Double(cells) * Double(epochs)
  }

  /// Returns the cost of a report.
  ///
  /// - Parameters:
  ///   - layouts: The number of layouts.
  ///   - options: The options of the layouts.
  /// - Returns: The cost.
  package func reporting(layouts: Int, options: UMAPOptions) -> Double {
    let shown = min(cells, 100_000)
    return Double(layouts) * umap(cells: shown, epochs: options.epochCount(forCells: shown))
      + 2 * checking
  }

  /// The writing of a copy of the input with the embedding.
  package var writing: Double { 0.03 + 1e-10 * n * Double(genes) }

  /// Returns the cost of corrected expression.
  package func correcting(decodings: Int) -> Double {
    0.3 + 3e-8 * n * Double(genesUsed) * Double(decodings)
  }

  /// Returns the cost of the metrics of one embedding.
  package func evaluating(hasLabels: Bool) -> Double {
    // Of more cells than this a sample is evaluated.
    let n = min(n, 200_000)
    return (hasLabels ? 8e-4 : 4e-4) * n + 1e-9 * n * n * Double(dimensions)
  }
}
