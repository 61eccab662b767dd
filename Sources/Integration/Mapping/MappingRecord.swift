internal import CellFiles
internal import CountData
public import Foundation
internal import Machine

/// The record of a mapping: its inputs, options and results.
public struct MappingRecord: Equatable, Sendable, Codable {
  /// The version of scharmonize.
  public var version = scharmonizeVersion

  /// The inputs of the mapping.
  public var inputs: [RunRecord.Input]

  /// The SHA-256 of the network's parameters and running statistics.
  public var modelDigest: String

  /// The options.
  public var options: MappingOptions

  /// The statistics by which the encoder normalized.
  public var statistics: MappingOptions.Statistics

  /// The number of new cells.
  public var cells: Int

  /// The batches of the new cells, with their numbers of cells.
  public var sources: [RunRecord.Source]

  /// The number of the model's genes.
  public var genes: Int

  /// The number of these that the new cells have.
  public var genesFound: Int

  /// The number of new cells with each label, including *unknown*.
  public var cellsOfLabel: [String: Int]?

  /// The labels with low support in many cells; `nil` if no labels were transferred.
  public var lowSupport: [LowSupport]?

  /// The certified radii of labels.
  public struct Certified: Equatable, Sendable, Codable {
    /// The bound `L` of the model.
    public var lipschitz: Double

    /// The number of new cells with a radius above 0.
    public var cells: Int

    /// The median radius over all new cells.
    public var medianRadius: Double
  }

  /// The certified radii of labels, if requested.
  public var certified: Certified?

  /// The result of fine-tuning by file and batch, if requested.
  public var fineTuning: [FineTuning]?

  /// Warnings to read before trusting the result, one sentence each.
  public var warnings: [String] = []

  /// Notices about choices made by default, one sentence each.
  public var notices: [String] = []

  /// The duration of each stage in seconds.
  public var seconds: [Stage: Double]

  init(
    of query: Cells, _ cells: QueryCells, _ summary: CellSummary, _ options: MappingOptions,
    _ statistics: MappingOptions.Statistics, model: Model, _ labels: TransferredLabels?,
    _ certified: CertifiedLabels?, _ tuned: [FineTuning], seconds: [Stage: Double]
  ) {
    inputs = query.inputs
    modelDigest = model.trained.digest
    self.options = options
    self.statistics = statistics
    self.cells = query.count
    sources = query.sources.names.indices.map { source in
      RunRecord.Source(
        name: query.sources.names[source],
        cells: query.sources.ofCell.count { Int($0) == source },
        cellsUsed: summary.keptOfSource[source])
    }
    genes = model.trained.genes.count
    genesFound = cells.found
    self.seconds = seconds
    if let labels {
      cellsOfLabel = labels.words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      lowSupport = labels.support == nil ? nil : labels.lowSupport
      warnings += labels.supportWarnings
      if labels.support == nil {
        notices.append(
          "this model of standardized input has no support of labels by counts, so nothing tells "
            + "whether the reference has the types of the new cells")
      }
    }
    self.certified = certified.map {
      Certified(
        lipschitz: $0.certificate.lipschitz, cells: $0.heldCount, medianRadius: $0.medianRadius)
    }
    if options.fineTunes {
      fineTuning = tuned
      let small = tuned.filter { $0.reconstruction == nil }
      if let first = small.first {
        warnings.append(
          "\(counted(small.count, "source")) \(small.count == 1 ? "has" : "have") under "
            + "\(MappingOptions.leastTunedCells) cells, such as '\(first.source)', and "
            + "\(small.count == 1 ? "is" : "are") not fine-tuned")
      }
    }
    let lacking = model.trained.genes.count - cells.found
    if lacking > 0 {
      notices.append(
        "\(lacking) of the model's \(counted(genes, "gene")) "
          + "\(lacking == 1 ? "is" : "are") not in the new cells; their mean stands for them")
    }
    let empty = query.count - summary.kept.count
    if empty > 0 {
      warnings.append(
        "\(counted(empty, "cell")) of \(query.count) \(empty == 1 ? "has" : "have") under "
          + "\(counted(options.minimumCounts, "count")); where they lie says nothing")
    }
    let known = Set(model.reference.names)
    let shared = query.names.filter { known.contains($0) }
    if let first = shared.first {
      warnings.append(
        "\(counted(shared.count, "new cell")) \(shared.count == 1 ? "is" : "are") called like cells "
          + "of the training, such as '\(first)'; if they are the same, the model has seen them")
    }
    notices += query.notices
    warnings += query.warnings
  }

  /// Returns the record as JSON, with keys in snake case and in a fixed order.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
