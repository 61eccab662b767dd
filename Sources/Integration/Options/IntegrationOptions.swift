public import Alignment
public import CountData
internal import Machine
public import NeuralNet
public import Training

/// Options of an integration: cells, genes, model, and training.
public struct IntegrationOptions: Equatable, Sendable, Codable {
  /// The number of highly variable genes to select; 1 to 65,536.
  ///
  /// The default is 2,000. More genes keep finer differences and take proportionally longer.
  public var geneCount = 2_000

  /// The genes to use instead of the highly variable ones, or `nil`.
  ///
  /// The default is `nil`. Genes missing from the data are left out, with a notice.
  public var geneList: [String]?

  /// The genes to exclude from the selection, or `nil` for none.
  ///
  /// The default is `nil`. Excluded genes still count in the totals of the cells. An exclusion that
  /// matches no gene gives a warning. Fewer than ``fewestGenes`` remaining genes are an error.
  public var excludedGenes: [GeneExclusion]?

  /// The minimum number of genes that exclusions must leave.
  public static let fewestGenes = GeneSelectionOptions.fewestGenes

  /// The minimum total count of a cell for training.
  ///
  /// The default is 1.
  public var minimumCounts = 1

  /// The minimum number of expressed genes of a cell for training.
  ///
  /// The default is 0.
  public var minimumGenes = 0

  /// The shape of the model.
  ///
  /// The default is `AutoencoderOptions()`.
  public var model = AutoencoderOptions()

  /// The options for training the model.
  ///
  /// The default is `TrainingOptions()`.
  public var training = TrainingOptions()

  /// The assumption about the populations of batches.
  ///
  /// The default is ``BatchComposition/matched``.
  public var composition = BatchComposition.matched

  /// The space of the embedding.
  ///
  /// The default is ``EmbeddingSpace/decoded``.
  public var space = EmbeddingSpace.decoded

  /// The number of principal components of the decoded space; at least 1.
  ///
  /// The default is 20, the number of latent dimensions; more components scored no better. It is
  /// ignored for an embedding in latent space.
  public var components = 20

  /// The exponent `p` of the standard deviation by which each component is divided; 0 to 1.
  ///
  /// The default is 0, for unscaled components. A larger exponent gives fine differences more
  /// weight. This mixes batches more, and separates coarse types less.
  public var componentScaling: Float = 0

  /// The options for aligning clusters between batches; `nil` for no alignment.
  ///
  /// The default is to align with the default options.
  public var alignment: ClusterAlignmentOptions? = ClusterAlignmentOptions()

  /// The column of `obs` with cell types, for checking the preservation of each type; `nil` for
  /// none.
  ///
  /// The default is `nil`. It does not change the embedding.
  public var labelKey: String?

  /// The seed of every random choice.
  ///
  /// The default is 0. Two runs with the same seed on the same machine give the same embedding.
  public var seed: UInt64 = 0

  /// The number of threads; `nil` for one per core available to the process.
  ///
  /// The default is `nil`. The result does not depend on it.
  public var threads: Int?

  /// The bytes of memory for data that grows with the input; `nil` for half of the memory available
  /// to the process.
  ///
  /// The default is `nil`. Counts beyond half of it go to a scratch file in ``scratchFolder``. The
  /// result does not depend on it. The block size for reading files depends on it only after a call
  /// of ``ReadingOptions/fit(memory:)``.
  public var memory: Int?

  /// The folder for scratch files, or `nil` for ``ScratchFolder/standard(besideOutput:)``.
  ///
  /// The default is `nil`. The folder is cleaned up however the run ends. A folder that the system
  /// keeps in memory saves no memory.
  public var scratchFolder: String?

  /// The options for saving the training while it runs, or `nil` for no checkpoint.
  ///
  /// The default is `nil`.
  public var checkpoint: CheckpointOptions?

  /// The number of cells whose uncorrected positions are kept, for ``Integration/uncorrected`` and
  /// the pictures of a report; at least 0.
  ///
  /// The default is 0. A report can show ``ReportOptions/pictureCells``. It does not change the
  /// result, takes about 120 bytes per cell, and is not in the record.
  public var uncorrectedCells = 0

