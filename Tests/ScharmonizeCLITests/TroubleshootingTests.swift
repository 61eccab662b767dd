import CellFiles
import Evaluation
import Foundation
import Harmonize
import HDF5
import Testing
import TestSupport
@testable import Integration
@testable import ScharmonizeCLI

/// The messages that the article on troubleshooting quotes, and no command can easily bring about.
///
/// What it shows in sessions is run by `DocumentedCommandsTests`.
@Suite struct TroubleshootingTests {
  private static let errors: [any Error] = [
    HDF5Error.missingFilter(name: "X/data", path: "cells.h5ad", filter: 32015),
    HDF5Error.cannotOpen(path: "cells.h5ad", reason: .locked),
    HDF5Error.damagedChunk(
      name: "X/data", path: "cells.h5ad", chunk: 12, rows: 786_432..<851_968,
      reason: "its compressed bytes are damaged"),
    CellFileError.unnamedGenes(path: "cells.h5ad", examples: ["0", "1"], columns: []),
    CellFileError.symbolsDisagree(
      first: "a.h5ad", second: "b.h5ad",
      disagreement: SymbolDisagreement(
        ["ENSG01": "TP53", "ENSG02": "MYC"], ids: ["ENSG01", "ENSG02"], symbols: ["MYC", "TP53"])),
    OutputError.cannotWrite(path: "harmonized.h5ad", reason: "No space left on device"),
    CountDataError.scratchFailed(folder: "/tmp", reason: "No space left on device"),
    HarmonizeError.inputChanged(path: "cells.h5ad"),
    TrainingError.diverged(step: 812, quantity: "the loss", cells: ["AAACCTGAGCAT-1"]),
    CheckpointError.otherVersion(path: "harmonized.h5ad.checkpoint", writtenBy: "0.1.0"),
    CertificateError.noBound(norm: .layer),
  ]

  private static let concerns: [IntegrationConcern] = [
    .stillSeparate(batch: "D4", foreign: 0.01, expected: 0.75),
    .overlaid(batch: "D4", share: 0.83, before: 0.02),
    .possibleOvercorrection(batch: "D4", preserved: 0.06, byChance: 0.02),
    .lostNeighbourhoods(label: "NK", before: 0.85, after: 0.31),
    .labelsInOneBatch(["platelet"]),
  ]

  /// Two whole samples and a sorted one, and sorted samples only.
  private static let compositions = [
    CompositionRecord(
      populations: 2,
      batches: [("D1", 0.1), ("D2", 0.12), ("sorted_NK", 0.83)].enumerated().map { number, batch in
        .init(
          batch: batch.0, cells: 400, frame: 0, pool: number, lacking: batch.1, alone: 0,
          isDifferent: batch.1 > 0.5)
      }),
    CompositionRecord(
      populations: 3,
      batches: (0..<3).map {
        .init(
          batch: "D\($0)", cells: 400, frame: $0, pool: $0, lacking: 0, alone: 1, isDifferent: true)
      }),
    CompositionRecord(
      populations: 2,
      batches: (1...3).map {
        .init(
          batch: "D\($0)", cells: 400, frame: $0 / 3, pool: $0, lacking: 0, alone: $0 == 3 ? 1 : 0,
          isDifferent: $0 == 3)
      }),
  ]

  /// The warnings about what batches hold, as the options bring them about.
  private static var compositionWarnings: [String] {
    let matched = compositions.flatMap { $0.warnings(.matched) }
    let equal = compositions[1].warnings(.equal) + compositions[0].warnings(.equal)
    let judged = compositions[1].warnings(nil).map { "\($0); check the types with `labelKey`" }
    return matched + equal + judged
  }

  @Test func `messages are quoted as the program writes them`() throws {
    let quoted = try Documents.blocks(of: Documents.article("Troubleshooting"))
      .filter { $0.language == "text" }.map { $0.lines.joined(separator: "\n") }
    let written =
      Self.errors.map { "Error: \(FlagNames.sentence(for: $0))" }
      + (Self.concerns.map(\.description) + Self.compositionWarnings)
      .map { "Warning: \(FlagNames.sentence($0))" }
    for message in written { #expect(quoted.contains(message), "not quoted: \(message)") }
    for message in quoted { #expect(written.contains(message), "not written: \(message)") }
  }

  @Test func `the article on sorted samples quotes warnings as the program writes them`() throws {
    let quoted = try Documents.blocks(of: Documents.article("SortedSamples"))
      .filter { $0.language == "text" }.flatMap(\.lines)
    let written = Self.compositionWarnings.map { "Warning: \(FlagNames.sentence($0))" }
    #expect(quoted.count == 2)
    for message in quoted { #expect(written.contains(message), "not written: \(message)") }
  }
}
