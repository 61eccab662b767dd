public import Alignment
internal import CellFiles
public import CountData
public import Foundation
public import Kernels
internal import Machine
internal import NeuralNet

/// All that a later run needs to place new cells beside those of a training.
///
///     let model = try Model(integrate(cells), of: cells)
///     try model.write(to: "model.h5")
///     let later = try Model(readingAt: "model.h5")
///     let latent = later.trained.network.latent(of: minibatch)
///
/// A new cell goes the way that the cells of the training went: its counts `x` of the model's
/// genes become the input, `log(1 + 10⁴ x / t)` with its total `t`, or `x` over ``deviations``;
/// the network gives its latent mean; ``coordinates(ofLatent:)`` places that in the space
/// that the clusters of ``alignment`` lie in.
public struct Model: Sendable {
  /// A batch key of the training, and its levels.
  public struct BatchKey: Sendable, Equatable {
    /// The column of `obs`; empty where each file was a source.
    public let name: String

    /// The names of its levels, in the order of their numbers.
    public let levels: [String]
  }

  /// What the cells of the training are called in a column of `obs`, such as cell types.
  public struct Labels: Sendable, Equatable {
    /// The column.
    public let key: String

    /// The labels, in their order.
    public let names: [String]

    /// The label of each cell, −1 where it has none; `(n)`.
    public let ofCell: [Int32]
  }

  /// The cells of the training, where they came to lie.
  public struct Reference: Sendable, Equatable {
    /// The names of the cells; `(n)`.
    public let names: [String]

    /// The source of each cell, as a number into the model's; `(n)`.
    public let sources: [Int32]

    /// Whether each cell had a part in the training; `(n)`.
    public let wasTrainedOn: [Bool]

    /// The embedding, aligned; `(n, components)`.
    public let embedding: Embedding

    /// The latent means; `(n, d)`.
    public let latent: Embedding

    /// Their labels, where the training was given some: they had no part in it.
    public let labels: Labels?

    /// The aligned coordinates of the cells that had a part in the training; `(n, components)`.
    var trainedCells: Embedding { embedding.rows(names.indices.filter { wasTrainedOn[$0] }) }
  }

  /// The network, with the names of its genes and sources.
  public let trained: TrainedModel

  /// The batch keys; one, unless sources are the combinations of several.
  public let batchKeys: [BatchKey]

  /// The level of each source under each key, −1 for a source without cells; `(S, keys)`.
  public let levelsOfSource: [[Int32]]

  /// What a value of each gene is divided by to become the network's input; `(f)`.
  ///
  /// It is `nil` where the input is `log(1 + 10⁴ x / t)`.
  public let deviations: [Float]?

  /// The mean input of each gene in the training, which stands for a gene that new cells lack;
  /// `(f)`.
  public let meanInputs: [Float]

  /// The principal components of the corrected expression; `nil` where the embedding is the
  /// latent space.
  public let components: PrincipalComponents?

  /// The power of its deviation that each component is divided by.
  public let componentScaling: Float

  /// The clusters, and what is taken out of them; `nil` where nothing was aligned.
  public let alignment: Alignment?

  /// How they were aligned.
  public let alignmentOptions: ClusterAlignmentOptions?

  /// The cells of the training.
  public let reference: Reference

  /// The run's record as JSON: to be looked at, nothing is computed from it.
  ///
  /// It lacks what differs between two runs that give the same model: times, memory, threads.
  public let record: Data
}

extension Model {
  /// Gathers a model from the result of a run.
  ///
  /// - Parameters:
  ///   - result: The result.
  ///   - cells: The cells that were integrated.
  ///   - labelKey: The column of `obs` whose labels are kept, to be transferred to new cells. The
  ///     default is none.
  /// - Throws: What encoding the record throws; `CellFileError`, where a file lacks the column.
  public init(_ result: Integration, of cells: Cells, labelKey: String? = nil) throws {
    let sourceKey = cells.sourceKey ?? ""
    let names =
      cells.sourceKeys.count == 1
      ? [sourceKey]
      : sourceKey.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    var levels = [[Int32]](
      repeating: Array(repeating: -1, count: cells.sourceKeys.count),
      count: cells.sources.names.count)
    for (cell, source) in cells.sources.ofCell.enumerated() where levels[Int(source)][0] < 0 {
      levels[Int(source)] = cells.sourceKeys.map { $0.ofCell[cell] }
    }
    trained = result.model
    batchKeys = zip(names, cells.sourceKeys).map { BatchKey(name: $0, levels: $1.names) }
    levelsOfSource = levels
    deviations =
      if case .standardized(let deviations) = result.input { deviations } else { nil }
    meanInputs = result.model.network.padding?.meanInputs ?? result.meanInputs
    components = result.components
    componentScaling = result.record.options.componentScaling
    alignment = result.alignment
    alignmentOptions = result.alignment == nil ? nil : result.record.options.alignment
    reference = Reference(
      names: cells.names, sources: cells.sources.ofCell,
      wasTrainedOn: membership(result.cellsUsed, of: cells.count), embedding: result.embedding,
      latent: result.latent, labels: try labelKey.flatMap { try Labels($0, of: cells) })
    record = try result.record.reproducibleJSON()
  }

  /// Places latent means in the space that cells are aligned in: the coordinates `z⁰`.
  ///
  /// Each is decoded as all sources, or as the mixture, and its corrected expression projected
  /// onto ``components``, which are scaled; without components it is the latent space itself.
  ///
  /// - Parameter latent: The latent means; `(n, d)`.
  /// - Returns: The coordinates; `(n, components)`.
  public func coordinates(ofLatent latent: Embedding) -> Embedding {
    guard let components else { return latent }
    return DecodedSpace(components: components)
      .coordinates(of: latent, from: nil, trained.network) { _ in }
      .scaled(by: components.variances, power: componentScaling)
  }
}

extension Model.Labels {
  /// The labels of a column of the files' `obs`; `nil` for cells that do not come from files.
  fileprivate init?(_ key: String, of cells: Cells) throws {
    guard let joined = cells.joined else { return nil }
    let ofCell = try joined.labels(ofColumn: key)
    let levels = Column.strings(ofCell).levels()
    self.init(key: key, names: levels.names, ofCell: levels.ofRow)
  }
}

extension DecodedSpace {
  /// Takes over components that were found before.
  init(components: PrincipalComponents) { self.components = components }
}

extension RunRecord {
  /// The record as JSON without what differs between two runs that give the same result.
  fileprivate func reproducibleJSON() throws -> Data {
    var object = try JSONSerialization.jsonObject(with: json()) as? [String: Any] ?? [:]
    for key in [
      "threads", "seconds", "peak_memory_bytes", "peak_anonymous_bytes", "resumed_at_step", "store",
    ] {
      object[key] = nil
    }
    if var options = object["options"] as? [String: Any] {
      for key in ["threads", "memory", "scratch_folder", "checkpoint"] { options[key] = nil }
      object["options"] = options
    }
    return try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }
}
