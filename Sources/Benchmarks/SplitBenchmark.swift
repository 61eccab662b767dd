import Foundation
import Harmonize
import Numerics
import Neighbours

/// The integration of one batch that is split in two: at random, by cell type and by lineage.
///
/// Within one batch there is no batch effect. A random split must change nothing, and all
/// differences between halves of different types are biology and must be preserved. The batch is
/// the largest of each file in `../shared/data`, or of `--file`.
struct SplitBenchmark: Benchmark {
  static let name = "split"

  private static let folder = "../shared/data"
  private static let files = [
    "lungmix_celseq2_dropseq", "pancreas_panc8_small", "pbmc_10x_3chem_symphony",
    "pbmc_kang_ctrl_stim",
  ]
  private static let seeds: Range<UInt64> = 0..<3

  func run(into report: inout BenchmarkReport) throws {
    let paths =
      report.settings.file.map { [$0] } ?? Self.files.map { "\(Self.folder)/\($0).h5ad" }
    var batches: [SplitBatch] = []
    for path in paths {
      guard FileManager.default.fileExists(atPath: path) else {
        print("skipped: there is no '\(path)'; give another as the option 'file'")
        continue
      }
      let batch = try SplitBatch(readingAt: path)
      for split in Split.allCases {
        guard let halves = split.halvesOfTypes(in: batch) else { continue }
        let names = (0..<2).map { half in
          zip(batch.types.names, halves).filter { $0.1 == half }.map(\.0).joined(separator: ", ")
        }
        print("\(batch.name), \(split.rawValue): \(names[0]) | \(names[1])")
      }
      batches.append(batch)
    }
    guard !batches.isEmpty else { return }
    print(
      """

      Own type; neighbours in the other half, over those expected of mixed halves

      | one batch, its split | uncorrected | no split | split | `composition = equal` | 0.1.0 \
      | neighbours as with no split | as with another seed | warned |
      |---|---|---|---|---|---|---|---|---|
      """)
    for batch in batches { try measure(batch, into: &report) }
  }

  /// Integrates a batch unsplit and with each split, and prints one row per split.
  private func measure(_ batch: SplitBatch, into report: inout BenchmarkReport) throws {
    let pool = ThreadPool(threads: report.settings.threads)
    var whole: [SplitRun] = []
    for seed in Self.seeds {
      whole.append(
        try SplitRun(of: batch.cells(in: nil), seed: seed, threads: report.settings.threads))
    }
    let reseeded = whole.indices.map { run in
      overlap(whole[run], whole[(run + 1) % whole.count], pool)
    }
    for split in Split.allCases {
      guard split.halves(of: batch, seed: 0) != nil else { continue }
      var row = SplitRow(name: "\(batch.name), \(split.rawValue)", types: batch.types.names)
      row.reseeded = reseeded
      for (seed, whole) in zip(Self.seeds, whole) {
        guard let halves = split.halves(of: batch, seed: seed) else { continue }
        let judge = SplitJudge(types: batch.types, halves: halves, pool: pool)
        row.add("uncorrected", try judge.scores(of: whole.uncorrected))
        row.add("no split", try judge.scores(of: whole.embedding))
        for recipe in SplitRecipe.allCases where recipe == .standard || split != .random {
          let run = try SplitRun(
            of: batch.cells(in: halves), recipe, seed: seed, threads: report.settings.threads)
          row.add(recipe.rawValue, try judge.scores(of: run.embedding))
          guard recipe == .standard else { continue }
          row.kept.append(overlap(run, whole, pool))
          row.verdicts.append(run.verdicts)
        }
      }
      row.report(into: &report)
    }
  }

  private func overlap(_ a: SplitRun, _ b: SplitRun, _ pool: ThreadPool) -> Double {
    neighbourOverlap(a.embedding, b.embedding, pool: pool)
  }
}

/// A way to assign cells to halves.
private enum Split: String, CaseIterable {
  /// By chance.
  case random = "at random"

  /// By cell type; related types can be in different halves.
  case type = "by type"

  /// By lineage; related types are in the same half.
  case lineage = "by lineage"

  /// Returns the half of each type; `nil` for a random split, or if types have no lineages.
  func halvesOfTypes(in batch: SplitBatch) -> [Int32]? {
    switch self {
    case .random: nil
    case .type: batch.halvesOfTypes()
    case .lineage: batch.halvesOfLineages()
    }
  }

  /// Returns the half of each cell; `nil` if types have no lineages.
  func halves(of batch: SplitBatch, seed: UInt64) -> [Int32]? {
    guard self != .random else { return batch.halvesAtRandom(seed: seed) }
    return halvesOfTypes(in: batch).map { halves in batch.types.codes.map { halves[Int($0)] } }
  }
}

/// The options for integrating halves.
private enum SplitRecipe: String, CaseIterable {
  /// The defaults.
  case standard = "split"

  /// The defaults with `composition = equal`.
  case equal = "composition equal"

  /// The defaults of version 0.1.0.
  case first = "0.1.0"

  /// The options.
  var options: IntegrationOptions {
    var options = IntegrationOptions()
    if self != .standard { options.composition = .equal }
    if self == .first { (options.model.hidden, options.model.decoderNorm) = ([128], .perBatch) }
    return options
  }
}

