internal import CellFiles
internal import CountData
public import Foundation
package import Support

/// The record of a mapping: its inputs, options and results.
public struct MappingRecord: Equatable, Sendable, Codable {
  /// The version of scharmonize.
  package var version = scharmonizeVersion

  /// The inputs of the mapping.
  package var inputs: [RunRecord.Input]

  /// The SHA-256 of the network's parameters and running statistics.
  package var modelDigest: String

  /// The options.
  package var options: MappingOptions

  /// The statistics by which the encoder normalized.
  package var statistics: MappingOptions.Statistics

  /// The number of new cells.
  package var cells: Int

  /// The batches of the new cells, with their numbers of cells.
  package var batches: [RunRecord.Batch]

  /// The number of the model's genes.
  package var genes: Int

  /// The number of these that the new cells have.
  public var genesFound: Int

  /// The number of new cells with each label, including *unknown*.
  public var cellsOfLabel: [String: Int]?

  /// The labels with low support in many cells; `nil` if no labels were transferred.
  package var lowSupport: [LowSupport]?

  /// The certified radii of labels.
  package struct Certified: Equatable, Sendable, Codable {
    /// The bound `L` of the model.
    package var lipschitz: Double

    /// The number of new cells with a radius above 0.
    package var cells: Int

    /// The median radius over all new cells.
    package var medianRadius: Double
  }

  /// The certified radii of labels, if requested.
  package var certified: Certified?

  /// The findings about the counts of peaks; `nil` for genes.
  package var peaks: PeakRecord?

  /// Warnings to read before trusting the result, one sentence each.
  public var warnings: [String] = []

  /// Notices about choices made by default, one sentence each.
  public var notices: [String] = []

  /// The duration of each stage in seconds.
  package var seconds: [Stage: Double]
}

extension MappingRecord {
  /// Makes the record of a mapping of counts.
  init(
    of query: CellDataset, _ cells: QueryCells, _ summary: CellSummary, _ options: MappingOptions,
    _ statistics: MappingOptions.Statistics, model: Model, _ labels: TransferredLabels?,
    _ certified: CertifiedLabels?, _ peaks: PeakRecord?, seconds: [Stage: Double]
  ) {
    self.init(
      inputs: query.inputs, modelDigest: model.digest, options: options, statistics: statistics,
      cells: query.count,
      batches: query.batches.names.indices.map { batch in
        RunRecord.Batch(
          name: query.batches.names[batch],
          cells: query.batches.batchOfCell.count { Int($0) == batch },
          cellsUsed: summary.keptOfBatch[batch])
      },
      genes: model.genes.count, genesFound: cells.found, seconds: seconds)
    if let labels {
      cellsOfLabel = labels.words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      lowSupport = labels.support == nil ? nil : labels.lowSupport
      warnings += labels.supportWarnings
      if labels.support == nil {
        notices.append(
          "this model of standardized input has no support of labels by counts, so new cells of types "
            + "that the reference lacks are not recognized")
      }
    }
    self.certified = certified.map {
      Certified(
        lipschitz: $0.certificate.lipschitz, cells: $0.heldCount, medianRadius: $0.medianRadius)
    }
    let lacking = genes - cells.found
    if lacking > 0 {
      notices.append(
        "\(lacking) of the model's \(counted(genes, "gene")) "
          + "\(lacking == 1 ? "is" : "are") missing in the new cells; their mean is used instead")
    }
    let empty = query.count - summary.kept.count
    if empty > 0 {
      warnings.append(
        "\(counted(empty, "cell")) of \(query.count) \(empty == 1 ? "has" : "have") fewer than "
          + "\(counted(options.minimumCounts, "count")); their positions are unreliable")
    }
    addShared(query, with: model)
    self.peaks = peaks
    notices += peaks?.noticesOfCounts ?? []
    notices += query.notices
    warnings += query.warnings
  }

  /// Warns of new cells with the names of training cells.
  mutating func addShared(_ query: CellDataset, with model: Model) {
    let known = Set(model.reference.names)
    let shared = query.cellNames.count { known.contains($0) }
    if let first = query.cellNames.first(where: { known.contains($0) }) {
      warnings.append(
        "\(counted(shared, "new cell")) \(shared == 1 ? "has" : "have") the names of "
          + "training cells, such as '\(first)'; if they are the same cells, the model was trained "
          + "on them")
    }
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
