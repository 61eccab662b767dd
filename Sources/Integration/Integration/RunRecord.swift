public import CellFiles
public import CountData
public import Evaluation
internal import Machine
public import NeuralNet
public import Training
public import UMAP

/// What a run did, on what, and how it went: the contents of `run.json`.
public struct RunRecord: Equatable, Sendable, Codable {
  /// One input.
  public struct Input: Equatable, Sendable, Codable {
    /// The path as it was given.
    public var path: String

    /// The format that was found.
    public var format: String

    /// The matrix that was read, such as `X`.
    public var matrix: String

    /// The number of cells in it.
    public var cells: Int

    /// The number of genes in it.
    public var genes: Int
  }

  /// One source and how many cells it has.
  public struct Source: Equatable, Sendable, Codable {
    /// The source's name.
    public var name: String

    /// The number of its cells.
    public var cells: Int

    /// The number of its cells that passed the filters.
    public var cellsUsed: Int
  }

  /// Where the counts of the selected genes were kept.
  public struct Store: Equatable, Sendable, Codable {
    /// The room that they took, in bytes.
    public var bytes: Int

    /// The folder of the scratch file that they were in; `nil` where they were in memory.
    public var scratchFolder: String?

    /// Whether the system keeps that folder's files in memory, so that the file saved none.
    public var scratchIsInMemory = false
  }

  /// The mixing of the batches within populations, before and after: see `SourceMixing`.
  ///
  /// A population is a set of clusters that the same batches hold.
  public struct Mixing: Equatable, Sendable, Codable {
    /// The mixing of one batch with all others.
    public struct Source: Equatable, Sendable, Codable {
      /// The name of the batch.
      public var source: String

      /// The mixing in the principal components of the uncorrected expression: the share of its
      /// cells' neighbours that are of other batches and of the cell's own population, over the
      /// share that the populations' composition predicts.
      ///
      /// `nil` where no other batch holds a population of this batch.
      public var before: Double?

      /// The mixing in the embedding.
      public var after: Double?

      /// The share of its cells' neighbours that are of other batches and of another population, in
      /// the principal components of the uncorrected expression.
      public var overlaidBefore = 0.0

      /// The share of such neighbours in the embedding; near 0 is right.
      public var overlaidAfter = 0.0
    }

    /// The mixing of all cells in the principal components of the uncorrected expression, from 0
    /// (separate) to about 1 (as predicted); `nil` where no population is of two batches.
    public var before: Double?

    /// The mixing of all cells in the embedding.
    public var after: Double?

    /// The share of all neighbours that are of other batches and of another population, in the
    /// principal components of the uncorrected expression.
    public var overlaidBefore = 0.0

    /// The share of such neighbours in the embedding: near 0 is right, and large where the
    /// correction merged different cells.
    public var overlaidAfter = 0.0

    /// The batches with cells among those compared, by name.
    public var sources: [Source] = []
  }

  /// The version of scharmonize.
  public var version = scharmonizeVersion

  /// What was read.
  public var inputs: [Input] = []

  /// The options of the run.
  public var options: IntegrationOptions

  /// The column that names the sources, or `nil` where each file is one.
  public var batchKey: String?

  /// How the genes of several files were joined; `nil` for one file.
  public var joining: JoiningOptions?

  /// The number of cells read.
  public var cells: Int

  /// The number of cells that passed the filters, and were trained on.
  public var cellsUsed: Int

  /// The number of genes that all inputs share.
  public var genes: Int

  /// The number of genes that ``IntegrationOptions/excludedGenes`` left out of the selection; `nil`
  /// where none was to be.
  public var genesExcluded: Int?

  /// The number of genes that the model uses.
  public var genesUsed: Int

  /// What kind of values were found.
  public var values: ValueKind

  /// The sources, in their order.
  public var sources: [Source]

  /// The number of training steps.
  public var steps: Int

  /// The number of cells in a minibatch.
  public var minibatchSize: Int

  /// The SHA-256 of the network's parameters and running statistics: ``TrainedModel/digest``.
  public var modelDigest: String

  /// The loss by epoch.
  public var epochs: [EpochRecord]

  /// How far the frozen statistics put cells from where their minibatches' own put them, in the
  /// latent space, against how far cells lie from their mean; `nil` where it is not finite.
  public var statisticsGap: Double?

  /// How many units of each hidden layer do nothing, among up to 2,048 cells.
  public var activity: [LayerActivity] = []

  /// The mixing of the batches before the correction and after; `nil` for one batch.
  public var mixing: Mixing?

  /// How much of each source's own neighbourhoods the correction kept.
  public var preservation: [NeighbourhoodPreservation] = []

  /// The neighbourhoods of each cell type before the correction and after, where there are labels.
  public var types: [TypeNeighbourhoods] = []

  /// The populations that the batches share; `nil` for a single batch.
  public var composition: CompositionRecord?

  /// How much the result owes to the sources and to chance, where that was tested.
  public var nullTest: NullTest?

  /// How the cells were laid out in a plane, where they were.
  public var umap: UMAPOptions?

  /// What the user should know before trusting the result.
  public var warnings: [String]

  /// What was done without being asked for.
  public var notices: [String]

  /// How many threads were used.
  public var threads: Int

  /// The seconds that each stage took.
  public var seconds: [Stage: Double]

  /// The largest amount of memory that the process has held, in bytes; pages of mapped files,
  /// which the system takes back when it needs them, are among it.
  public var peakMemoryBytes: Int

  /// The largest amount of memory without a file behind it that the process held up to the
  /// writing of the output, in bytes; `nil` where the system does not tell.
  ///
  /// It is looked at twenty times a second, so a short peak may be missed.
  public var peakAnonymousBytes: Int?

  /// The training step that a checkpoint was gone on from; `nil` where the training began anew.
  public var resumedAtStep: Int?

  /// The instructions that the numbers were computed with: `avx512`, `avx2` or `baseline`.
  public var instructionSet: String?

  /// Where the counts of the selected genes were kept.
  public var store: Store
}
