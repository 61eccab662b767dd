import Harmonize
import Support
import Testing

@Suite struct TrainingOptionsTests {
  @Test func `the learning rate stays, then falls linearly to a tenth`() {
    let options = TrainingOptions()
    #expect(options.learningRate(step: 0, of: 1000) == 2e-3)
    #expect(options.learningRate(step: 599, of: 1000) == 2e-3)
    #expect(abs(options.learningRate(step: 800, of: 1000) - 1.1e-3) < 1e-8)
    #expect(abs(options.learningRate(step: 1000, of: 1000) - 2e-4) < 1e-8)
  }

  @Test func `the divergence's weight rises over the first 30% of the steps`() {
    let options = TrainingOptions()
    #expect(options.klWeight(step: 0, of: 1000) == 0)
    #expect(abs(options.klWeight(step: 150, of: 1000) - 0.1) < 1e-6)
    #expect(options.klWeight(step: 300, of: 1000) == 0.2)
    #expect(options.klWeight(step: 999, of: 1000) == 0.2)
  }

  @Test(
    arguments: [
      (nil, 10, 100_000), (nil, 5_000, 100_000), (nil, 12_000, 120_000), (nil, 1_000_000, 150_000),
      (.adam, 10, 100_000), (.adam, 8_000, 160_000), (.adam, 1_000_000, 300_000),
      (.muon, 10, 100_000),
    ] as [(Optimizer?, Int, Int)])
  func `visits grow with the cells, between two bounds`(
    optimizer: Optimizer?, cells: Int, visits: Int
  ) {
    var options = TrainingOptions()
    options.optimizer = optimizer
    #expect(options.visits(forCells: cells) == visits)
    #expect(options.steps(forCells: cells, minibatchSize: 128) == visits / 128)
  }

  @Test func `more than 5,000 cells have Muon, unless told otherwise`() {
    var options = TrainingOptions()
    #expect(options.optimizer(forCells: 5_000) == .adam)
    #expect(options.optimizer(forCells: 5_001) == .muon)
    options.optimizer = .adam
    #expect(options.optimizer(forCells: 5_001) == .adam)
    options.optimizer = .muon
    #expect(options.optimizer(forCells: 1) == .muon)
  }

  @Test(arguments: [
    (1, 60, 1), (1, 1000, 15), (30, 1000, 468), (1_000_000, 1 << 31, 33_554_432_000_000),
  ])
  func `an epoch processes every cell once`(epochs: Int, cells: Int, steps: Int) throws {
    var options = TrainingOptions()
    options.maxEpochs = epochs
    try options.validate()
    #expect(options.steps(forCells: cells, minibatchSize: 64) == steps)
    options.maxEpochs = nil
    options.visits = epochs * cells
    #expect(options.steps(forCells: cells, minibatchSize: 64) == steps)
  }

  @Test func `visits and epochs exclude each other`() {
    var options = TrainingOptions()
    (options.visits, options.maxEpochs) = (640, 2)
    let error = #expect(throws: UsageError.self) { try options.validate() }
    #expect(
      error?.description
        == "`visits` and `maxEpochs` both set the length of the training; give one")
  }
}
