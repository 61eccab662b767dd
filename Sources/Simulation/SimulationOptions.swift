package import Support

/// Options of a simulation.
///
/// Every value has a default, so a caller sets only what differs:
///
///     var options = SimulationOptions()
///     options.cells = 100_000
///
/// A larger ``batchStrength`` makes the task harder, a larger ``programStrength`` easier.
package struct SimulationOptions: Sendable, Equatable, Codable {
  /// The number of cells in all batches; at least the number of batches.
  ///
  /// The default is 2,000.
  package var cells = 2_000

  /// The number of genes; at least 2.
  ///
  /// The default is 2,000. More genes share the same counts, so ``medianCounts`` should grow with
  /// them.
  package var genes = 2_000

  /// The number of batches, of as equal size as possible.
  ///
  /// The default is 3.
  package var batches = 3

  /// The number of cell types; two consecutive types form a lineage and are similar.
  ///
  /// The default is 6. The first type is the most frequent.
  package var cellTypes = 6

  /// The seed of every random choice.
  ///
  /// The default is 0. On one machine, a seed always gives the same counts.
  package var seed: UInt64 = 0

  /// The counts of a typical cell in a batch of typical depth.
  ///
  /// The default is 800, with which about 88% of 2,000 genes have no count. Larger numbers give
  /// fewer zeros, and cell types that are easier to distinguish.
  package var medianCounts = 800.0

  /// The strength of the batch effect; 0 to 10.
  ///
  /// The default is 1, similar to two chemistries of one manufacturer. At 0 batches differ only in
  /// their cells, and 3 is similar to different technologies.
  package var batchStrength = 1.0

  /// The difference between batches in the shares of cell types; 0 to 1.
  ///
  /// The default is 0.3. At 0 all batches have the same shares; at 1 each has its own, some near
  /// zero.
  package var compositionDifference = 0.3

  /// The strength of the gene programs of types; 0 to 10.
  ///
  /// The default is 1. Larger numbers separate types more; at 0 all cells have the same type.
  package var programStrength = 1.0

  /// The dispersion of counts in addition to Poisson noise; 0 to 100.
  ///
  /// The variance of a count with mean `m` is `m + dispersion * m²`. The default is 0.5. Larger
  /// numbers give noisier cells; 0 gives Poisson counts.
  package var dispersion = 0.5

  /// A flag that is true to simulate peaks of open chromatin (ATAC) instead of genes.
  ///
  /// The default is `false`. Peaks have names such as `chr1:1000-1500`.
  /// ``medianCounts`` is the number of fragments; counts are cut sites, of which most are even.
  package var peaks = false

  /// Makes the default options.
  package init() {}

  package static let fields: [OptionField<Self>] = [
    OptionField(
      "batches", \.batches, ValidRange("at least 1") { $0 >= 1 }, unit: "count",
      help: "Number of batches."),
    OptionField(
      "cellTypes", \.cellTypes, ValidRange("at least 1") { $0 >= 1 }, unit: "count",
      help: "Number of cell types."),
    OptionField(
      "genes", \.genes, ValidRange("at least 2") { $0 >= 2 },
      ValidRange("at most \(1 << 24)") { $0 <= 1 << 24 }, unit: "count",
      help: "Number of genes."),
    OptionField(
      "cells", \.cells, ValidRange("at most \(Int32.max)") { $0 <= Int(Int32.max) },
      unit: "count", help: "Number of cells in all batches together."),
    OptionField(
      "medianCounts", \.medianCounts,
      ValidRange("from 1 to 10 million") { $0 >= 1 && $0 <= 1e7 }, unit: "count",
      help: "Total count of a typical cell, from 1 to 10000000."),
    OptionField(
      "batchStrength", \.batchStrength, ValidRange("from 0 to 10") { $0 >= 0 && $0 <= 10 },
      unit: "strength", help: "Strength of the batch effect, from 0 to 10."),
    OptionField(
      "compositionDifference", \.compositionDifference,
      ValidRange("from 0 to 1") { $0 >= 0 && $0 <= 1 }, unit: "difference",
      help: "Difference between batches in the shares of cell types, from 0 (none) to 1."),
    OptionField(
      "programStrength", \.programStrength, ValidRange("from 0 to 10") { $0 >= 0 && $0 <= 10 },
      unit: "strength",
      help: "Strength of the gene programs of cell types, from 0 to 10; larger values separate "
        + "types more."),
    OptionField(
      "dispersion", \.dispersion, ValidRange("from 0 to 100") { $0 >= 0 && $0 <= 100 },
      unit: "dispersion",
      help: "Dispersion of the negative binomial counts, from 0 (Poisson) to 100."),
    OptionField("seed", \.seed, unit: "number", help: "Seed of all random choices."),
    // Absent in files of genes, whose bytes are those of versions without the option.
    OptionField(
      "peaks", \.peaks, uses: .record,
      help: "Simulate peaks of open chromatin (ATAC) instead of genes: names such as "
        + "chr1:1000-1500, and counts of cut sites, of which most are even."),
  ]

  /// Checks that all values can be simulated.
  ///
  /// - Throws: ``SimulationError``.
  package func validate() throws(SimulationError) {
    if let problem {
      throw .invalid(
        option: problem.option, value: problem.value, requirement: problem.expected)
    }
    guard cells >= batches else {
      throw .invalid(
        option: "cells", value: "\(cells)",
        requirement: "at least one for each batch, \(batches)")
    }
    // A table for each type in one batch has 16 bytes for each gene.
    guard cellTypes <= (1 << 28) / genes else {
      throw .tooLarge(cellTypes: cellTypes, genes: genes, limit: 1 << 28)
    }
  }
}

extension SimulationOptions: DescribedOptions {}

/// The reason why data could not be simulated.
package enum SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option has a value that is invalid or too large for a machine.
  case invalid(option: String, value: String, requirement: String)

  /// The product of the numbers of cell types and genes is more than a machine can do.
  case tooLarge(cellTypes: Int, genes: Int, limit: Int)

  /// One sentence that names the option, its value and its requirement.
  package var description: String {
    switch self {
    case .invalid(let option, let value, let requirement):
      "cannot simulate with `\(option)` \(value): it has to be \(requirement)"
    case .tooLarge(let cellTypes, let genes, let limit):
      "cannot simulate with cellTypes × genes \(cellTypes) × \(genes): it has to be at most "
        + "\(limit), which take 4 GB"
    }
  }
}

extension SimulationError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    .usage
  }
}
