internal import CellFiles
import Foundation
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import Training

/// An inspection's comparison of the cell types that batches hold.
@Suite struct BatchComparisonTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func inspection(
    _ types: [[Int]], cellsOfType: Int = 40, genes: Int = 160, key: String = "lab",
    limit: Int = Inspection.comparedCells, change: (Double) -> Double = { $0 }
  ) throws -> Inspection {
    let path = folder.path("x.h5ad")
    try PlantedBatches(types, cellsOfType: cellsOfType, genes: genes)
      .write(to: path, change: change)
    return try Inspection(of: [path], batchKey: key, comparing: limit, threads: 2)
  }

  @Test func `an inspection finds what a run with the defaults finds`() throws {
    let inspection = try inspection([[0, 1, 2, 3, 4], [3, 4, 5, 6, 7]])
    let comparison = try #require(inspection.batches)
    var options = IntegrationOptions()
    options.training.visits = 640
    options.model.hidden = [16]
    let run = try integrate(
      CellDataset(readingAt: [folder.path("x.h5ad")], batchKey: "lab"), options: options)
    #expect(comparison.composition == run.record.composition)
    #expect(comparison.reason == nil && comparison.warnings.count == 2)
    #expect(Array(run.record.warnings.prefix(2)) == comparison.warnings)
    #expect(inspection.command?.contains(" `batchKey = lab` `path = harmonized.h5ad`") == true)
    let decoded = JSONDecoder()
    decoded.keyDecodingStrategy = .convertFromSnakeCase
    #expect(try decoded.decode(Inspection.self, from: inspection.json()) == inspection)
  }

  @Test func `samples of one type each, and batches of the same types, are told apart`() throws {
    let sorted = try #require(try inspection([[0], [1], [2], [3]]).batches)
    #expect(
      sorted.lines == [
        "Cell types that the batches of 'lab' share, estimated without labels:",
        "    lab0  40 cells  alone 100%  lacking –  no shared types found",
        "    lab1  40 cells  alone 100%  lacking –  no shared types found",
        "    lab2  40 cells  alone 100%  lacking –  no shared types found",
        "    lab3  40 cells  alone 100%  lacking –  no shared types found",
        "  alone: cells of the batch without a counterpart in other batches; lacking: cells of "
          + "other batches without a counterpart in the batch.",
        "  warning: no two batches are found to share cell types, as with sorted samples only; "
          + "unshared populations are kept separate; if they share types, give `composition = "
          + "equal`, or a coarser `batchKey`",
      ])
    let alike = try #require(try inspection([[0, 1, 2, 3], [0, 1, 2, 3]]).batches)
    #expect(
      alike.lines == [
        "Cell types that the batches of 'lab' share, estimated without labels:",
        "    lab0  160 cells  alone 6%  lacking 6%  no sign of other types",
        "    lab1  160 cells  alone 6%  lacking 6%  no sign of other types",
        "  alone: cells of the batch without a counterpart in other batches; lacking: cells of "
          + "other batches without a counterpart in the batch.",
        "  No batch seems to hold other cell types than the others.",
      ])
  }

  @Test func `of many batches those that differ are listed`() {
    var comparison = Inspection.BatchComparison(batchKey: "lab")
    comparison.composition = CompositionRecord(
      populations: 2,
      batches: (0..<30).map { batch in
        .init(
          batch: "b\(batch)", cells: 50, frame: 0, pool: batch, lacking: batch == 7 ? 0.8 : 0,
          alone: 0, isDifferent: batch == 7)
      })
    #expect(
      comparison.lines.dropFirst() == [
        "    b7  50 cells  alone 0%  lacking 80%  seems to hold other types",
        "    … 30 batches in all; `json` lists them",
        "  alone: cells of the batch without a counterpart in other batches; lacking: cells of "
          + "other batches without a counterpart in the batch.",
      ])
  }

  @Test func `what cannot be compared is left out, and the reason is given`() throws {
    let types = [[0, 1], [0, 1]]
    let large = try #require(try inspection(types, limit: 100).batches)
    #expect(
      large.reason
        == "160 cells exceed the limit of 100 for this comparison, which reads all counts; the "
        + "integration compares them and warns")
    #expect(large.composition == nil && large.warnings == [])
    #expect(
      large.lines == ["The batches of 'lab' were not compared: \(try #require(large.reason))."])
    #expect(try inspection(types) { log1p($0) }.batches?.reason == "no matrix holds counts")
    #expect(
      try inspection(types, cellsOfType: 10, genes: 45).batches?.reason
        == "fewer than 50 of the genes used are measured in all batches")
    let one = try #require(try inspection([[0, 1]]).batches?.reason)
    #expect(
      one.hasSuffix("are 'lab0' in 'lab'; there is no batch effect to remove within one batch"))
    // Values that are no counts, beyond those that an inspection looks at first.
    #expect(try inspection(types) { $0 == 0 ? 0 : -$0 }.batches?.reason == "no matrix holds counts")
    #expect(throws: CellFileError.self) { try inspection(types, key: "donor") }
    #expect(throws: CellFileError.self) { try inspection(types, key: "lab, donor") }
  }

  @Test func `several keys are compared by their combinations`() throws {
    let found = try #require(try inspection([[0, 1], [0, 1]], key: "lab,type").batches)
    #expect(
      found.composition?.batches.map(\.batch) == [
        "lab0 / t0", "lab0 / t1", "lab1 / t0", "lab1 / t1",
      ])
  }
}
