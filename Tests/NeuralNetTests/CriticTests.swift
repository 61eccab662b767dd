import Numerics
internal import Support
import Testing
@testable import NeuralNet

@Suite struct CriticTests {
  static let shapes: [(CriticNorm, [Int])] = [
    (.layer, [64]), (.layer, [7, 18]), (.spectral, [64]), (.spectral, [7, 18]),
  ]

  static func options(_ norm: CriticNorm, _ hidden: [Int]) -> CriticOptions {
    var options = CriticOptions()
    (options.norm, options.hidden) = (norm, hidden)
    return options
  }

  /// A batch of one cell, another with none, and a shard that is not full.
  @Test(arguments: shapes)
  func `loss and gradient agree with central differences of the plain critic`(
    norm: CriticNorm, hidden: [Int]
  ) {
    var random = Xoshiro256(seed: 17)
    let (n, d) = (19, 3)
    let batches = (0..<n).map { $0 == 7 ? Int32(2) : Int32($0 % 2) }
    let z = (0..<n * d).map { _ in Float(random.standardNormal()) }
    let state = CriticState.moved(
      Self.options(norm, hidden), latent: d, batches: 4, using: &random)
    let step = CriticStep(state, latent: d, capacity: 24)
    step.run(z, of: .of(batches: batches, batchCount: 4), pool: ThreadPool(threads: 2))

    let reference = ReferenceCritic(state, norm: norm == .layer ? .layer : .spectral)
    let wide = z.map(Double.init)
    let expected = reference.loss(wide, of: batches)
    #expect(abs((step.score(of: batches)?.loss ?? .nan) - expected) < 1e-5 * expected)

    func expect(
      _ name: String, _ found: [Float], at places: [Int], slope: (Int, Double) -> Double
    ) {
      let size = found.reduce(0) { max($0, abs($1)) }
      for k in places {
        // So small a step that no unit's ReLU opens or closes on the way.
        let slope = (slope(k, 1e-7) - slope(k, -1e-7)) / 2e-7
        #expect(
          abs(Double(found[k]) - slope) < 1e-3 * Double(max(size, 1e-3)),
          "\(name) \(k): \(found[k]), not \(slope)")
      }
    }
    for tensor in state.critic.parameters.tensors(in: state.gradient.view) {
      let places = (0..<12).map { _ in random.integer(below: tensor.values.count) }
      expect(tensor.name, tensor.values, at: places) { k, change in
        var moved = reference
        moved.parameters[tensor.name]?[k] += change
        return moved.loss(wide, of: batches)
      }
    }
    expect("z", step.dz[0..<n * d].values, at: Array(0..<n * d)) { k, change in
      var moved = wide
      moved[k] += change
      return reference.loss(moved, of: batches)
    }
  }

  @Test func `batches of any size count the same in the score`() throws {
    var random = Xoshiro256(seed: 5)
    let batches: [Int32] = Array(repeating: 0, count: 30) + [1, 1]
    let state = CriticState(Critic(CriticOptions(), latent: 2, batches: 2), seed: 1)
    // Says batch 0 of every cell.
    state.parameters.view[state.critic.output.weight].fill(0)
    let bias = try #require(state.critic.output.bias)
    state.parameters.view[bias].copy(from: [50, 0])
    let step = CriticStep(state, latent: 2, capacity: 32)
    let z = (0..<64).map { _ in Float(random.standardNormal()) }
    step.run(z, of: .of(batches: batches, batchCount: 2), pool: ThreadPool(threads: 1))
    let score = try #require(step.score(of: batches))
    #expect(abs(score.accuracy - 0.5) < 1e-6)
    #expect(abs(score.loss - 25) < 1e-4)
  }

  /// What `W` is divided by is found by power iteration, which never says too much; so the norm
  /// that is left is one or a little more.
  @Test(arguments: [[64], [7, 18], [32, 32, 32]])
  func `spectral weights have a norm of one, also while they are trained`(hidden: [Int]) throws {
    var random = Xoshiro256(seed: 23)
    var model = Autoencoder(
      genes: 50, batches: 3, options: AutoencoderTests.smallOptions(),
      critic: Self.options(.spectral, hidden), seed: 2)
    for _ in 0..<60 {
      let minibatch = Minibatch.random(batches: AutoencoderTests.batches, genes: 50, using: &random)
      try model.train(on: minibatch, klWeight: 0.1, adversary: 5, learningRate: 5e-3)
      let state = try #require(model.state.critic)
      for weight in state.critic.spectral {
        let scale = weight.norm(state.parameters.view, vectors: state.vectors.view)
        let norm = spectralNormBound(
          of: state.parameters.view[weight.layer.weight].values.map { Double($0) / scale },
          rows: weight.layer.outputs, columns: weight.layer.inputs)
        #expect(norm >= 1 - 1e-6 && norm < 1.005, "\(weight.layer.name): \(norm)")
      }
    }
  }

  @Test func `a spectral critic's gradient by a cell is no longer than the loss's by its logits`() {
    var random = Xoshiro256(seed: 29)
    let (n, d) = (40, 5)
    let batches = (0..<n).map { Int32($0 % 2) }
    let state = CriticState(
      Critic(Self.options(.spectral, [32, 32]), latent: d, batches: 2), seed: 4)
    let step = CriticStep(state, latent: d, capacity: n)
    let z = (0..<n * d).map { _ in Float(3 * random.standardNormal()) }
    step.run(z, of: .of(batches: batches, batchCount: 2), pool: ThreadPool(threads: 1))
    for cell in 0..<n {
      let length = step.dz[cell * d..<(cell + 1) * d].values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      #expect(length > 0 && length < Float(2).squareRoot() / Float(n))
    }
  }

  @Test(arguments: [CriticNorm.layer, .spectral])
  func `twenty steps give the same bytes at any number of threads`(norm: CriticNorm) throws {
    var random = Xoshiro256(seed: 2)
    let batches = (0..<4).map { _ in
      Minibatch.random(batches: AutoencoderTests.batches, genes: 150, using: &random)
    }
    var results: [[NamedTensor]] = []
    for threads in 1...4 {
      var model = Autoencoder(
        genes: 150, batches: 3, options: AutoencoderTests.smallOptions(),
        critic: Self.options(norm, [48, 20]), seed: 3)
      let pool = ThreadPool(threads: threads)
      for step in 0..<20 {
        try model.train(
          on: batches[step % 4], klWeight: 0.2, adversary: 3, learningRate: 1e-3, pool: pool)
      }
      results.append(
        model.parameters + model.statistics + model.optimizerState + model.criticState)
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }

  @Test(arguments: [CriticNorm.layer, .spectral])
  func `training stopped and resumed is training in one go`(norm: CriticNorm) throws {
    var random = Xoshiro256(seed: 5)
    let minibatch = Minibatch.random(batches: AutoencoderTests.batches, genes: 50, using: &random)
    func fresh() -> Autoencoder {
      Autoencoder(
        genes: 50, batches: 3, options: AutoencoderTests.smallOptions(),
        critic: Self.options(norm, [16]), seed: 9)
    }
    func train(_ model: inout Autoencoder) throws {
      for _ in 0..<3 {
        try model.train(on: minibatch, klWeight: 0.1, adversary: 2, learningRate: 1e-2)
      }
    }
    var whole = fresh()
    try train(&whole)
    let half = whole
    try train(&whole)
    var resumed = fresh()
    try resumed.restore(parameters: half.parameters, statistics: half.statistics)
    try resumed.restore(optimizerState: half.optimizerState, stepCount: half.stepCount)
    try resumed.restore(criticState: half.criticState)
    #expect(resumed.criticState == half.criticState)
    try train(&resumed)
    #expect(resumed.parameters == whole.parameters && resumed.parameters != half.parameters)
    #expect(resumed.criticState == whole.criticState && resumed.criticState != half.criticState)

    var short = half.criticState
    let missing = short.removeLast().name
    #expect(throws: TensorError.self, "without \(missing)") {
      try resumed.restore(criticState: short)
    }
    #expect(resumed.criticState == whole.criticState)
    var plain = Autoencoder(
      genes: 50, batches: 3, options: AutoencoderTests.smallOptions(), seed: 9)
    #expect(throws: TensorError.unexpected(name: "critic.0.weight")) {
      try plain.restore(criticState: half.criticState)
    }
  }

  @Test func `batch norm is refused with its reason`() {
    let error = #expect(throws: OptionError.self) { try Self.options(.batch, [8]).validate() }
    #expect(
      error?.description
        == "`criticNorm` cannot be batch; give 'layer' or 'spectral'; batch norm makes the "
        + "critic's output for a cell depend on the other cells of its minibatch, which leaks "
        + "the composition of the minibatch")
    #expect(throws: OptionError.self) { try Self.options(.layer, []).validate() }
    #expect(throws: Never.self) { try Self.options(.spectral, [8]).validate() }
    #expect(CriticNorm.allCases == [.layer, .spectral])
  }
}
