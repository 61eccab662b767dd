@testable import Harmonize
import Testing

/// What is peculiar to a new source is learnt, and nothing else.
@Suite struct FineTuningTests {
  @Test func `fine-tuning learns each new source, and leaves the model as it was`() throws {
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
    #expect(outcomes.map(\.source) == ["a", "b"] && outcomes.map(\.cells) == [60, 60])
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
        "2 sources have under 20 cells, such as 'a', and are not fine-tuned"))
    options.certifiesRadius = true
    let error = #expect(throws: HarmonizeError.self) { try model.map(query, options: options) }
    #expect(error?.description.hasPrefix("'--certified-radius' is not for '--fine-tune': ") == true)
  }
}
