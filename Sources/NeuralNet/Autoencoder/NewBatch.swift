package import Numerics

/// A trained network that learns the effect of one new batch.
///
/// Everything is frozen except the batch-specific part: the scale and shift after each norm, and
/// one offset for each gene's logarithm in the decoder's output. The statistics of norms over cells
/// are also frozen and folded into the weights, so that a unit is
///
///     gamma (a − mean) / √(var + eps) + beta
///
/// with the mixture's `mean` and `var`. Training on a cell does not depend on the other cells of
/// the minibatch. Gamma and beta start from the mean over the trained batches, and offsets from
/// zero. A penalty pulls all of them back to the start with the weight of `kappa` cells:
///
///     loss = mean over cells (reconstruction + klWeight KL) + kappa / (2 n) ‖values − start‖²
///
///     var batch = NewBatch(in: network, cells: 500, shrinkage: 4, missing: missing, seed: 0)
///     try batch.train(on: minibatch, klWeight: 0.2, learningRate: 5e-3)
///     let mu = batch.latent(of: minibatch)
///
/// The same seed and minibatches give the same bytes at any number of threads.
package struct NewBatch: ~Copyable, Sendable {
  /// A hidden layer with its norm folded in: the positions of its numbers, and their factors.
  private struct Folded: Sendable {
    let weight: Range<Int>
    let bias: Range<Int>
    let units: Int

    /// A flag that is true if the weight is `(inputs, units)` rather than `(units, inputs)`.
    let isTransposed: Bool

    /// The weight and the bias of `(a − mean) / √(var + eps)`.
    let baseWeight: [Float]
    let baseBias: [Float]
  }

  private var network: Autoencoder
  private let folded: [Folded]

  /// The parameters trained directly: scales and shifts of layer and group norms, and the output's
  /// bias.
  private let plain: [Range<Int>]

  /// Gammas and betas of the folded layers in turn, followed by the directly trained parameters.
  private let trained: AdamMemory
  private let start: FloatView
  private var steps = 0

  /// The strength of the pull toward the start, for a loss that is a mean over cells.
  private let pull: Float
  private let seed: UInt64

  /// Starts from a trained network.
  ///
  /// - Parameters:
  ///   - model: The network; its encoder may have been adapted to the new cells.
  ///   - count: The number of the batch's cells, `n`; at least 1.
  ///   - shrinkage: The weight of the start in cells, `kappa`; at least 0.
  ///   - missing: The genes that the batch lacks. The default is `nil`, for none.
  ///   - seed: The seed of the noise in training.
  package init(
    in model: Autoencoder, cells count: Int, shrinkage: Float, missing: MissingGenes? = nil,
    seed: UInt64
  ) {
    precondition(count >= 1 && shrinkage >= 0, "\(count) cells, a shrinkage of \(shrinkage)")
    var options = model.options
    if model.network.encoder[0].isOverCells { options.encoderNorm = .none }
    if model.network.decoder[0].isOverCells { options.decoderNorm = .none }
    options.dropout = 0
    network = Autoencoder(
      genes: model.genes, batches: 1, options: options,
      padding: missing.map { GenePadding(missing: [$0.genes], meanInputs: $0.meanInputs) },
      seed: 0)
    (self.seed, pull) = (seed, shrinkage / Float(count))

    let (from, to) = (model.state.parameters.view, network.state.parameters.view)
    var folded: [Folded] = []
    var plain: [Range<Int>] = []
    var values: [Float] = []
    func copy(_ batch: Range<Int>?, _ target: Range<Int>?) {
      guard let batch, let target else { return }
      to[target].copy(from: from[batch])
    }
    func copy(_ batch: LinearLayer, _ target: LinearLayer) {
      copy(batch.weight, target.weight)
      copy(batch.bias, target.bias)
    }
    let pairs =
      zip(model.network.encoder, network.network.encoder).map { ($0, $1) }
      + zip(model.network.decoder, network.network.decoder).map { ($0, $1) }
    for (position, (old, new)) in pairs.enumerated() {
      guard old.isOverCells, let bias = new.linear.bias else {
        copy(old.linear, new.linear)
        copy(old.gamma, new.gamma)
        copy(old.beta, new.beta)
        plain += [new.gamma, new.beta].compactMap(\.self)
        continue
      }
      let mixture = MixtureNorm(old, parameters: from, statistics: model.state.statistics.view)
      let isTransposed = position == 0
      var weight = from[old.linear.weight].values
      for k in weight.indices {
        weight[k] *= mixture.inverse[isTransposed ? k % old.units : k / old.linear.inputs]
      }
      folded.append(
        Folded(
          weight: new.linear.weight, bias: bias, units: old.units, isTransposed: isTransposed,
          baseWeight: weight, baseBias: zip(mixture.mean, mixture.inverse).map { -$0 * $1 }))
      values += mixture.gamma + mixture.beta
    }
    copy(model.network.mu, network.network.mu)
    copy(model.network.logVariance, network.network.logVariance)
    copy(model.network.output, network.network.output)
    copy(model.network.logTheta, network.network.logTheta)
    plain += [network.network.output.bias].compactMap(\.self)
    for range in plain { values += to[range].values }
    (self.folded, self.plain) = (folded, plain)
    trained = AdamMemory(count: values.count)
    trained.parameters.view.copy(from: values)
    start = .zeros(values.count)
    start.copy(from: values)
    fold()
  }

  /// The number of trained numbers.
  package var count: Int { start.count }

  /// Takes one step of Adam.
  ///
  /// - Parameters:
  ///   - minibatch: Cells of the new batch; at least 1.
  ///   - klWeight: The weight of the divergence.
  ///   - learningRate: The learning rate.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: The losses before the step.
  /// - Throws: ``NonFiniteError`` if a loss is not finite.
  @discardableResult
  package mutating func train(
    on minibatch: Minibatch, klWeight: Float, learningRate: Float, pool: ThreadPool? = nil
  ) throws(NonFiniteError) -> Autoencoder.StepLoss {
    let loss = try network.computeLoss(
      on: minibatch, klWeight: klWeight, noise: StepNoise(seed: seed, step: steps), pool: pool)
    steps += 1
    let (values, gradient) = (trained.parameters.view, trained.gradient.view)
    gradient.copy(from: projectedGradient())
    for k in 0..<count { gradient[k] += pull * (values[k] - start[k]) }
    trained.update(
      0..<count, by: AdamStep(step: steps, rate: learningRate, decay: 0, clip: 1))
    fold()
    return loss
  }

  /// Returns the latent means of cells of the new batch; `(n, d)`.
  ///
  /// - Parameters:
  ///   - minibatch: The cells.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: `mu`; `(n, d)`.
  package func latent(of minibatch: Minibatch, pool: ThreadPool? = nil) -> Matrix {
    network.latent(of: minibatch, pool: pool)
  }

  /// Returns the gradient by every trained number; for a folded layer it is derived from its weight
  /// and bias.
  package func projectedGradient() -> [Float] {
    let all = network.state.gradient.view
    var gradient: [Float] = []
    gradient.reserveCapacity(count)
    for layer in folded {
      let (dweight, dbias) = (all[layer.weight], all[layer.bias])
      let inputs = layer.baseWeight.count / layer.units
      var dgamma = (0..<layer.units).map { dbias[$0] * layer.baseBias[$0] }
      for k in 0..<layer.baseWeight.count {
        dgamma[layer.isTransposed ? k % layer.units : k / inputs] +=
          dweight[k] * layer.baseWeight[k]
      }
      gradient += dgamma
      gradient += dbias.values
    }
    for range in plain { gradient += all[range].values }
    return gradient
  }

  /// Returns the loss of cells with given noise, without the pull.
  mutating func loss(
    of minibatch: Minibatch, noise: StepNoise
  ) throws(NonFiniteError) -> Double {
    let loss = try network.computeLoss(on: minibatch, klWeight: 0.2, noise: noise)
    return loss.reconstruction + 0.2 * loss.kl
  }

  /// Adds `change` to one of the trained numbers.
  func move(_ number: Int, by change: Float) {
    trained.parameters.view[number] += change
    fold()
  }

  /// Writes the trained numbers to the network.
  private func fold() {
    let (parameters, values) = (network.state.parameters.view, trained.parameters.view)
    var first = 0
    for layer in folded {
      let (gamma, beta) = (first, first + layer.units)
      let (weight, bias) = (parameters[layer.weight], parameters[layer.bias])
      let inputs = layer.baseWeight.count / layer.units
      for k in 0..<layer.baseWeight.count {
        let unit = layer.isTransposed ? k % layer.units : k / inputs
        weight[k] = values[gamma + unit] * layer.baseWeight[k]
      }
      for unit in 0..<layer.units {
        bias[unit] = values[gamma + unit] * layer.baseBias[unit] + values[beta + unit]
      }
      first += 2 * layer.units
    }
    for range in plain {
      parameters[range].copy(from: values[first..<first + range.count])
      first += range.count
    }
  }
}

/// A norm over cells with the mixture's statistics, by parts; each `(units)`.
private struct MixtureNorm {
  let mean: [Float]

  /// `1 / √(var + eps)`.
  let inverse: [Float]
  let gamma: [Float]
  let beta: [Float]

  init(_ layer: HiddenLayer, parameters: FloatView, statistics: FloatView) {
    func moments(_ range: Range<Int>?) -> [Float] {
      range.map { Array(statistics[$0].values.suffix(layer.units)) } ?? []
    }
    mean = moments(layer.mean)
    inverse = moments(layer.variance).map { 1 / ($0 + normEpsilon).squareRoot() }
    gamma = layer.gamma.map { layer.affine(parameters[$0], row: layer.mixtureRow) } ?? []
    beta = layer.beta.map { layer.affine(parameters[$0], row: layer.mixtureRow) } ?? []
  }
}
