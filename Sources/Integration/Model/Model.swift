package import Alignment
package import CellFiles
public import CountData
package import Foundation
package import Numerics
internal import Support
internal import NeuralNet

/// A trained model with all that a later run needs to map new cells.
///
///     let model = try Model(integrate(cells), of: cells)
///     try model.write(to: "model.h5")
///     let later = try Model(readingAt: "model.h5")
///     let mapping = try later.map(Cells(query: SampleSheet(paths: ["new.h5ad"]), for: later))
///
/// A new cell is processed like the cells of the training. Its counts `x` of the model's genes
/// become the input, `log(1 + 10⁴ x / t)` with its total or size factor `t`, or `x` divided by a standard
/// deviation for each gene. The network gives its latent mean, which is decoded and projected to the
/// space of the reference's clusters.
public struct Model: Sendable {
  /// A batch key of the training, and its levels.
  package struct BatchKey: Sendable, Equatable {
    /// The column of `obs`; empty if each file was a batch.
    package let name: String

    /// The names of the levels, in the order of their indices.
    package let levels: [String]
  }

  /// The labels of the training's cells in a column of `obs`, such as cell types.
  package struct Labels: Sendable, Equatable {
    /// The name of the column.
    package let key: String

    /// The labels, in order.
    package let names: [String]

    /// The label of each cell, −1 for none; `(n)`.
    package let ofCell: [Int32]
  }

  /// The cells of the training, with their positions.
  package struct Reference: Sendable, Equatable {
    /// The names of the cells; `(n)`.
    package let names: [String]

    /// The index of each cell's batch in the model's batches; `(n)`.
    package let batches: [Int32]

    /// A flag for each cell that is true if it was in the training; `(n)`.
    package let wasTrainedOn: [Bool]

    /// The aligned embedding; `(n, components)`.
    package let embedding: Embedding

    /// The latent means; `(n, d)`, without dimensions for given coordinates.
    package let latent: Embedding

    /// The labels of the cells, if given; they do not affect the training.
    package let labels: Labels?

    /// The aligned coordinates of the cells that were in the training; `(n, components)`.
    var trainedCells: Embedding { embedding.rows(names.indices.filter { wasTrainedOn[$0] }) }
  }

  /// The network, with the names of its genes and batches; `nil` for given coordinates.
  let network: TrainedModel?

  /// The space of given coordinates that were aligned; `nil` for counts.
  package let space: GivenSpace?

  /// The names of the batches, in the order of their numbers; `(S)`.
  package var batches: [String] { network?.batches ?? space?.batches ?? [] }

  /// The SHA-256 of the network, or of the alignment of given coordinates.
  package var digest: String { network?.digest ?? space?.digest(of: alignment) ?? "" }

  /// The network, which a model of counts has.
  package var trained: TrainedModel {
    guard let network else { preconditionFailure("a model of coordinates has no network") }
    return network
  }

  /// A flag that is true if the model is of given coordinates, without a network.
  package var isOfCoordinates: Bool { network == nil }

  /// The names of the genes of the network; empty for given coordinates.
  package var genes: [String] { network?.genes ?? [] }

  /// The batch keys; several if batches are the combinations of several keys.
  package let batchKeys: [BatchKey]

  /// The level of each batch under each key, −1 for a batch without cells; `(S, keys)`.
  package let levelsOfBatch: [[Int32]]

  /// The divisor of each gene's values for the network's input; `(f)`.
  ///
  /// It is `nil` if the input is `log(1 + 10⁴ x / t)`.
  package let deviations: [Float]?

  /// The inverse document frequency of each peak, by which its input is multiplied, `(f)`; `nil` for genes.
  package internal(set) var peakWeights: [Float]?

  /// The kind of the features.
  package var featureKind: FeatureKind { peakWeights == nil ? .genes : .peaks }

  /// The mean input of each gene in the training, which replaces a gene that new cells lack; `(f)`.
  package let meanInputs: [Float]

  /// The principal components of the corrected expression; `nil` for an embedding in latent space.
  package let components: PrincipalComponents?

  /// The exponent of the standard deviation by which each component is divided.
  package let componentScaling: Float

  /// The alignment of clusters, with their offsets; `nil` if nothing was aligned.
  package let alignment: Alignment?

  /// The options of the alignment.
  package let alignmentOptions: ClusterAlignmentOptions?

  /// The covariates whose effects the model removes; empty without covariates.
  package internal(set) var covariates: [CovariateEncoding] = []

  /// The column with the factor that the training protected; `nil` without one.
  ///
  /// Such a model has no way to compare new cells within its levels, so it maps none.
  package internal(set) var protectedKey: String?

  /// The column of `obs` with the sizes by which counts were divided; `nil` if by totals.
  ///
  /// New cells need it as well.
  package internal(set) var sizeFactorKey: String?

