internal import ArgumentParser
internal import Foundation
internal import Harmonize
internal import Support

/// Options for the selection of cells and genes.
struct SelectionArguments: ParsableArguments {
  @OptionGroup
  var chosen: GeneArguments

  @OptionGroup
  var kept: CellArguments
}

/// Options for the cells of the training.
struct CellArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \IntegrationOptions.minimumCounts))
  var minCounts = IntegrationOptions().minimumCounts

  @Option(help: ArgumentHelp(of: \IntegrationOptions.minimumGenes))
  var minGenes = IntegrationOptions().minimumGenes
}

/// Options for the selection of genes.
struct GeneArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \IntegrationOptions.featureKind))
  var featureKind: FeatureKind?

  @Option(help: ArgumentHelp(of: \IntegrationOptions.peakCounts))
  var peakCounts: PeakCounts?

  @Option(
    help: ArgumentHelp(
      of: \IntegrationOptions.geneCount,
      usual: "\(IntegrationOptions().geneCount); \(IntegrationOptions.peakCount) peaks"))
  var nGenes: Int?

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.geneList),
    completion: .file())
  var genes: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(of: \IntegrationOptions.excludedGenes),
    completion: .file())
  var excludeGenes: [String] = []
}

extension GeneArguments {
  /// The extensions of file names, which distinguish them from gene names.
  private static let listEndings = [".txt", ".tsv", ".csv", ".list", ".gmt", ".grp"]

  /// Returns the genes to exclude.
  ///
  /// - Throws: `HarmonizeError` if a file cannot be read.
  func exclusions() throws -> [GeneExclusion]? {
    guard !excludeGenes.isEmpty else { return nil }
    return try excludeGenes.map { text in
      let isSet = GeneSet(rawValue: text) != nil
      let isFile =
        text == "-" || text.holds("/")
        || Self.listEndings.contains { text.lowercased().hasSuffix($0) }
        || !isSet && FileManager.default.fileExists(atPath: text)
      guard isFile else { return GeneExclusion(text) }
      return GeneExclusion(name: text, genes: try Harmonize.geneList(readingAt: text))
    }
  }
}

/// Options for the shape of the model.
struct ModelArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(of: \AutoencoderOptions.hidden),
    transform: widths)
  var hiddenSizes = AutoencoderOptions().hidden

  @Option(help: ArgumentHelp(of: \AutoencoderOptions.latent))
  var nLatent = AutoencoderOptions().latent

  @Flag(help: ArgumentHelp(of: \AutoencoderOptions.residual))
  var residual = false

  @Option(help: ArgumentHelp(of: \AutoencoderOptions.encoderNorm))
  var encoderNorm = AutoencoderOptions().encoderNorm

  @Option(help: ArgumentHelp(of: \AutoencoderOptions.decoderNorm))
  var decoderNorm = AutoencoderOptions().decoderNorm

  @Option(help: ArgumentHelp(of: \IntegrationOptions.composition))
  var composition = IntegrationOptions().composition

  @Option(help: ArgumentHelp(of: \AutoencoderOptions.batchShrinkage))
  var batchShrinkage = AutoencoderOptions().batchShrinkage

  @Option(
    help: ArgumentHelp(
      of: \AutoencoderOptions.dropout,
      usual: "\(AutoencoderOptions().dropout); "
        + "\(Int(IntegrationOptions.proteinDropout)) for proteins"))
  var dropout: Float?

  @Option(
    help: ArgumentHelp(
      of: \AutoencoderOptions.loss,
      usual: AutoencoderOptions().loss.rawValue + "; "
        + "\(ReconstructionLoss.poisson.rawValue) of peaks"))
  var loss: ReconstructionLoss?

  /// Parses '256,128'.
  static func widths(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
      let numbers = part.split(separator: "x", omittingEmptySubsequences: false).map {
        Int($0.trimmed)
      }
      guard let width = numbers[0], numbers.count <= 2,
        let count = numbers.count == 2 ? numbers[1] : 1, (1...1000).contains(count)
      else {
        throw ValidationError(
          "'\(part)' is not a width; give whole numbers such as '256,128' or '64x50'.")
      }
      return [Int](repeating: width, count: count)
    }
  }
}

/// Options for training the model.
struct TrainingArguments: ParsableArguments {
  @Option(help: ArgumentHelp(of: \TrainingOptions.visits))
  var visits: Int?

  @Option(help: ArgumentHelp(of: \TrainingOptions.maxEpochs))
  var maxEpochs: Int?

  @Option(help: ArgumentHelp(of: \TrainingOptions.minibatchSize))
  var minibatchSize = TrainingOptions().minibatchSize

  @Option(help: ArgumentHelp(of: \TrainingOptions.minibatches))
  var minibatchMix = TrainingOptions().minibatches

