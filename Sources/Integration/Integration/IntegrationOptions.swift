public import Alignment
public import CountData
internal import Machine
public import NeuralNet
public import Training

/// How cells are integrated: which cells and genes, which model, how it is trained.
public struct IntegrationOptions: Equatable, Sendable, Codable {
  /// How many highly variable genes are selected; at least 1, at most 65,536.
  ///
  /// The default is 2,000. More genes keep finer differences and take proportionally longer.
  public var geneCount = 2_000

  /// The genes to use instead of the highly variable ones, or `nil`.
  ///
  /// The default is `nil`. Genes that the data lacks are left out, with a notice.
  public var geneList: [String]?

  /// The genes that are left out of the selection, or `nil` for none.
  ///
  /// The default is `nil`. They still count in the totals of the cells. What matches no gene is
  /// warned of, and a selection from fewer than ``fewestGenes`` genes is refused.
  public var excludedGenes: [GeneExclusion]?

  /// The fewest genes that exclusions may leave to select from.
  public static let fewestGenes = GeneSelectionOptions.fewestGenes

  /// The smallest sum of counts that a cell needs to be used in training.
  ///
  /// The default is 1.
  public var minimumCounts = 1

  /// The smallest number of expressed genes that a cell needs to be used in training.
  ///
  /// The default is 0.
  public var minimumGenes = 0

  /// The shape of the model.
  public var model = AutoencoderOptions()

  /// How the model is trained.
  public var training = TrainingOptions()

  /// The populations that batches are taken to hold.
  ///
  /// The default is ``BatchComposition/matched``.
  public var composition = BatchComposition.matched

  /// The space that the embedding is taken in.
  ///
  /// The default is ``EmbeddingSpace/decoded``.
  public var space = EmbeddingSpace.decoded

  /// How many principal components the decoded space is described by; at least 1.
  ///
  /// The default is 20, the dimensions of the latent space that is decoded; further components
  /// scored no better. Ignored where the embedding is taken in latent space.
  public var components = 20

  /// The power `p` of the deviation that each component is divided by; 0 to 1.
  ///
  /// The default is 0: components as they are. A larger power gives fine differences more weight,
  /// which mixes sources more, and keeps coarse types less far apart.
  public var componentScaling: Float = 0

  /// How clusters of the sources are brought onto each other, or `nil` for not at all.
  ///
  /// The default is to align, with the default options.
  public var alignment: ClusterAlignmentOptions? = ClusterAlignmentOptions()

  /// The column of `obs` with cell types, for the check of what each type kept; `nil` for none.
  ///
  /// The default is `nil`. It changes nothing of the embedding.
  public var labelKey: String?

  /// The seed of every random choice.
  ///
  /// The default is 0. Two runs with one seed, on one machine, write the same embedding.
  public var seed: UInt64 = 0

  /// How many threads are used, or `nil` for one per core that the process may use.
  ///
  /// The default is `nil`. The result is the same for any number.
  public var threads: Int?

  /// How many bytes of memory are taken for what grows with the data, or `nil` for half of what
  /// the process may use.
  ///
  /// The default is `nil`. Counts that do not fit half of it, less the moments of genes and what the
  /// alignment needs beyond the other half, go to a scratch file in ``scratchFolder``. What has to be
  /// in memory is refused where it does not fit. The result is the same for any number. Blocks that files are read in
  /// follow where ``ReadingOptions/fit(memory:)`` was called with it.
  public var memory: Int?

  /// The folder for what does not fit ``memory``, or `nil` for
  /// ``ScratchFolder/standard(besideOutput:)``.
  ///
  /// The default is `nil`. Nothing is left in it, whatever ends the run. A folder whose files the
  /// system holds in memory saves none.
  public var scratchFolder: String?

  /// Where the training is saved while it runs, or `nil` for nowhere.
  ///
  /// The default is `nil`.
  public var checkpoint: CheckpointOptions?

