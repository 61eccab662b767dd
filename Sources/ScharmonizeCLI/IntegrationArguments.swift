internal import ArgumentParser
internal import Foundation
internal import Harmonize

/// Options for the selection of cells and genes.
struct SelectionArguments: ParsableArguments {
  @Option(help: ArgumentHelp("How many highly variable genes to use.", valueName: "count"))
  var nGenes = IntegrationOptions().geneCount

  @Option(
    help: ArgumentHelp(
      "Use the genes that this file names, one a line, instead; '-' for standard input.",
      valueName: "file"),
    completion: .file())
  var genes: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Leave these genes out of the selection, but not of the cells' totals: sets ("
        + GeneSet.allCases.map(\.rawValue).joined(separator: ", ")
        + "), patterns such as 'HLA-*', names, or files of names, one a line.",
      valueName: "genes"),
    completion: .file())
  var excludeGenes: [String] = []

  @Option(
    help: ArgumentHelp("Leave cells with fewer counts out of the training.", valueName: "count"))
  var minCounts = IntegrationOptions().minimumCounts

  @Option(
    help: ArgumentHelp(
      "Leave cells with fewer expressed genes out of the training.", valueName: "count"))
  var minGenes = IntegrationOptions().minimumGenes
}

extension SelectionArguments {
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
        text == "-" || text.contains("/")
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
    help: ArgumentHelp(
      "The widths of the encoder's hidden layers, such as 256,128, or 64x50 for fifty of 64; the "
        + "decoder has them in reverse. (default: 256,128)",
      valueName: "widths"),
    transform: widths)
  var hidden = AutoencoderOptions().hidden

  @Option(help: ArgumentHelp("The dimensions of the latent space.", valueName: "count"))
  var latent = AutoencoderOptions().latent

  @Flag(help: "Add skip connections between hidden layers of equal width.")
  var residual = false

  @Option(
    help: ArgumentHelp(
      "The encoder's normalization: of the mixed minibatch, per source, or per cell.",
      valueName: "norm"))
  var encoderNorm = AutoencoderOptions().encoderNorm

  @Option(
    help: ArgumentHelp(
      "The decoder's normalization: by each batch's offset at matched composition, by its own "
        + "moments, of the mixed minibatch, or per cell.",
      valueName: "norm"))
  var decoderNorm = AutoencoderOptions().decoderNorm

  @Option(
    help: ArgumentHelp(
      "The populations that batches hold: found from expression, so that types of one batch alone "
        + "stay apart, or taken to be equal in all.",
      valueName: "composition"))
  var composition = IntegrationOptions().composition

  @Option(
    help: ArgumentHelp(
      "How many cells of the mixture count toward a source's statistics; 'inf' for the mixture "
        + "alone.",
      valueName: "cells"))
  var sourceShrinkage = AutoencoderOptions().sourceShrinkage

  @Option(
    help: ArgumentHelp("The share of hidden units left out at each step.", valueName: "share"))
  var dropout = AutoencoderOptions().dropout

  @Option(
    help: ArgumentHelp(
      "The loss; 'mse' also takes values that are not counts, as they are.", valueName: "loss"))
  var loss = AutoencoderOptions().loss

  /// Parses '256,128'.
  static func widths(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part in
      let numbers = part.split(separator: "x", omittingEmptySubsequences: false).map {
        Int($0.trimmingCharacters(in: .whitespaces))
      }
      guard let width = numbers[0], numbers.count <= 2,
        let count = numbers.count == 2 ? numbers[1] : 1, (1...1000).contains(count)
      else {
        throw ValidationError(
          "'\(part)' is not a width; give whole numbers such as '256,128', or '64x50'.")
      }
      return [Int](repeating: width, count: count)
    }
  }
}

/// Options for training the model.
struct TrainingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many cell visits the training takes. (default: 40 a cell, at least 200000, at most "
        + "500000)",
      valueName: "count"))
  var visits: Int?

  @Option(help: ArgumentHelp("How many cells a minibatch holds.", valueName: "count"))
  var minibatchSize = TrainingOptions().minibatchSize

  @Option(
    help: ArgumentHelp(
      "Whether minibatches mix the sources, hold cells as they come, or those of a single source.",
      valueName: "make-up"))
  var minibatches = TrainingOptions().minibatches

  @Option(
    help: ArgumentHelp(
      "The step size of the optimizer at the start. (default: 0.001, rising to 0.002 between 2500 "
        + "and 5000 cells)",
      valueName: "rate"))
  var learningRate: Float?

  @Option(
    help: ArgumentHelp(
      "The weight of the latent space's divergence from a standard normal.", valueName: "weight"))
  var klWeight = TrainingOptions().klWeight

  @Option(
    help: ArgumentHelp(
      "The weight of a critic that guesses each cell's source from its latent position, which the "
        + "encoder learns to hide; such as 1. 0 is none.",
      valueName: "weight"))
  var adversary = TrainingOptions().adversary

  @Option(
    help: ArgumentHelp(
      "What keeps the critic within bounds: layer norm, or the spectral norms of its weights.",
      valueName: "norm"))
  var criticNorm = TrainingOptions().criticNorm

  @Option(
    help: ArgumentHelp(
      "The widths of the critic's hidden layers. (default: 64)", valueName: "widths"),
    transform: ModelArguments.widths)
  var criticHidden = TrainingOptions().criticHidden

  @Option(help: ArgumentHelp("The seed of every random choice.", valueName: "number"))
  var seed = IntegrationOptions().seed
}

/// Options for the resources of a run; the result does not depend on them.
struct ResourceArguments: ParsableArguments {
  @OptionGroup
  var threading: ThreadArguments

  /// The number of threads; `nil` for one per processor.
  var threads: Int? { get throws { try threading.count() } }

  @Option(
    help: ArgumentHelp(
      "How much memory to take for what grows with the data, such as 512M or 4G; the result is "
        + "the same for any. Counts that do not fit go to a scratch file. (default: half of the "
        + "machine's)",
      valueName: "size"),
    transform: size)
  var memory: ByteCount?

  @Option(
    help: ArgumentHelp(
      "The folder for a scratch file, on a disk. (default: TMPDIR, unless its files are held in "
        + "memory; else the output's folder)",
      valueName: "folder"),
    completion: .directory)
  var scratch: String?

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
    self.init()
    geneCount = selection.nGenes
    geneList = try selection.genes.map { try Harmonize.geneList(readingAt: $0) }
    excludedGenes = try selection.exclusions()
    minimumCounts = selection.minCounts
    minimumGenes = selection.minGenes
    self.model.hidden = model.hidden
    self.model.latent = model.latent
    self.model.residual = model.residual
    self.model.encoderNorm = model.encoderNorm
    self.model.decoderNorm = model.decoderNorm
    composition = model.composition
    self.model.sourceShrinkage = model.sourceShrinkage
    self.model.dropout = model.dropout
    self.model.loss = model.loss
    self.training.visits = training.visits
    self.training.minibatchSize = training.minibatchSize
    self.training.minibatches = training.minibatches
    self.training.learningRate = training.learningRate
    self.training.klWeight = training.klWeight
    self.training.adversary = training.adversary
    self.training.criticNorm = training.criticNorm
    self.training.criticHidden = training.criticHidden
    space = alignment.space
    components = alignment.components
    componentScaling = alignment.componentScaling
    self.alignment = alignment.options
    seed = training.seed
    threads = try resources.threads
    memory = resources.memory?.bytes
    scratchFolder = resources.scratch ?? ScratchFolder.standard(besideOutput: output)
  }
}
