internal import CellFiles
internal import Evaluation
package import Foundation
public import Integration
internal import Support
internal import Training

/// The MultiQC output of a run: two files of custom content.
///
///     let files = MultiQC(of: result.record, sample: "donor1")
///     try files.write(to: "donor1_mqc.json")
///
/// A file of custom content has one section, so there are two files. `donor1_mqc.json` has a bar
/// for the mixing of each batch. `donor1_general_mqc.json` has the run's row in the table of
/// general statistics. MultiQC finds both by their names, and combines the runs of several files by
/// their sample names.
///
/// Reference: <https://docs.seqera.io/multiqc/custom_content>.
public struct MultiQC: Equatable, Sendable {
  /// The name of the run.
  package let sample: String

  private let record: RunRecord

  /// The suffix of the file name by which MultiQC finds it.
  static let ending = "_mqc.json"

  /// The maximum number of batches with a bar; those with the most cells are shown.
  static let batchLimit = 50

  /// Makes the output from a run's record.
  ///
  /// - Parameters:
  ///   - record: The record.
  ///   - sample: The name of the run, which must be unique in a MultiQC report. See
  ///     `sampleName(ofOutput:)`.
  public init(of record: RunRecord, sample: String) {
    self.record = record
    self.sample = sample
  }

  /// Returns the default name of a run: the name of its output file without the extension.
  ///
  /// - Parameter path: The file.
  /// - Returns: The name: `donor1` for `results/donor1.h5ad`.
  package static func sampleName(ofOutput path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let whole = name.lowercased().hasSuffix(".gz") ? String(name.dropLast(3)) : name
    guard let dot = whole.lastIndex(of: "."), dot != whole.startIndex else { return whole }
    return String(whole[..<dot])
  }

  /// Returns the name of the file of general statistics beside the file of bars:
  /// `x_general_mqc.json` beside `x_mqc.json`.
  package static func generalPath(beside path: String) -> String {
    "\(path.dropLast(ending.count))_general\(ending)"
  }

  /// Checks, before any work is done, whether both files can be written.
  ///
  /// - Parameters:
  ///   - path: The file of bars.
  ///   - inputs: The input files. The default is empty.
  ///   - outputs: The other output files. The default is empty.
  /// - Throws: ``HarmonizeError`` if the name does not end in `_mqc.json`, or one of the two is an
  ///   input or another output; `OutputError` if the folder is missing or not writable.
  package static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    let name = path.split(separator: "/").last ?? ""
    guard path.hasSuffix(ending), name.count > ending.count else {
      throw OptionError(
        option: "MultiQC", value: path,
        expected: "a name that ends in \(ending), which MultiQC looks for")
    }
    for path in [path, generalPath(beside: path)] {
      try checkOutput(path, of: "MultiQC", inputs: inputs, outputs: outputs)
    }
  }

  /// Writes both files, each of which appears when it is complete.
  ///
  /// - Parameter path: The file of bars, whose name ends in `_mqc.json`.
  /// - Throws: `CategorizedError` if writing fails.
  public func write(to path: String) throws {
    try AtomicOutput.write(general(), to: Self.generalPath(beside: path))
    try AtomicOutput.write(mixing(), to: path)
  }

  /// Returns the bars: the mixing of each batch with the others.
  ///
  /// It is JSON, with the same bytes for the same record. Batches with nothing to mix with have no
  /// bar.
  package func mixing() throws -> Data {
    let sizes = Dictionary(
      record.batches.map { ($0.name, $0.cells) }, uniquingKeysWith: { first, _ in first })
    let mixed = (record.mixing?.batches ?? []).compactMap { batch in
      batch.after.map { (name: batch.batch, mixing: $0) }
    }
    let shown = mixed.enumerated()
      .sorted { a, b in
        (sizes[b.element.name] ?? 0, a.offset) < (sizes[a.element.name] ?? 0, b.offset)
      }
      .prefix(Self.batchLimit).map(\.element)
    var content = MultiQCContent(
      id: "scharmonize_mixing", plotType: "bargraph", pconfig: .plot(.mixing),
      data: [
        sample: Dictionary(
          shown.map { ($0.name, MultiQCValue.rounded($0.mixing)) },
          uniquingKeysWith: { first, _ in first })
      ])
    content.sectionName = "Mixing by batch"
    content.description =
      "The share of each batch's neighbours from other batches and the cell's own population, "
      + "divided by the share expected from the composition of the population: 0 for a separate "
      + "batch, about 1 for a mixed one. A batch without shared populations has no bar."
      + (mixed.count > Self.batchLimit
        ? " Only the \(Self.batchLimit) batches with the most cells are shown." : "")
    content.parentID = "scharmonize"
    content.parentName = "scharmonize"
    content.parentDescription = "removes batch effects from single-cell data."
    return try content.json()
  }

  /// Returns the run's row of general statistics.
  ///
  /// It is JSON, with the same bytes for the same record.
  package func general() throws -> Data {
    let preserved = record.preservation.map(\.preserved)
    var values: [String: MultiQCValue] = [
      "cells": .count(record.cellsUsed),
      "batches": .count(record.batches.count { $0.cellsUsed > 0 }),
      "warnings": .count(record.warnings.count),
    ]
    if record.dimensions == nil { values["genes"] = .count(record.genesUsed) }
    values.add(record.mixing?.verdict)
    values["mixing_before"] = record.mixing?.before.map(MultiQCValue.rounded)
    values["mixing_after"] = record.mixing?.after.map(MultiQCValue.rounded)
    values["overlaid_after"] = record.mixing.map { MultiQCValue.rounded($0.overlaidAfter) }
    values["different"] = record.composition.map { .count($0.different.count) }
    values["preserved"] = preserved.min().map(MultiQCValue.rounded)
    values["type_neighbours"] = record.types.map(\.after).min().map(MultiQCValue.rounded)
    values["loss"] = record.epochs.last.flatMap {
      $0.loss.isFinite ? MultiQCValue.rounded($0.loss) : nil
    }
    return try MultiQCContent(
      id: "scharmonize_general", plotType: "generalstats", pconfig: .columns(MultiQCColumn.ofRuns),
      data: [sample: values]
    ).json()
  }
}