  /// Makes the default options.
  public init() {}

  /// The fields of a record: all options except those that do not affect the result and are
  /// reported elsewhere.
  private enum CodingKeys: String, CodingKey {
    case geneCount, geneList, excludedGenes, minimumCounts, minimumGenes, model, training
    case composition, labelKey, space, components
    case componentScaling, alignment, seed, threads, memory, scratchFolder, checkpoint
  }

  /// Checks that all values are valid.
  ///
  /// - Throws: ``OptionError``.
  public func validate() throws {
    func require(
      _ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ expected: String
    ) throws(OptionError) {
      guard holds else {
        throw OptionError(option: name, value: value.description, expected: expected)
      }
    }
    let limit = CountStore.geneLimit
    try require((1...limit).contains(geneCount), "geneCount", geneCount, "1 to \(limit)")
    try require(minimumCounts >= 0, "minimumCounts", minimumCounts, "at least 0")
    try require(minimumGenes >= 0, "minimumGenes", minimumGenes, "at least 0")
    do {
      try model.validate()
    } catch {
      throw OptionError(option: error.option, value: error.value, expected: error.expected)
    }
    for width in model.hidden where [model.encoderNorm, model.decoderNorm].contains(.group) {
      try require(
        width.isMultiple(of: 16) && width > 16, "hidden", width,
        "a multiple of 16 from 32 on, as group norm has 16 groups"
      )
    }
    try require(
      training.minibatchSize >= 2, "minibatchSize", training.minibatchSize,
      "at least 2, as batch norm needs two cells")
    try require(
      training.minibatchSize <= 65_536, "minibatchSize", training.minibatchSize,
      "at most 65536")
    try require(training.visits ?? 1 >= 1, "visits", training.visits ?? 1, "at least 1")
    try require(
      training.learningRate.map { $0 > 0 && $0.isFinite } ?? true, "learningRate",
      training.learningRate ?? 0, "a number above 0")
    try require(
      training.klWeight >= 0 && training.klWeight.isFinite, "klWeight", training.klWeight,
      "at least 0")
    try require(
      training.adversary >= 0 && training.adversary.isFinite, "adversary", training.adversary,
      "at least 0")
    do {
      var critic = CriticOptions()
      (critic.norm, critic.hidden) = (training.criticNorm, training.criticHidden)
      try critic.validate()
    } catch {
      throw OptionError(option: error.option, value: error.value, expected: error.expected)
    }
    guard training.adversary == 0 || training.minibatches != .single else {
      throw UsageError(
        "`adversary` needs minibatches that mix the sources, for its critic to tell apart; leave "
          + "`minibatches = single` out")
    }
    try require((1...1024).contains(components), "components", components, "1 to 1024")
    try require(
      (0...1).contains(componentScaling), "componentScaling", componentScaling, "0 to 1")
    try alignment?.validate()
    try require((1...1024).contains(threads ?? 1), "threads", threads ?? 1, "1 to 1024")
    try require(uncorrectedCells >= 0, "uncorrectedCells", uncorrectedCells, "at least 0")
    try require(memory ?? 1 >= 1, "memory", memory ?? 1, "a number of bytes above 0")
  }
}

extension IntegrationOptions {
  /// The options that select genes.
  var selection: GeneSelectionOptions {
    var selection = GeneSelectionOptions()
    (selection.count, selection.list, selection.excluded) = (geneCount, geneList, excludedGenes)
    return selection
  }
}
/// The assumption about the populations of batches.
public enum BatchComposition: String, Sendable, Codable, CaseIterable {
  /// Populations are found from expression.
  ///
  /// Batches are compared within populations that both have; a population of only one batch stays
  /// separate.
  case matched

  /// All batches have the same populations in the same shares, as in version 0.1.0.
  ///
  /// Types of only one batch are then mixed with others.
  case equal
}

/// The space of an embedding.
public enum EmbeddingSpace: String, Sendable, Codable, CaseIterable {
  /// Principal components of the corrected expression, decoded without a particular batch.
  case decoded

  /// The autoencoder's latent space.
  case latent
}
