internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Support

/// The cells of a run as its stages see them after the counts have been read.
struct RunCells: Sendable {
  /// Returns the name of a cell, for messages.
  let name: @Sendable (Int) -> String

  /// The batch of each cell in the network.
  let batches: BatchAssignment

  /// The batch of each cell under each batch key.
  let batchKeys: [BatchAssignment]

  /// The cells of the training, ascending.
  let kept: [Int]

  /// The number of cells of the training in each batch; `(S)`.
  let keptOfBatch: [Int]

  /// The covariates of all cells; `nil` without covariates.
  var covariates: CovariateDesign?

  /// The levels of a factor within which batches are compared; `nil` if whole batches are.
  var protected: ProtectedLevels?

  /// The batch keys as the network models them side by side; `nil` for one key.
  var additiveKeys: AdditiveKeys?

  /// The number of cells, `n`.
  var count: Int { batches.batchOfCell.count }
}

extension RunCells {
  /// Takes the cells of a data set and those that passed the filters.
  init(
    _ cells: CellDataset, _ summary: CellSummary, _ covariates: Covariates? = nil,
    _ protected: ProtectedLevels? = nil
  ) {
    self.init(
      name: { cells.cellNames[$0] }, batches: cells.batches, batchKeys: cells.batchKeys,
      kept: summary.kept, keptOfBatch: summary.keptOfBatch, covariates: covariates?.design,
      protected: protected, additiveKeys: AdditiveKeys(cells, kept: summary.kept))
  }
}

/// The counts of a run's cells: of all, or of those that a training looks at.
struct RunCounts: Sendable {
  /// The counts of the selected genes.
  let store: CountStore

  /// The genes that batches lack, and the mean inputs.
  let padding: GenePadding

  /// A flag that is true if some batch lacks a gene of another one.
  let isPadded: Bool

  /// The mean rate of each gene per size factor, `(f)`; `nil` if counts are divided by totals.
  var meanRates: [Float]?
}

extension RunCounts {
  /// Takes the counts of a data set.
  init(_ data: DataScan) {
    self.init(
      store: data.store, padding: data.padding, isPadded: data.isPadded,
      meanRates: data.summary.meanRates(of: data.genes))
  }
}