  @Option(help: ArgumentHelp(of: \TrainingOptions.precision))
  var precision = TrainingOptions().precision

  @Option(help: ArgumentHelp(of: \TrainingOptions.optimizer))
  var optimizer: Optimizer?

  @Option(help: ArgumentHelp(of: \TrainingOptions.learningRate))
  var learningRate = TrainingOptions().learningRate

  @Option(help: ArgumentHelp(of: \TrainingOptions.klWeight))
  var klWeight = TrainingOptions().klWeight

  @Option(help: ArgumentHelp(of: \TrainingOptions.adversary))
  var adversary = TrainingOptions().adversary

  @Option(help: ArgumentHelp(of: \TrainingOptions.criticNorm))
  var criticNorm = TrainingOptions().criticNorm

  @Option(
    help: ArgumentHelp(of: \TrainingOptions.criticHidden),
    transform: ModelArguments.widths)
  var criticHiddenSizes = TrainingOptions().criticHidden

  @Option(help: ArgumentHelp(of: \IntegrationOptions.seed))
  var seed = IntegrationOptions().seed
}

/// Options for the resources of a run; the result does not depend on them.
struct ResourceArguments: ParsableArguments {
  @OptionGroup
  var streaming: StreamArguments

  /// The number of threads; `nil` for one per processor.
  var threads: Int? { get throws { try streaming.threading.count() } }

  /// The memory for data that grows with the input.
  var memory: ByteCount? { streaming.memory }

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.scratchFolder),
    completion: .directory)
  var scratch: String?
}

/// Options for the resources of a pass over a file; the result does not depend on them.
struct StreamArguments: ParsableArguments {
  @OptionGroup
  var threading: ThreadArguments

  @Option(
    help: ArgumentHelp(of: \IntegrationOptions.memory),
    transform: size)
  var memory: ByteCount?

  /// Parses '512M'.
  static func size(_ text: String) throws -> ByteCount {
    guard let size = ByteCount(text) else {
      throw ValidationError("'\(text)' is not a size; give one such as '512M' or '4G'.")
    }
    return size
  }
}

extension IntegrationOptions {
  /// Makes the options for a command line.
  ///
  /// - Throws: ``HarmonizeError`` if the list of genes cannot be read.
  init(
    _ selection: SelectionArguments, _ model: ModelArguments, _ training: TrainingArguments,
    _ alignment: AlignmentArguments, _ resources: ResourceArguments, output: String?
  ) throws {
    try self.init(selection.chosen, model, training, alignment)
    minimumCounts = selection.kept.minCounts
    minimumGenes = selection.kept.minGenes
    threads = try resources.threads
    memory = resources.memory?.bytes
    scratchFolder = resources.scratch ?? ScratchFolder.standard(besideOutput: output)
  }

  /// Makes the options that decide a result, for any resources.
  ///
  /// - Throws: ``HarmonizeError`` if the list of genes cannot be read.
  init(
    _ genes: GeneArguments, _ model: ModelArguments, _ training: TrainingArguments,
    _ alignment: AlignmentArguments
  ) throws {
    self.init(for: genes.featureKind ?? .genes)
    featureKind = genes.featureKind
    peakCounts = genes.peakCounts
    geneCount = genes.nGenes ?? geneCount
    geneList = try genes.genes.map { try Harmonize.geneList(readingAt: $0) }
    excludedGenes = try genes.exclusions()
    self.model.hidden = model.hiddenSizes
    self.model.latent = model.nLatent
    self.model.residual = model.residual
    self.model.encoderNorm = model.encoderNorm
    self.model.decoderNorm = model.decoderNorm
    composition = model.composition
    self.model.batchShrinkage = model.batchShrinkage
    self.model.dropout = model.dropout ?? self.model.dropout
    self.model.loss = model.loss ?? self.model.loss
    self.training.visits = training.visits
    self.training.maxEpochs = training.maxEpochs
    self.training.minibatchSize = training.minibatchSize
    self.training.minibatches = training.minibatchMix
    self.training.precision = training.precision
    self.training.optimizer = training.optimizer
    self.training.learningRate = training.learningRate
    self.training.klWeight = training.klWeight
    self.training.adversary = training.adversary
    self.training.criticNorm = training.criticNorm
    self.training.criticHidden = training.criticHiddenSizes
    space = alignment.space
    components = alignment.nComponents
    componentScaling = alignment.componentScaling ?? componentScaling
    self.alignment = alignment.options
    seed = training.seed
  }
}

extension IntegrationOptions.GivenDefaults {
  /// Tells which options with other defaults for some kinds of features a command line gives.
  init(_ genes: GeneArguments, _ model: ModelArguments, _ alignment: AlignmentArguments) {
    self.init(
      count: genes.nGenes != nil, loss: model.loss != nil, dropout: model.dropout != nil,
      scaling: alignment.componentScaling != nil)
  }
}
