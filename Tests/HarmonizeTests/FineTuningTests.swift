import CellFiles
import Testing
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support

/// What is peculiar to a new batch is learnt, and nothing else.
@Suite struct FineTuningTests {
  @Test func `fine-tuning learns each new batch, and leaves the model as it was`() throws {
    let (model, _) = try MappingTests.model()
    let query = MappingTests.shuffled(smallCells(seed: 9))
    let before = (model.reference, model.trained.digest)
    var options = MappingOptions()
    options.fineTunes = true
    options.fineTuningVisits = 6_000
    let plain = try model.map(query)
    let tuned = try model.map(query, options: options)
    #expect(model.reference == before.0 && model.trained.digest == before.1)
    #expect(tuned.latent != plain.latent)
    #expect(try model.map(query, options: options).latent == tuned.latent)
    let outcomes = try #require(tuned.record.fineTuning)
    #expect(outcomes.map(\.batch) == ["a", "b"] && outcomes.map(\.cells) == [60, 60])
    for outcome in outcomes {
      let losses = try #require(outcome.reconstruction)
      #expect(losses[1] < losses[0], "\(losses)")
    }
    #expect(plain.record.fineTuning == nil)
  }

  @Test func `too few cells are not fine-tuned on, and a certificate is not for it`() throws {
    let (model, _) = try MappingTests.model()
    let query = MappingTests.shuffled(smallCells(count: 24, seed: 9))
    var options = MappingOptions()
    options.fineTunes = true
    let mapping = try model.map(query, options: options)
    #expect(mapping.latent == (try model.map(query)).latent)
    #expect(
      mapping.record.warnings.contains(
        "2 batches have fewer than 20 cells, such as 'a', and are not fine-tuned"))
    options.certifiesRadius = true
    let error = #expect(throws: UsageError.self) { try model.map(query, options: options) }
    #expect(
      error?.description.hasPrefix("`certifiesRadius` cannot be combined with `fineTunes`: ")
        == true)
  }

  /// The query's genes are each read by a factor of their own, about e up or down.
  @Test func `a strong shift of the genes is learnt, and brings cells to those of their type`()
    throws
  {
    let scene = try SimulatedReference(shift: 1)
    let reference = scene.model.reference
    let labels = try #require(reference.labels)
    /// The mean squared distance of the query's cells to the middle of their type, against that
    /// of the reference's own.
    func distance(_ mapping: Mapping) -> Float {
      let d = reference.latent.dimensions
      func squares(_ space: Embedding, _ types: [Int32], to middles: [[Float]]) -> Float {
        types.indices.reduce(0) { sum, cell in
          sum
            + (0..<d).reduce(0) {
              let apart = space.values[cell * d + $1] - middles[Int(types[cell])][$1]
              return $0 + apart * apart
            }
        } / Float(types.count)
      }
      let middles = labels.names.indices.map { label in
        let cells = labels.ofCell.indices.filter { labels.ofCell[$0] == Int32(label) }
        return (0..<d).map { j in
          cells.reduce(0) { $0 + reference.latent.values[$1 * d + j] } / Float(cells.count)
        }
      }
      return squares(mapping.latent, scene.types, to: middles)
        / squares(reference.latent, labels.ofCell, to: middles)
    }
    var options = MappingOptions()
    let frozen = try scene.model.map(scene.query, options: options)
    options.fineTunes = true
    options.fineTuningVisits = 20_000
    let tuned = try scene.model.map(scene.query, options: options)
    let losses = try #require(tuned.record.fineTuning?.first?.reconstruction)
    #expect(losses[1] < 0.95 * losses[0], "\(losses)")
    #expect(distance(tuned) < 0.95 * distance(frozen), "\(distance(frozen)) \(distance(tuned))")
  }

  @Test func `stopping while it trains stops the run`() throws {
    let (model, _) = try MappingTests.model()
    let query = MappingTests.shuffled(smallCells(seed: 9))
    var options = MappingOptions()
    options.fineTunes = true
    #expect(throws: CancellationError.self) {
      try model.map(query, options: options) {
        if $0.stage == .training, $0.fraction > 0.1 { throw CancellationError() }
      }
    }
  }

  @Test func `one cell is placed as without fine-tuning, and it is said`() throws {
    let (model, _) = try MappingTests.model()
    let cells = MappingTests.shuffled(smallCells(count: 1, seed: 9))
    let query = CellDataset(
      parts: cells.parts, names: cells.names, genes: cells.genes,
      batches: BatchAssignment(names: ["a"], batchOfCell: [0]))
    var options = MappingOptions()
    options.fineTunes = true
    let mapping = try model.map(query, options: options)
    #expect(mapping.latent == (try model.map(query)).latent)
    #expect(
      mapping.record.warnings.contains(
        "1 batch has fewer than 20 cells, such as 'a', and is not fine-tuned"))
  }
}
