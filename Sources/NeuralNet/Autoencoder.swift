public import Kernels

/// A variational autoencoder for cells from several sources.
///
/// The encoder maps a cell's input `y` to `mu` and `log sigma²` of a latent
/// space, without knowing the source. The decoder maps a draw from there to
/// the proportions `rho` of the genes in the cell, and its norm adds the
/// source back:
///
///     y (n, f) → hidden layers → mu, log sigma² (n, d)
///     z = mu + sigma * noise
///     z (n, d) → hidden layers, by source → logits (n, f) → rho = softmax(logits)
///     loss = reconstruction(counts, rho * total) + klWeight * KL(N(mu, sigma²) ‖ N(0, I))
///
/// A hidden layer is linear, a ``Normalization``, ReLU and, in the encoder,
/// dropout.
///
///     var model = Autoencoder(genes: 2000, sources: 3, options: .init(), seed: 0, pool: pool)
///     for minibatch in minibatches {
///       let loss = try model.train(on: minibatch, klWeight: 0.2, learningRate: 1e-3)
///     }
///
/// It is a value: a copy trains on its own. Training mutates it, inference
/// cannot. The same seed and minibatches give the same bytes at any number of
/// threads.
public struct Autoencoder: Sendable {
  /// The losses of one training step, before it changed anything.
  public struct StepLoss: Sendable, Equatable {
    /// The reconstruction's negative log-likelihood, or half the squared distance; mean per cell.
    public var reconstruction: Double

    /// The divergence from the standard normal, without its weight; mean per cell.
    public var kl: Double

    /// How well the critic guessed the sources; `nil` without one, and where all cells are of one
    /// source.
    public var critic: CriticScore?
  }

  /// The largest Euclidean norm of a step's gradient; larger ones are scaled down to it.
  public static let gradientNormLimit: Float = 50

  /// The share of itself that each parameter adds to its gradient.
  public static let weightDecay: Float = 1e-6

  /// The number of genes, `f`.
  public var genes: Int { network.genes }

  /// The number of sources.
  public var sources: Int { network.sources }

  /// The genes that some sources lack, if there are any.
  public var padding: GenePadding? { network.padding }

  /// The row of the decoder's norm at matched composition that each batch has; `(sources)`.
  public var matchedRows: [Int32] { network.matchedRows }

  /// How the network was made.
  public var options: AutoencoderOptions { network.options }

  /// How many steps it was trained.
  public var stepCount: Int { state.steps }

  let network: Network
  /// The threads that it runs on.
  public let pool: ThreadPool
  let seed: UInt64
  var state: AutoencoderState

  /// Makes a network that is not trained.
  ///
  /// - Parameters:
  ///   - genes: The number of genes, `f`; 1 to 65,536.
  ///   - sources: The number of sources; at least 1.
  ///   - options: The network's shape.
  ///   - padding: The genes that some sources lack. The default is none.
  ///   - matchedRows: The row of a norm at matched composition that each batch has, from 0 without
  ///     gaps; `(sources)`. Batches of one row share scale, shift and offset. The default, `nil`, is
  ///     a row for each.
  ///   - affinePull: The pull on the scales and shifts of those rows in training. The default
  ///     is nothing.
  ///   - critic: What guesses the sources in training, for the encoder to hide them from. The
  ///     default is none.
  ///   - seed: The seed of the starting parameters and of all noise in training.
  ///   - pool: The threads to use; they do not change any result.
  public init(
    genes: Int, sources: Int, options: AutoencoderOptions, padding: GenePadding? = nil,
    matchedRows: [Int32]? = nil, affinePull: AffinePull? = nil, critic: CriticOptions? = nil,
    seed: UInt64, pool: ThreadPool
  ) {
    network = Network(
      genes: genes, sources: sources, options: options, padding: padding,
      matchedRows: matchedRows)
    self.pool = pool
    self.seed = seed
    state = AutoencoderState(
      network, affinePull: affinePull,
      critic: critic.map { Critic($0, latent: options.latent, sources: sources) }, seed: seed)
  }

  /// Takes one step: forward, backward, clipping, Adam.
  ///
  /// The noise and the dropout belong to the seed and to ``stepCount``.
  ///
  /// - Parameters:
  ///   - minibatch: The cells; at least 1.
  ///   - klWeight: The weight of the divergence, `beta`; not below 0.
  ///   - adversary: What the critic's gradient is multiplied by before it is taken from the
  ///     encoder's; not below 0. The default is 0. Without a critic it is ignored.
  ///   - learningRate: The step size.
  /// - Returns: The losses before the step.
  /// - Throws: ``NonFiniteError`` where a loss or a gradient is not finite; the
  ///   network is as it was.
  @discardableResult
  public mutating func train(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, learningRate: Float
  ) throws(NonFiniteError) -> StepLoss {
    try train(
      on: minibatch, klWeight: klWeight, adversary: adversary, learningRate: learningRate,
      noise: StepNoise(seed: seed, step: state.steps))
  }