/// The parts of an integration result that are evaluated.
private struct SplitRun {
  /// The corrected embedding; `(n, d)`.
  let embedding: Matrix

  /// The principal components of the uncorrected expression; `(n, components)`.
  let uncorrected: Matrix

  /// The verdict on each half; empty for a single batch.
  let verdicts: [CompositionRecord.Batch]

  /// Integrates cells.
  init(
    of cells: CellDataset, _ recipe: SplitRecipe = .standard, seed: UInt64, threads: Int?
  ) throws {
    var options = recipe.options
    (options.seed, options.threads, options.uncorrectedCells) = (seed, threads, cells.count)
    let result = try integrate(cells, options: options)
    guard let uncorrected = result.uncorrected, uncorrected.cells.count == cells.count else {
      throw BenchmarkFailure("cells without counts were left out")
    }
    embedding = Matrix(
      rows: cells.count, columns: result.embedding.dimensions, values: result.embedding.values)
    self.uncorrected = Matrix(
      rows: cells.count, columns: uncorrected.coordinates.dimensions,
      values: uncorrected.coordinates.values)
    verdicts = result.record.composition?.batches ?? []
  }
}

/// The measures of an embedding in the 30 nearest neighbours of each cell.
private struct SplitScores {
  /// The share of a cell's neighbours with its type, mean over the cells of each type; `[types]`.
  var ownType: [Double]

  /// The share of neighbours in the other half relative to randomly mixed halves: 0 separate, 1
  /// mixed.
  var otherHalf: Double

  /// The mean over the types.
  var meanOwnType: Double { ownType.reduce(0, +) / Double(ownType.count) }
}

/// Measures embeddings by the types and halves of cells.
private struct SplitJudge {
  let types: CellGroups
  let halves: [Int32]
  let pool: ThreadPool

  /// Returns the measures of an embedding; `(n, d)`.
  func scores(of embedding: Matrix) throws -> SplitScores {
    let table = nearestNeighbours(of: embedding, k: 30, pool: pool)
    var own = [Double](repeating: 0, count: types.count)
    for cell in halves.indices {
      let same = table.indices[table.range(ofQuery: cell)]
        .count { types.codes[Int($0)] == types.codes[cell] }
      own[Int(types.codes[cell])] += Double(same) / Double(table.k)
    }
    let mixing = try Evaluator(batches: halves.map { "\($0)" }, pool: pool).mixing(of: embedding)
    return SplitScores(
      ownType: zip(own, types.sizes).map { $0 / Double($1) }, otherHalf: mixing.mixing ?? .nan)
  }
}

/// One split of one batch: a row of the table.
private struct SplitRow {
  /// The name of the batch and of the split.
  let name: String

  /// The names of the types.
  let types: [String]

  /// The Jaccard index of the neighbour graphs with and without the split; `[seeds]`.
  var kept: [Double] = []

  /// The Jaccard index of the neighbour graphs of two seeds without a split; `[seeds]`.
  var reseeded: [Double] = []

  /// The verdicts on both halves; `[seeds]`.
  var verdicts: [[CompositionRecord.Batch]] = []

  private var scores: [String: [SplitScores]] = [:]

  init(name: String, types: [String]) { (self.name, self.types) = (name, types) }

  /// Adds the measures of one seed.
  mutating func add(_ run: String, _ scores: SplitScores) {
    self.scores[run, default: []].append(scores)
  }

  /// Prints the row, and records all of its numbers.
  func report(into report: inout BenchmarkReport) {
    let runs = ["uncorrected", "no split"] + SplitRecipe.allCases.map(\.rawValue)
    let cells = runs.map { run -> String in
      guard let scores = scores[run] else { return "" }
      for (seed, scores) in scores.enumerated() {
        report.note("\(name), \(run), seed \(seed)", scores.meanOwnType, unit: "own type")
        report.note("\(name), \(run), seed \(seed)", scores.otherHalf, unit: "other half")
        for (type, share) in zip(types, scores.ownType) {
          report.note("\(name), \(run), seed \(seed), \(type)", share, unit: "own type")
        }
      }
      return summary(scores.map(\.meanOwnType)) + "; " + summary(scores.map(\.otherHalf))
    }
    for (seed, halves) in verdicts.enumerated() {
      for half in halves {
        report.note("\(name), \(half.batch), seed \(seed)", half.lacking, unit: "lacking")
        report.note("\(name), \(half.batch), seed \(seed)", half.alone, unit: "alone")
      }
    }
    let warned = verdicts.count { $0.contains(where: \.isDifferent) }
    print(
      "| \(name) | \(cells.joined(separator: " | ")) | \(summary(kept)) | \(summary(reseeded)) "
        + "| \(warned) of \(verdicts.count) |")
  }

  /// Returns the mean and the standard deviation, unless the latter rounds to 0.
  private func summary(_ values: [Double]) -> String {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(max(1, values.count - 1))
    let deviation = String(format: "%.2f", variance.squareRoot())
    return String(format: "%.2f", mean) + (deviation == "0.00" ? "" : " ± \(deviation)")
  }
}
