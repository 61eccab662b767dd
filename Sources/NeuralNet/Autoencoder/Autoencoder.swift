package import Numerics

/// A variational autoencoder for cells from several batches.
///
/// The encoder maps a cell's input `y` to `mu` and `log sigma²` of a latent space, without knowing
/// the batch. The decoder maps a draw from this space to the proportions `rho` of the genes in the
/// cell, and its norm adds the batch effect back:
///
///     y (n, f) → hidden layers → mu, log sigma² (n, d)
///     z = mu + sigma * noise
///     z (n, d), covariates (n, q) → hidden layers, by batch → logits (n, f) → rho = softmax(logits)
///     loss = reconstruction(counts, rho * total) + klWeight * KL(N(mu, sigma²) ‖ N(0, I))
///
/// With size factors `s` instead of totals, outputs are rates, which need not sum to 1:
///
///     z (n, d), covariates (n, q) → hidden layers, by batch → a (n, f) → rate = exp(a)
///     loss = reconstruction(counts, rate * s) + klWeight * KL(N(mu, sigma²) ‖ N(0, I))
///
/// A hidden layer consists of a linear map, a ``Normalization``, ReLU and, in the encoder, dropout.
///
///     var model = Autoencoder(genes: 2000, batches: 3, options: .init(), seed: 0)
///     for minibatch in minibatches {
///       let loss = try model.train(
///         on: minibatch, klWeight: 0.2, learningRate: 1e-3, pool: pool)
///     }
///
/// It has value semantics: a copy trains independently. Training mutates it; inference does not.
/// The same seed and minibatches give the same bytes at any number of threads.
package struct Autoencoder: Sendable {
  /// The losses of one training step, before its update.
  package struct StepLoss: Sendable, Equatable {
    /// The negative log-likelihood of the reconstruction, or half the squared distance; mean per
    /// cell.
    package var reconstruction: Double

    /// The unweighted divergence from the standard normal; mean per cell.
    package var kl: Double

    /// The critic's score; `nil` without a critic, or if all cells belong to one batch.
    package var critic: CriticScore?
  }

  /// The largest Euclidean norm of a step's gradient; a larger gradient is scaled down to it.
  package static let gradientNormLimit: Float = 50

  /// The factor of each parameter that is added to its gradient.
  package static let weightDecay: Float = 1e-6

  /// The number of genes, `f`.
  package var genes: Int { network.genes }

  /// The number of batches.
  package var batches: Int { network.batches }

  /// The genes that some batches lack, or `nil` if none lacks any.
  package var padding: GenePadding? { network.padding }

  /// The row of each batch in the decoder's norm at matched composition; `(batches)`.
  package var matchedRows: [Int32] { network.matchedRows }

  /// The number of columns of covariates that the decoder receives, `q`; 0 without covariates.
  package var covariates: Int { network.covariates }

  /// A flag that is true if outputs are rates per size factor, and false if they are proportions.
  package var hasRates: Bool { network.hasRates }

  /// The options of the network.
  package var options: AutoencoderOptions { network.options }

  /// The number of training steps taken.
  package var stepCount: Int { state.steps }

  /// The precision of dense products in training steps.
  ///
  /// The default is ``ProductPrecision/float32``.
  package var precision: ProductPrecision {
    get { state.precision }
    set {
      makeStateUnique()
      state.precision = newValue
    }
  }

  /// The method by which training steps change the parameters.
  ///
  /// The default is ``Optimizer/adam``. It may change only before the first step.
  package var optimizer: Optimizer {
    get { state.optimizer }
    set {
      precondition(state.steps == 0 || newValue == state.optimizer, "steps of two methods")
      makeStateUnique()
      state.optimizer = newValue
    }
  }

  /// The precision of the output layer's products in decoded profiles, that of the training; all else
  /// in inference is in float32.
  ///
  /// The default is ``ProductPrecision/float32``.
  package var profilePrecision = ProductPrecision.float32

  let network: Network
  let seed: UInt64
  var state: AutoencoderState

  /// Makes an untrained network.
  ///
  /// - Parameters:
  ///   - genes: The number of genes, `f`; 1 to 65,536.
  ///   - batches: The number of batches; at least 1.
  ///   - options: The network's shape.
  ///   - padding: The genes that some batches lack. The default is `nil`, for none.
  ///   - matchedRows: The row of each batch in a norm at matched composition, from 0 without gaps;
  ///     `(batches)`. Batches with the same row share scale, shift and offset. The default is
  ///     `nil`, for one row per batch.
  ///   - covariates: The number of columns of covariates that the decoder receives beside the latent
  ///     position, so that the latent space need not carry them. The default is 0.
  ///   - levelColumns: The number of those columns, the last ones, that are protected levels, whose
  ///     weights are pulled toward 0 in training. The default is 0.
  ///   - columns: The mean columns of the batches and rows in the training. The default is `nil`, for
  ///     zeros.
  ///   - affinePull: The pull on the scales and shifts of those rows in training. The default is
  ///     `nil`, for none.
  ///   - meanRates: The mean of each gene's counts per size factor, `(f)`, at which outputs start;
  ///     above 0. They make outputs rates. The default is `nil`, for proportions.
  ///   - critic: The critic that predicts batches in training, against which the encoder is
  ///     trained. The default is `nil`, for none.
  ///   - seed: The seed of the initial parameters and of all noise in training.
  package init(
    genes: Int, batches: Int, options: AutoencoderOptions, padding: GenePadding? = nil,
    matchedRows: [Int32]? = nil, covariates: Int = 0, levelColumns: Int = 0,
    columns: MeanColumns? = nil, affinePull: AffinePull? = nil, meanRates: [Float]? = nil,
    critic: CriticOptions? = nil, seed: UInt64
  ) {
    network = Network(
      genes: genes, batches: batches, options: options, padding: padding,
      matchedRows: matchedRows, covariates: covariates, hasRates: meanRates != nil)
    self.seed = seed
    state = AutoencoderState(
      network, affinePull: affinePull, levelColumns: levelColumns,
      critic: critic.map { Critic($0, latent: options.latent, batches: batches) }, seed: seed)
    if let meanRates, let bias = network.output.bias {
      precondition(
        meanRates.count == genes && meanRates.allSatisfy { $0 > 0 }, "rates are not above 0")
      let start = FloatView.zeros(genes)
      start.copy(from: meanRates)
      logarithms(start, into: start)
      state.parameters.view[bias].copy(from: start)
    }
    if let columns, let ofBatch = network.batchColumns, let ofRow = network.rowColumns {
      state.statistics.view[ofBatch].copy(from: columns.ofBatch)
      state.statistics.view[ofRow].copy(from: columns.ofRow)
    }
  }

  /// Takes one training step: forward pass, backward pass, clipping, and a step of the optimizer.
  ///
  /// The noise and the dropout depend on the seed and on ``stepCount``.
  ///
  /// - Parameters:
  ///   - minibatch: The cells; at least 1.
  ///   - klWeight: The weight of the divergence, `beta`; at least 0.
  ///   - adversary: The weight of the critic's gradient, which is subtracted from the encoder's; at
  ///     least 0. The default is 0. It is ignored without a critic.
  ///   - learningRate: The learning rate.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: The losses before the step.
  /// - Throws: ``NonFiniteError`` if a loss or a gradient is not finite; the network is then
  ///   unchanged.
  @discardableResult
  package mutating func train(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, learningRate: Float,
    pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> StepLoss {
    try train(
      on: minibatch, klWeight: klWeight, adversary: adversary, learningRate: learningRate,
      noise: StepNoise(seed: seed, step: state.steps), pool: pool)
  }

  /// Takes one step with given random numbers.
  @discardableResult
  package mutating func train(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, learningRate: Float,
    noise: StepNoise, pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> StepLoss {
    defer { state.step?.pool = nil }
    let (loss, step) = try computeGradient(
      on: minibatch, klWeight: klWeight, adversary: adversary, noise: noise, pool)
    let norm = try gradientNorm(step)
    if loss.critic != nil, let name = state.critic?.gradientThatIsNotFinite {
      throw NonFiniteError(step: state.steps, quantity: "gradient of \(name)", cells: [])
    }
    state.update(
      step, learningRate: learningRate,
      clip: norm > Self.gradientNormLimit ? Self.gradientNormLimit / norm : 1)
    return loss
  }

  /// Returns the losses of a minibatch and the gradient by every parameter, without an update.
  package mutating func gradient(
    on minibatch: Minibatch, klWeight: Float, adversary: Float = 0, noise: StepNoise,
    pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> (loss: StepLoss, gradient: [NamedTensor]) {
    defer { state.step?.pool = nil }
    let (loss, _) = try computeGradient(
      on: minibatch, klWeight: klWeight, adversary: adversary, noise: noise, pool)
    return (loss, network.parameters.tensors(in: state.gradient.view))
  }

  /// Computes the losses of a minibatch and stores the gradient in the state, which is copied first
  /// if shared.
  mutating func computeLoss(
    on minibatch: Minibatch, klWeight: Float, noise: StepNoise, pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> StepLoss {
    defer { state.step?.pool = nil }
    return try computeGradient(
      on: minibatch, klWeight: klWeight, adversary: 0, noise: noise, pool
    ).0
  }

  /// Returns the latent means of a minibatch as in training: by its own moments, but without
  /// dropout.
  ///
  /// The network is not changed.
  ///
  /// - Parameters:
  ///   - minibatch: The cells; at least 1.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: `mu`; `(n, d)`.
  /// - Throws: ``NonFiniteError`` if a loss is not finite.
  package mutating func latentInTraining(
    of minibatch: Minibatch, pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> Matrix {
    let count = minibatch.cellCount * options.latent
    let noise = StepNoise(latent: [Float](repeating: 0, count: count))
    defer { state.step?.pool = nil }
    let (_, step) = try computeGradient(
      on: minibatch, klWeight: 0, adversary: 0, noise: noise, pool)
    return Matrix(
      rows: minibatch.cellCount, columns: options.latent, values: step.mu[0..<count].values)
  }

  /// Turns the recording of time per stage on or off.
  package mutating func profile(_ wanted: Bool) {
    makeStateUnique()
    state.profile = wanted ? StageProfile() : nil
  }

  /// The time per stage since ``profile(_:)``; `nil` if profiling is off.
  package var profile: StageProfile? { state.step?.profile }

  // MARK: - Parts of a step

  private mutating func makeStateUnique() {
    if !isKnownUniquelyReferenced(&state) { state = state.copy() }
  }

  private mutating func computeGradient(
    on minibatch: Minibatch, klWeight: Float, adversary: Float, noise: StepNoise,
    _ pool: ThreadPool?
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
    loss.critic = step.critic?.score(of: cells.batches)
    guard loss.critic?.loss.isFinite ?? true else {
      throw NonFiniteError(
        step: state.steps, quantity: "loss of the critic",
        cells: (0..<cells.cells).filter { step.critic?.cellLoss[$0].isFinite == false })
    }
    return (loss, step)
  }

  /// Returns the Euclidean norm of the gradient, with its parts added in order.
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