  /// How many cells keep their place in the uncorrected expression, for ``Integration/uncorrected``
  /// and the pictures of a report; at least 0.
  ///
  /// The default is 0. ``ReportOptions/pictureCells`` is what a report can show. It changes nothing
  /// of the result, takes about 120 bytes a cell, and is no part of the record.
  public var uncorrectedCells = 0

  /// Makes the default options.
  public init() {}

  /// What a record holds: all but what changes nothing in the result and is told elsewhere.
  private enum CodingKeys: String, CodingKey {
    case geneCount, geneList, excludedGenes, minimumCounts, minimumGenes, model, training
    case composition, labelKey, space, components
    case componentScaling, alignment, seed, threads, memory, scratchFolder, checkpoint
  }

  /// Refuses values that no run could work with.
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
    try require((1...limit).contains(geneCount), "--n-genes", geneCount, "1 to \(limit)")
    try require(minimumCounts >= 0, "--min-counts", minimumCounts, "at least 0")
    try require(minimumGenes >= 0, "--min-genes", minimumGenes, "at least 0")
    do {
      try model.validate()
    } catch {
      throw OptionError(option: flag(error.option), value: error.value, expected: error.expected)
    }
    for width in model.hidden where [model.encoderNorm, model.decoderNorm].contains(.group) {
      try require(
        width.isMultiple(of: 16) && width > 16, "--hidden", width,
        "a multiple of 16 from 32 on, as group norm has 16 groups"
      )
    }
    try require(
      training.minibatchSize >= 2, "--minibatch-size", training.minibatchSize,
      "at least 2, as batch norm needs two cells")
    try require(
      training.minibatchSize <= 65_536, "--minibatch-size", training.minibatchSize,
      "at most 65536")
    try require(training.visits ?? 1 >= 1, "--visits", training.visits ?? 1, "at least 1")
    try require(
      training.learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate",
      training.learningRate ?? 0, "a number above 0")
    try require(
      training.klWeight >= 0 && training.klWeight.isFinite, "--kl-weight", training.klWeight,
      "at least 0")
    try require(
      training.adversary >= 0 && training.adversary.isFinite, "--adversary", training.adversary,
      "at least 0")
    do {
      var critic = CriticOptions()
      (critic.norm, critic.hidden) = (training.criticNorm, training.criticHidden)
      try critic.validate()
    } catch {
      throw OptionError(option: flag(error.option), value: error.value, expected: error.expected)
    }
    guard training.adversary == 0 || training.minibatches != .single else {
      throw UsageError(
        "'--adversary' needs minibatches that mix the sources, for its critic to tell apart; leave "
          + "'--minibatches single' out")
    }
    try require((1...1024).contains(components), "--components", components, "1 to 1024")
    try require(
      (0...1).contains(componentScaling), "--component-scaling", componentScaling, "0 to 1")
    try alignment?.validate()
    try require((1...1024).contains(threads ?? 1), "--threads", threads ?? 1, "1 to 1024")
    try require(uncorrectedCells >= 0, "uncorrectedCells", uncorrectedCells, "at least 0")
    try require(memory ?? 1 >= 1, "--memory", memory ?? 1, "a number of bytes above 0")
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

/// The populations that batches are taken to hold.
public enum BatchComposition: String, Sendable, Codable, CaseIterable {
  /// Those that are found from expression: batches are compared with others within populations that
  /// both hold, and what one batch alone holds is kept apart.
  case matched

  /// The same in all batches, in the same shares, as version 0.1.0 took it. Types that one batch
  /// alone holds are then mixed with others.
  case equal
}

/// The space that an embedding is taken in.
public enum EmbeddingSpace: String, Sendable, Codable, CaseIterable {
  /// Principal components of the corrected expression: decoded as no source in particular.
  case decoded

  /// The autoencoder's latent space.
  case latent
}

/// What a field of the options is called on the command line.
private func flag(_ field: String) -> String {
  "--" + field.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
}