  /// Takes one step with given random numbers.
  @discardableResult
  package mutating func train(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, learningRate: Float,
    noise: StepNoise
  ) throws(NonFiniteError) -> StepLoss {
    let (loss, step) = try computeGradient(
      on: minibatch, klWeight: klWeight, adversary: adversary, noise: noise)
    let norm = try gradientNorm(step)
    if loss.critic != nil, let name = state.critic?.gradientThatIsNotFinite {
      throw NonFiniteError(step: state.steps, quantity: "gradient of \(name)", cells: [])
    }
    state.update(
      step, learningRate: learningRate,
      clip: norm > Self.gradientNormLimit ? Self.gradientNormLimit / norm : 1)
    return loss
  }

  /// The losses of a minibatch and the gradient by every parameter, which nothing is changed by.
  package mutating func gradient(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, noise: StepNoise
  ) throws(NonFiniteError) -> (loss: StepLoss, gradient: [NamedTensor]) {
    let (loss, _) = try computeGradient(
      on: minibatch, klWeight: klWeight, adversary: adversary, noise: noise)
    return (loss, network.parameters.tensors(in: state.gradient.view))
  }

  /// Computes the losses of a minibatch and leaves the gradient in the state, which is made unique.
  mutating func computeLoss(
    on minibatch: Minibatch, klWeight: Float, noise: StepNoise
  ) throws(NonFiniteError) -> StepLoss {
    try computeGradient(on: minibatch, klWeight: klWeight, adversary: 0, noise: noise).0
  }

  /// The latent means of a minibatch as training sees them: by its own moments, without dropout.
  ///
  /// Nothing is changed by it.
  ///
  /// - Parameter minibatch: The cells; at least 1.
  /// - Returns: `mu`; `(n, d)`.
  /// - Throws: ``NonFiniteError``, where a loss is not finite.
  package mutating func latentInTraining(
    of minibatch: Minibatch
  ) throws(NonFiniteError) -> Matrix {
    let count = minibatch.cellCount * options.latent
    let noise = StepNoise(latent: [Float](repeating: 0, count: count))
    let (_, step) = try computeGradient(on: minibatch, klWeight: 0, adversary: 0, noise: noise)
    return Matrix(
      rows: minibatch.cellCount, columns: options.latent, values: step.mu[0..<count].values)
  }

  /// Whether training notes where its time goes.
  package mutating func profile(_ wanted: Bool) {
    makeStateUnique()
    state.profile = wanted ? StageProfile() : nil
  }

  /// Where the time went since ``profile(_:)``.
  package var profile: StageProfile? { state.step?.profile }

  // MARK: - Parts of a step

  private mutating func makeStateUnique() {
    if !isKnownUniquelyReferenced(&state) { state = state.copy() }
  }

  private mutating func computeGradient(
    on minibatch: Minibatch, klWeight: Float, adversary: Float, noise: StepNoise
  ) throws(NonFiniteError) -> (StepLoss, TrainingStep) {
    precondition(minibatch.cellCount > 0, "a minibatch has at least one cell")
    makeStateUnique()
    let cells = StepCells(minibatch, network: network)
    let step = state.step(for: cells, network: network, pool: pool)
    step.run(
      cells, klWeight: klWeight, adversary: adversary, noise: noise,
      parameters: state.parameters.view, gradient: state.gradient.view)

    var loss = StepLoss(reconstruction: 0, kl: 0)
    for cell in 0..<cells.cells {
      loss.reconstruction += Double(step.output.cellLoss[cell]) / Double(cells.cells)
      loss.kl += Double(step.divergence[cell]) / Double(cells.cells)
    }
    guard loss.reconstruction.isFinite, loss.kl.isFinite else {
      throw NonFiniteError(
        step: state.steps, quantity: "loss",
        cells: (0..<cells.cells).filter {
          !step.output.cellLoss[$0].isFinite || !step.divergence[$0].isFinite
        })
    }
    loss.critic = step.critic?.score(of: cells.sources)
    guard loss.critic?.loss.isFinite ?? true else {
      throw NonFiniteError(
        step: state.steps, quantity: "loss of the critic",
        cells: (0..<cells.cells).filter { step.critic?.cellLoss[$0].isFinite == false })
    }
    return (loss, step)
  }

  /// The Euclidean norm of the gradient, its parts added in order.
  private func gradientNorm(_ step: TrainingStep) throws(NonFiniteError) -> Float {
    let norm = Float(state.gradientSquares(step).squareRoot())
    guard norm.isFinite else {
      let tensors = network.parameters.tensors(in: state.gradient.view)
      let found = tensors.first { !$0.values.allSatisfy(\.isFinite) }
      throw NonFiniteError(
        step: state.steps, quantity: "gradient of \(found?.name ?? "all parameters")", cells: [])
    }
    return norm
  }
}