extension MultiQCColumn {
  /// The columns of runs, as a list because MultiQC shows them in its order.
  static let ofRuns = verdict + numbersOfRuns

  private static let numbersOfRuns: [[String: MultiQCColumn]] = [
    [
      "cells": MultiQCColumn(
        title: "Cells", description: "Integrated cells", scale: "Blues",
        format: "{:,.0f}")
    ],
    [
      "batches": MultiQCColumn(
        title: "Batches", description: "Batches with cells", scale: "Purples", format: "{:,.0f}")
    ],
    [
      "genes": MultiQCColumn(
        title: "Genes", description: "Genes, or other features such as peaks, used by the model",
        scale: "Greys",
        format: "{:,.0f}", hidden: true)
    ],
    [
      "mixing_before": MultiQCColumn(
        title: "Mixing before",
        description: "Mixing of the batches within the populations that they share, in the "
          + "cells before the correction: 0 separate, 1 mixed",
        max: 1, scale: "RdYlGn", format: "{:,.2f}")
    ],
    [
      "mixing_after": MultiQCColumn(
        title: "Mixing",
        description: "Mixing of the batches within the populations that they share, in the "
          + "embedding: 0 separate, 1 mixed; empty if none is shared",
        max: 1, scale: "RdYlGn", format: "{:,.2f}")
    ],
    [
      "overlaid_after": MultiQCColumn(
        title: "Overlaid",
        description: "Share of neighbours from other batches and populations: expected near 0",
        max: 1, scale: "Reds", format: "{:,.2f}")
    ],
    [
      "different": MultiQCColumn(
        title: "Other types",
        description: "Batches that seem to hold other cell types than the others; mixing does "
          + "not cover these types",
        scale: "Reds", format: "{:,.0f}")
    ],
    [
      "preserved": MultiQCColumn(
        title: "Preserved",
        description: "Share of neighbourhoods preserved within a batch: the lowest of all batches",
        max: 1, scale: "RdYlGn", format: "{:,.2f}")
    ],
    [
      "type_neighbours": MultiQCColumn(
        title: "Same type",
        description: "Share of neighbours of the same cell type: the lowest of all types",
        max: 1, scale: "RdYlGn", format: "{:,.2f}")
    ],
    [
      "loss": MultiQCColumn(
        title: "Loss", description: "Mean loss per cell in the last epoch", min: nil,
        scale: "Oranges", format: "{:,.1f}", hidden: true)
    ],
    [
      "warnings": MultiQCColumn(
        title: "Warnings", description: "Number of warnings", scale: "Reds",
        format: "{:,.0f}")
    ],
  ]
}
