import CellFiles
import Harmonize
import Testing
import TestSupport
@testable import Integration

/// What `print` shows of the types that a client gets.
@Suite struct DescriptionTests {
  @Test func `results and models are told in up to four lines`() throws {
    let cells = smallCells()
    #expect("\(cells)" == "120 cells, 30 genes, 2 batches: a, b")
    let (model, result) = try MappingTests.model(cells)
    let lines = "\(result)".split(separator: "\n")
    #expect(lines[0] == "120 cells of 2 batches, 4 dimensions, 30 of 30 genes")
    #expect(lines[1].hasPrefix("mixing ") && lines[1].contains(" → "))
    #expect(lines[1].contains(", neighbourhoods kept ") && lines[1].hasSuffix("%"))
    #expect(lines.count <= 3)
    #expect(
      "\(model)"
        == "model of 120 cells of 2 batches: 30 genes, \(result.latent.dimensions) latent "
        + "dimensions, 4 dimensions of the embedding")
    let mapping = try model.map(MappingTests.shuffled(smallCells(count: 2, seed: 9)))
    #expect("\(mapping)".hasPrefix("2 new cells, 4 dimensions, 30 of the model's 30 genes"))
    #expect("\(mapping)".split(separator: "\n").count <= 3)
    #expect(mapping.outcome == "mapped 2 cells")

    let scene = try SimulatedReference(shift: 1)
    let labelled = try scene.model.map(scene.query)
    #expect("\(scene.model)".hasSuffix("4 labels of 'type'"), "\(scene.model)")
    let count = try #require(labelled.labelledCount)
    #expect("\(labelled)".contains("\n\(count) cells labelled"))
    #expect(labelled.outcome.hasSuffix(" cells, \(count) labelled"))
  }

  @Test func `an evaluation is told in up to four lines`() throws {
    let folder = try TemporaryFolder()
    let planted = PlantedBatches([[0, 1], [0, 1]])
    let points = planted.rows.indices.map { [Float($0 * 37 % 101), Float($0 * 53 % 103)] }
    let names = ["X_a", "X_b", "X_c", "X_d"]
    try planted.write(to: folder.path("x.h5ad"), embeddings: names.map { ($0, points) })
    let evaluation = try evaluateEmbeddings(
      ofFileAt: folder.path("x.h5ad"), keys: names, batchKey: "lab", labelKey: "type")
    let lines = "\(evaluation)".split(separator: "\n")
    #expect(lines.count == 4 && lines[0] == "evaluated 4 embeddings of 160 cells; the first 3:")
    #expect(lines[1].hasPrefix("X_a: total 0.") && lines[1].contains(", mixing "))
    #expect(evaluation.text.split(separator: "\n").count > 10)
  }

  @Test func `an outcome says what it cannot measure`() {
    #expect(madeRecord().outcome == "mixing 0.12 → 0.75, neighbourhoods kept 50–63%")
    #expect(
      madeRecord { $0.mixing?.before = nil }.outcome
        == "no mixing, as no two batches share a population, neighbourhoods kept 50–63%")
    #expect(
      madeRecord { $0.preservation.removeLast() }.outcome.hasSuffix(", neighbourhoods kept 50%"))
    #expect(madeRecord { $0.mixing = nil }.outcome == "one batch, so there is nothing to mix")
  }
}