  /// The cells of the training.
  package let reference: Reference

  /// The run's record as JSON, for information only.
  ///
  /// It lacks times, memory, threads and the instruction set, which differ between runs with the same model.
  package let record: Data

  /// The number of threads that use the model; `nil` for one per core.
  ///
  /// No result depends on it, and it is not in the model's file.
  package internal(set) var threads: Int?
}

extension Model {
  /// Makes a model from the result of a run.
  ///
  /// - Parameters:
  ///   - result: The result.
  ///   - cells: The integrated cells.
  ///   - labelKey: The column of `obs` whose labels are stored, for transfer to new cells. The
  ///     default is `nil`, for none.
  /// - Throws: Errors of encoding the record; `CategorizedError` if a file lacks the column.
  public init(_ result: IntegrationResult, of cells: CellDataset, labelKey: String? = nil) throws {
    let batchKey = cells.batchKey ?? ""
    let names =
      cells.batchKeys.count == 1
      ? [batchKey]
      : batchKey.split(separator: ",").map { $0.trimmed }
    var levels = [[Int32]](
      repeating: Array(repeating: -1, count: cells.batchKeys.count),
      count: cells.batches.names.count)
    for (cell, batch) in cells.batches.batchOfCell.enumerated() where levels[Int(batch)][0] < 0 {
      levels[Int(batch)] = cells.batchKeys.map { $0.batchOfCell[cell] }
    }
    network = result.trained
    space = result.space
    threads = result.record.options.threads
    batchKeys = zip(names, cells.batchKeys).map { BatchKey(name: $0, levels: $1.names) }
    levelsOfBatch = levels
    deviations =
      if case .standardized(let deviations) = result.input { deviations } else { nil }
    if case .termFrequency(let weights) = result.input { peakWeights = weights }
    meanInputs = result.trained?.network.padding?.meanInputs ?? result.meanInputs
    components = result.components
    componentScaling = result.record.options.componentScaling
    alignment = result.alignment
    covariates = result.covariates
    protectedKey = result.record.options.protect
    sizeFactorKey = result.record.options.sizeFactor
    alignmentOptions = result.alignment == nil ? nil : result.record.options.alignment
    reference = Reference(
      names: cells.names, batches: cells.batches.batchOfCell,
      wasTrainedOn: membership(result.cellsUsed, of: cells.count), embedding: result.embedding,
      latent: result.latent, labels: try labelKey.flatMap { try Labels($0, of: cells) })
    record = try result.record.reproducibleJSON()
  }

  /// Maps latent means to the space of the alignment: the coordinates `z⁰`.
  ///
  /// Each is decoded as all batches, or as the mixture. The corrected expression is projected onto
  /// ``components`` and scaled. Without components the space is the latent space itself.
  ///
  /// - Parameter latent: The latent means; `(n, d)`.
  /// - Returns: The coordinates; `(n, components)`.
  /// - Throws: Errors of the memory of the coordinates.
  package func coordinates(ofLatent latent: Embedding) throws -> Embedding {
    try coordinates(
      ofLatent: latent, memory: .process, pool: ThreadPool(threads: threads))
  }

  /// Returns the coordinates of latent positions, in given memory, computed by given threads.
  func coordinates(
    ofLatent latent: Embedding, memory: TableMemory, pool: ThreadPool
  ) throws -> Embedding {
    guard let components else { return latent }
    return try DecodedSpace(components: components).coordinates(
      of: latent, from: nil, trained.network, scaling: componentScaling, memory: memory, pool: pool
    ) { _ in }
  }
}

extension Model.Labels {
  /// Reads the labels of a column of the files' `obs`; `nil` for cells that do not come from files.
  fileprivate init?(_ key: String, of cells: CellDataset) throws {
    guard let joined = cells.joined else { return nil }
    let ofCell = try joined.labels(ofColumn: key)
    let levels = Column.strings(ofCell).levels()
    self.init(key: key, names: levels.names, ofCell: levels.ofRow)
  }
}

extension DecodedSpace {
  /// Takes over existing components.
  init(components: PrincipalComponents) { self.components = components }
}

extension RunRecord {
  /// Returns the record as JSON without fields that differ between runs with the same result.
  fileprivate func reproducibleJSON() throws -> Data {
    var object = try JSONDecoder().decode([String: JSONValue].self, from: json())
    for key in [
      "threads", "instruction_set", "seconds", "peak_memory_bytes", "peak_anonymous_bytes",
      "resumed_at_step", "store",
    ] {
      object[key] = nil
    }
    if case .object(var options) = object["options"] {
      for key in ["threads", "memory", "scratch_folder", "checkpoint"] { options[key] = nil }
      object["options"] = .object(options)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(object)
  }
}
