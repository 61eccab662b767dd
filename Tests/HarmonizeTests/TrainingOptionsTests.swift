import Harmonize
import Testing

@Suite struct TrainingOptionsTests {
  @Test func `the learning rate stays, then falls linearly to a tenth`() {
    let options = TrainingOptions()
    #expect(options.learningRate(step: 0, of: 1000) == 1e-3)
    #expect(options.learningRate(step: 599, of: 1000) == 1e-3)
    #expect(abs(options.learningRate(step: 800, of: 1000) - 0.55e-3) < 1e-8)
    #expect(abs(options.learningRate(step: 1000, of: 1000) - 1e-4) < 1e-8)
  }

  @Test func `the divergence's weight rises over the first 30% of the steps`() {
    let options = TrainingOptions()
    #expect(options.klWeight(step: 0, of: 1000) == 0)
    #expect(abs(options.klWeight(step: 150, of: 1000) - 0.1) < 1e-6)
    #expect(options.klWeight(step: 300, of: 1000) == 0.2)
    #expect(options.klWeight(step: 999, of: 1000) == 0.2)
  }

  @Test(arguments: [(10, 200_000), (2_500, 200_000), (8_000, 320_000), (1_000_000, 1_000_000)])
  func `visits grow with the cells, between two bounds`(cells: Int, visits: Int) {
    #expect(TrainingOptions.visits(forCells: cells) == visits)
    #expect(TrainingOptions().steps(forCells: cells, minibatchSize: 128) == visits / 128)
  }
}
