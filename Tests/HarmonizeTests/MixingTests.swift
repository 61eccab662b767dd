import CellFiles
import Foundation
import Harmonize
import Testing
import TestSupport
@testable import Evaluation
@testable import Integration
@testable import Support

/// Mixing is one number, wherever it is told.
@Suite struct MixingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a record, an evaluation and both reports have the same mixing`() throws {
    let (path, output) = (folder.path("x.h5ad"), folder.path("out.h5ad"))
    // Types 0 and 1 are of both batches, 2 and 3 of one each, so there are several populations.
    try PlantedBatches([[0, 1, 2], [0, 1, 3]]).write(to: path)
    let cells = try CellDataset(readingAt: [path], batchKey: "lab")
    var options = IntegrationTests.options(visits: 6_000)
    options.uncorrectedCells = 1_000
    var result = try integrate(cells, options: options)
    let mixing = try #require(result.record.mixing)
    let after = try #require(mixing.after)
    try Destination(output, inputs: [path]).write(&result, of: cells)

    for labelKey in [nil, "type"] {
      let evaluation = try evaluateEmbeddings(
        ofFileAt: output, keys: ["X_scharmonize"], batchKey: "lab", labelKey: labelKey, threads: 2)
      #expect(evaluation.mixing[0].mixing == after)
      #expect(evaluation.mixing[0].batches.map(\.mixing) == mixing.batches.map(\.after))
      #expect(evaluation.mixing[0].overlaid == mixing.overlaidAfter)
      #expect(evaluation.withinLabelMixing.count == (labelKey == nil ? 0 : 2))
      #expect(evaluation.text.contains("Within-label mixing") == (labelKey != nil))
      // Both pages name the same number, and other numbers by other names.
      let number = hundredths(after)
      #expect(try evaluation.report().html().contains("Pairwise mixing of the batches"))
      #expect(try result.report(of: cells).html().contains("\(number) after"))
      #expect(result.record.outcome.contains("→ \(number)"))
      #expect(evaluation.description.contains("mixing \(number)"))
    }
  }

  @Test func `cells without a label count in mixing, and not in within-label mixing`() throws {
    let path = folder.path("x.h5ad")
    let planted = PlantedBatches([[0, 1], [0, 1]])
    let points = planted.rows.indices.map { [Float($0 * 37 % 101), Float($0 * 53 % 103)] }
    try planted.write(to: path, embeddings: [("X_cloud", points)])
    let cells = try folder.table(
      "labels.csv",
      "cell,known\n"
        + planted.types.enumerated().map { cell, type in
          "c\(cell),\(cell % 3 == 0 ? "unknown" : "t\(type)")\n"
        }.joined())
    func mixing(_ labelKey: String?) throws -> EmbeddingEvaluation {
      try evaluateEmbeddings(
        ofFileAt: path, keys: ["X_cloud"], batchKey: "lab", labelKey: labelKey, cellTable: cells)
    }
    let (plain, labelled) = (try mixing(nil), try mixing("known"))
    #expect(plain.mixing == labelled.mixing)
    #expect(plain.preservation == labelled.preservation)
    let within = try #require(labelled.withinLabelMixing.first)
    #expect(within.batches.reduce(0) { $0 + $1.cells } < planted.rows.count)
    #expect(within.mixing != labelled.mixing[0].mixing)
  }
}

extension TemporaryFolder {
  /// Writes a text file, and returns its path.
  fileprivate func table(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }
}
