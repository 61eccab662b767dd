package import CellFiles
package import CountData
public import Evaluation
public import Support
package import NeuralNet
package import Training
package import UMAP

/// The record of a run: its inputs, options and results, as in `run.json`.
public struct RunRecord: Equatable, Sendable, Codable {
  /// One input.
  package struct Input: Equatable, Sendable, Codable {
    /// The path, as given.
    package var path: String

    /// The format recognized.
    package var format: String

    /// The matrix read, such as `X`.
    package var matrix: String

    /// The number of its cells.
    public var cells: Int

    /// The number of its genes.
    public var genes: Int
  }

  /// One batch and its number of cells.
  public struct Batch: Equatable, Sendable, Codable {
    /// The batch's name.
    public var name: String

    /// The number of its cells.
    public var cells: Int

    /// The number of its cells that passed the filters.
    public var cellsUsed: Int
  }

  /// The storage of the counts of the selected genes.
  package struct Store: Equatable, Sendable, Codable {
    /// The size in bytes.
    package var bytes: Int

    /// The folder of the scratch file; `nil` if the counts were in memory.
    package var scratchFolder: String?

    /// A flag that is true if the system keeps that folder in memory, so that the file saved no
    /// memory.
    package var scratchIsInMemory = false
  }

  /// The mixing of the batches within populations before and after the correction: see
  /// `BatchMixing`.
  ///
  /// A population is a set of clusters shared by the same batches.
  public struct Mixing: Equatable, Sendable, Codable {
    /// The mixing of one batch with all others.
    public struct Batch: Equatable, Sendable, Codable {
      /// The name of the batch.
      package var batch: String

      /// The mixing in the principal components of the uncorrected expression.
      ///
      /// It is the share of neighbours in other batches within the cell's own population, divided
      /// by the share that the populations' composition predicts. It is `nil` if no other batch has
      /// a population of this batch.
      public var before: Double?

      /// The mixing in the embedding; `nil` as ``before``.
      public var after: Double?

      /// The share of its cells' neighbours in other batches and other populations, in the
      /// principal components of the uncorrected expression; 0 to 1.
      package var overlaidBefore = 0.0

      /// The share of such neighbours in the embedding; it should be near 0.
      public var overlaidAfter = 0.0
    }

    /// The mixing of all cells in the principal components of the uncorrected expression, from 0
    /// (separate) to about 1 (as predicted).
    ///
    /// It is `nil` if no population occurs in two batches.
    public var before: Double?

    /// The mixing of all cells in the embedding; `nil` as ``before``.
    public var after: Double?

    /// The share of all neighbours in other batches and other populations, in the principal
    /// components of the uncorrected expression; 0 to 1.
    package var overlaidBefore = 0.0

    /// The share of such neighbours in the embedding.
    ///
    /// It should be near 0, and is large if the correction merged different cells.
    public var overlaidAfter = 0.0

    /// The compared batches with cells, by name.
    public var batches: [Batch] = []

    /// The assessment of whether the result looks over-, under- or well corrected; `nil` if no
    /// population occurs in two batches.
    public var verdict: CorrectionVerdict?
  }

  /// The version of scharmonize.
  public var version = scharmonizeVersion

  /// The inputs of the run.
  package var inputs: [Input] = []

  /// The options of the run.
  public var options: IntegrationOptions

  /// The batch column, or `nil` if each file is a batch.
  package var batchKey: String?

  /// The options for joining the genes of several files; `nil` for one file.
  package var joining: JoiningOptions?

  /// The number of cells read.
  public var cells: Int

  /// The number of cells that passed the filters and were in the training.
  public var cellsUsed: Int

  /// The number of genes common to all inputs.
  public var genes: Int

  /// The number of genes that ``IntegrationOptions/excludedGenes`` excluded from the selection;
  /// `nil` without exclusions.
  package var genesExcluded: Int?

  /// The number of genes that the model uses.
  public var genesUsed: Int

  /// The number of dimensions of the embedding that was aligned instead of counts; `nil` for counts.
  package var dimensions: Int?

  /// The kind of values found.
  package var values: ValueKind

  /// The batches, in order.
  public var batches: [Batch]

  /// The number of training steps.
  package var steps: Int

  /// The number of cells in a minibatch.
  package var minibatchSize: Int

  /// The SHA-256 of the network's parameters and running statistics: ``TrainedModel/digest``.
  package var modelDigest: String

  /// The loss by epoch.
  package var epochs: [EpochRecord]

  /// The gap between training and inference statistics; `nil` if it is not finite.
  ///
  /// It is the distance between the latent means by frozen statistics and by minibatch statistics,
  /// relative to the spread of the cells around their mean.
  package var statisticsGap: Double?

  /// The active and dead units of each hidden layer, among up to 2,048 cells.
  package var activity: [LayerActivity] = []

  /// The mixing of the batches before and after the correction; `nil` for one batch.
  public var mixing: Mixing?

  /// The preservation of each batch's own neighbourhoods by the correction.
  public var preservation: [NeighbourhoodPreservation] = []

  /// The neighbourhoods of each cell type before and after the correction, if there are labels.
  package var types: [TypeNeighbourhoods] = []

  /// The populations that the batches share; `nil` for a single batch.
  public var composition: CompositionRecord?

  /// The batch key whose levels the decoder's norm has, if there are several.
  ///
  /// The decoder receives the levels of the others. It is `nil` for one key, and for norms that take the
  /// combinations of levels.
  package var normKey: String?

  /// The covariates whose effects were removed; `nil` without covariates.
  public var covariates: [CovariateRecord]?

  /// The word for the features; `nil` for genes.
  package var feature: FeatureNoun?

  /// The findings about peaks; `nil` for genes.
  public var peaks: PeakRecord?

  /// The sizes by which counts were divided; `nil` if by totals.
  public var sizeFactor: SizeFactorRecord?

  /// The factor whose differences stayed; `nil` without one.
  public var protected: ProtectionRecord?

  /// The labels with which the model was trained; `nil` without labels.
  public var trainingLabels: TrainingLabelRecord?

  /// The controls with permuted batch labels and with another seed, if requested.
  package var nullTest: NullTest?

  /// The options of the UMAP, if one was computed.
  package var umap: UMAPOptions?

  /// Warnings to read before trusting the result, one sentence each.
  public var warnings: [String]

  /// Notices about choices made by default, one sentence each.
  public var notices: [String]

  /// The genes of interest whose counts were corrected by factors; `nil` if there were none.
  package var corrected: CorrectedRecord?

  /// The number of threads used.
  package var threads: Int

  /// The duration of each stage in seconds.
  public var seconds: [Stage: Double]

  /// The peak memory of the process in bytes.
  ///
  /// It includes pages of mapped files, which the system can reclaim when it needs memory.
  package var peakMemoryBytes: Int

  /// The peak memory without mapped files up to the writing of the output, in bytes; `nil` if the
  /// system does not report it.
  ///
  /// It is sampled twenty times a second, so a short peak may be missed.
  package var peakAnonymousBytes: Int?

  /// The training step at which a checkpoint was resumed; `nil` if the training started from
  /// scratch.
  package var resumedAtStep: Int?

  /// The instruction set used: `amx`, `avx512bf16`, `avx512`, `avx2` or `plain`.
  ///
  /// The result does not depend on it.
  package var instructionSet: String?

  /// The storage of the counts of the selected genes.
  package var store: Store
}
