import Numerics

/// The numbers of an autoencoder and the memory of its training.
///
/// ``Autoencoder`` changes it only while it holds the sole reference.
final class AutoencoderState: @unchecked Sendable {
  let network: Network

  /// The trained numbers, in the network's layout of parameters.
  let trained: AdamMemory
  var parameters: FloatBuffer { trained.parameters }
  var gradient: FloatBuffer { trained.gradient }

  /// The running statistics, in the network's layout of them.
  let statistics: FloatBuffer

  /// The state of the critic, if there is one.
  let critic: CriticState?

  /// The pull on the batches' scales and shifts; `nil` for none.
  let affinePull: AffinePull?

  /// The pull on the weights of protected levels; `nil` for none.
  let levelPull: LevelPull?

  /// The number of steps taken.
  var steps = 0

  /// The profile of training time; `nil` if profiling is off.
  var profile: StageProfile? {
    didSet { step?.profile = profile }
  }

  /// The precision of dense products.
  var precision = ProductPrecision.float32 {
    didSet { if precision != oldValue { matrixSteps = nil } }
  }

  /// The method by which parameters change.
  var optimizer = Optimizer.adam {
    didSet { if optimizer != oldValue { matrixSteps = nil } }
  }

  /// The parts of the parameters by method; `nil` before the first step.
  private var matrixSteps: MatrixSteps?

  /// The memory for minibatches of the largest size so far.
  private(set) var step: TrainingStep?

  /// The sums of squares of the gradient's blocks.
  private let squares: FloatBuffer

  /// The number of parameters that one thread processes together.
  private static let block = 1 << 14

  init(
    _ network: Network, affinePull: AffinePull? = nil, levelColumns: Int = 0,
    critic: Critic? = nil, seed: UInt64
  ) {
    self.network = network
    self.affinePull = affinePull.flatMap { $0.isNothing ? nil : $0 }
    levelPull = LevelPull(network, columns: levelColumns)
    self.critic = critic.map { CriticState($0, seed: seed) }
    let count = network.parameters.count
    trained = AdamMemory(count: count)
    statistics = FloatBuffer(count: network.statistics.count)
    squares = FloatBuffer(count: (count + Self.block - 1) / Self.block)
    network.initialize(parameters.view, seed: seed)
    network.initializeStatistics(statistics.view)
  }

  private init(copying other: AutoencoderState) {
    network = other.network
    affinePull = other.affinePull
    levelPull = other.levelPull
    critic = other.critic?.copy()
    trained = other.trained.copy()
    statistics = other.statistics.copy()
    squares = other.squares.copy()
    steps = other.steps
    precision = other.precision
    optimizer = other.optimizer
  }

  /// Returns the same numbers in new memory.
  func copy() -> AutoencoderState { AutoencoderState(copying: self) }

  /// Returns the memory for a minibatch with the threads to use, reallocated if the minibatch is
  /// larger than any before.
  func step(for cells: StepCells, network: Network, pool: ThreadPool?) -> TrainingStep {
    if let step, step.capacity >= cells.cells, step.nonzeroCapacity >= cells.nonzeros,
      step.precision == precision
    {
      step.pool = pool
      return step
    }
    let new = TrainingStep(
      network, critic: critic, capacity: max(cells.cells, step?.capacity ?? 0),
      // Reserve a quarter more, since the next minibatch will have a different number of counts.
      nonzeros: max(cells.nonzeros + cells.nonzeros / 4, step?.nonzeroCapacity ?? 0),
      precision: precision)
    (new.pool, new.profile) = (pool, profile)
    step = new
    return new
  }

  private var blocks: Int { squares.count }

  private func range(ofBlock block: Int) -> Range<Int> {
    block * Self.block..<min((block + 1) * Self.block, parameters.count)
  }

  /// Returns the sum of squares of the gradient.
  func gradientSquares(_ step: TrainingStep) -> Double {
    step.stage(.gradientNorm, blocks) { [self] block in
      squares.view[block] = Float(sumOfSquares(gradient.view[range(ofBlock: block)]))
    }
    var sum = 0.0
    for block in 0..<blocks { sum += Double(squares.view[block]) }
    return sum
  }

  /// Updates the parameters and the running statistics by one step.
  func update(_ step: TrainingStep, learningRate: Float, clip: Float) {
    steps += 1
    let adam = AdamStep(
      step: steps, rate: learningRate, decay: Autoencoder.weightDecay, clip: clip)
    let matrices =
      matrixSteps
      ?? MatrixSteps(
        network, optimizer: optimizer, precision: precision, block: Self.block)
    matrixSteps = matrices
    let moved = matrices.update(trained, by: adam, number: steps, step)
    step.matricesArePacked = !matrices.isEmpty && !moved
    if let affinePull { apply(affinePull, step, rate: learningRate) }
    levelPull?.apply(to: parameters.view, rate: learningRate)
    if let critic, step.critic?.isActive == true {
      var unclipped = adam
      unclipped.clip = 1
      critic.update(unclipped)
    }
    for layer in step.encoder {
      layer.updateStatistics(statistics.view, slots: step.encoderSlots)
    }
    for layer in step.decoder {
      layer.updateStatistics(statistics.view, slots: step.decoderSlots)
    }
  }

  /// Applies the pull to the scales and shifts of the decoder's norms, some units per thread.
  private func apply(_ pull: AffinePull, _ step: TrainingStep, rate: Float) {
    for layer in network.decoder where layer.kind.isMatched && layer.affineRows > 1 {
      let parts = fixedShards(of: layer.units, size: 64)
      step.stage(.adam, parts.count) { [self] part in
        for range in [layer.gamma, layer.beta].compactMap(\.self) {
          pull.apply(
            to: parameters.view[range], units: parts[part], width: layer.units, rate: rate)
        }
      }
    }
  }
}
