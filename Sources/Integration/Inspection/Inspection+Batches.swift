internal import CellFiles
internal import CountData
internal import Foundation
internal import Numerics
internal import Support
internal import NeuralNet

extension Inspection {
  /// A comparison of the batches' populations, as a run with the defaults would make it.
  package struct BatchComparison: Sendable, Codable, Equatable {
    /// The column of `obs` that names the batches, or several, comma-separated.
    package var batchKey: String

    /// The populations that the batches share; `nil` if they were not compared.
    package var composition: CompositionRecord?

    /// One sentence for each batch that seems to have other cell types than the others.
    package var warnings: [String] = []

    /// The reason why the batches were not compared; `nil` if they were.
    package var reason: String?
  }

  /// The default for the maximum number of cells to compare: 50,000.
  ///
  /// The comparison reads all counts twice, once to select genes and once for the counts of these,
  /// so its time grows with the number of cells. On two processors with other load, the same stages
  /// of a run took 13 s for 50,000 cells of 12 batches, and 27 s for 500 batches.
  public static let comparedCells = 50_000

  /// Compares the batches' populations, on the same cells and genes as a run with the defaults.
  ///
  /// - Parameters:
  ///   - files: The inspected files.
  ///   - batchKey: The column of `obs` that names the batches, or several, comma-separated.
  ///   - limit: The maximum number of cells to compare.
  ///   - companions: The files that name the cells and genes, or describe the cells.
  ///   - threads: The number of threads, or `nil` for one per core; the result does not depend on
  ///     it.
  /// - Returns: The comparison, or the reason why there is none.
  /// - Throws: `CellFileError` if a file lacks the column; `HDF5Error`; `CancellationError`.
  static func compare(
    _ files: [File], by batchKey: String, limit: Int, companions: Companions, threads: Int?
  ) throws -> BatchComparison {
    var comparison = BatchComparison(batchKey: batchKey)
    try checkColumns(batchKey, of: files, companions)
    let cells = files.reduce(0) { $0 + $1.cells }
    guard var options = try countsOptions(of: files[0], companions, threads: threads) else {
      comparison.reason = "no matrix holds counts"
      return comparison
    }
    guard cells <= limit else {
      comparison.reason =
        "\(grouped(cells)) cells exceed the limit of \(grouped(limit)) for this comparison, which "
        + "reads all counts; the integration compares them and warns"
      return comparison
    }
    options.companions = companions
    do {
      let (cells, defaults) = try CellDataset(
        readingAt: files.map(\.path), batchKey: batchKey, options: options
      ).countedByDefault()
      let pool = ThreadPool(threads: threads)
      let data = try scan(cells, defaults.scanRules(for: cells), in: RunContext(pool: pool))
      if let populations = Populations(of: cells, data, seed: defaults.seed, pool: pool) {
        let composition = populations.record(names: cells.batches.names)
        comparison.composition = composition
        comparison.warnings = composition.warnings(.matched)
      } else {
        comparison.reason =
          "fewer than \(Populations.fewestGenes) of the \(cells.feature.plural) used are measured in all batches"
      }
    } catch let error as CellFileError {
      comparison.reason = "\(error)"
    } catch let error as CountDataError {
      comparison.reason = "\(error)"
    }
    return comparison
  }

  /// Checks that a key names columns of all files.
  private static func checkColumns(
    _ batchKey: String, of files: [File], _ companions: Companions
  ) throws {
    for file in files where !file.columns.contains(where: { $0.name == batchKey }) {
      for key in batchKey.split(separator: ",").map({ $0.trimmed })
      where !file.columns.contains(where: { $0.name == key }) {
        var options = ReadingOptions()
        options.companions = companions
        _ = try CellFile(readingAt: file.path, options: options).column(key)
      }
    }
  }

  /// Returns the options for reading the counts of a file, as in the suggested command.
  private static func countsOptions(
    of file: File, _ companions: Companions, threads: Int?
  ) throws -> ReadingOptions? {
    guard let matrix = file.matrices.firstIndex(where: \.isCounts) else { return nil }
    var options = try CellFileContents(ofFileAt: file.path, companions: companions)
      .readings[matrix]
    options.companions = companions
    options.threads = threads
    options.fit(memory: nil)
    return options
  }
}

extension Inspection.BatchComparison {
  /// The maximum number of batches listed one by one.
  private static let listedBatches = 20

  /// The comparison as lines of text for a terminal: a table with an explanation.
  var lines: [String] {
    if let reason { return ["The batches of '\(batchKey)' were not compared: \(reason)."] }
    guard let composition else { return [] }
    let (filled, different) = (composition.filled, composition.different)
    var lines = [
      "Cell types that the batches of '\(batchKey)' share, estimated without labels:"
    ]
    let shown =
      filled.count <= Self.listedBatches ? filled[...] : different.prefix(Self.listedBatches)
    lines += Inspection.table(
      shown.map { batch in
        [
          batch.batch, counted(batch.cells, "cell"),
          "alone \(percent(batch.alone))",
          "lacking " + (composition.lacking(of: batch).map(percent) ?? "–"),
          composition.verdict(on: batch),
        ]
      })
    if shown.count < filled.count {
      lines.append("    … \(grouped(filled.count)) batches in all; `json` lists them")
    }
    lines.append(
      "  alone: cells of the batch without a counterpart in other batches; lacking: cells of other "
        + "batches without a counterpart in the batch.")
    lines += warnings.map { "  warning: \($0)" }
    if different.isEmpty {
      lines.append("  No batch seems to hold other cell types than the others.")
    }
    return lines
  }
}
