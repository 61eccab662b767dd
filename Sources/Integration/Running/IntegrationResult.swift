package import Alignment
package import CountData
package import NeuralNet
public import Numerics

/// The result of ``integrate(_:options:progress:)``.
public struct IntegrationResult: Sendable {
  /// The corrected embedding of all cells of the input; `(n, d)`.
  ///
  /// It includes cells that were filtered out and therefore were not in the training.
  public var embedding: Embedding

  /// The latent means `mu` of all cells of the input; `(n, latent dimensions)`.
  ///
  /// It has no dimensions if ``IntegrationOptions/fromEmbedding`` was aligned, without a network.
  public var latent: Embedding

  /// The principal components of the corrected expression that define the embedding; `nil` for an
  /// embedding in latent space.
  package var components: PrincipalComponents?

  /// The alignment of clusters between batches; `nil` if it was turned off.
  package var alignment: Alignment?

  /// The UMAP of all cells, `(n, 2)`; `nil` unless ``addUMAP(options:progress:)`` was called.
  public var umap: Embedding?

  /// The positions of cells in the uncorrected expression; `nil` unless
  /// ``IntegrationOptions/uncorrectedCells`` requests some.
  package var uncorrected: UncorrectedCells?

  /// The cells that passed the filters, ascending.
  public var cellsUsed: [Int]

  /// The indices of the genes that the model uses in `cells.genes`, in the order of their names.
  public var genesUsed: [Int]

  /// The genes of the model that only one batch expresses, although the depths of the others would
  /// show them; empty if values are not counts.
  package var genesOfOneBatch: [GeneOfOneBatch]

  /// The factors of genes of interest; `nil` unless ``CorrectedOutput`` requests some.
  var scaledGenes: ScaledGenes?

  /// The network, with the names of its genes and batches; `nil` for given coordinates.
  package var trained: TrainedModel?

  /// The given coordinates; `nil` for counts.
  package var space: GivenSpace?

  /// The transformation of a value to the network's input.
  var input: CountStore.Input

  /// The mean input of each gene over the cells of the training that measured it; `(f)`.
  package var meanInputs: [Float]

  /// The sum of each cell's counts over the genes that the model uses, or its size factor on the scale of
  /// totals; `(n)`.
  package var totals: [Float]

  /// The index of each cell's batch in the model's batches; `(n)`.
  package var batches: [Int32]

  /// The columns of the covariates; empty without covariates.
  package var covariates: [CovariateEncoding] = []

  /// The protected levels within which cells are decoded as every batch; `nil` without.
  package var levels: DecodedLevels?

  /// The record of the run.
  public var record: RunRecord

  /// The network, which a result of counts has.
  package var model: TrainedModel {
    get {
      guard let trained else { preconditionFailure("an alignment of coordinates has no network") }
      return trained
    }
    set { trained = newValue }
  }
}
