import Numerics

/// The forward and the backward pass over one minibatch, and the memory they need.
///
/// A pass is a sequence of stages. Each is a parallel loop over shards that depend only on the
/// problem: sixteen cells, sixteen units, or a block of genes. Sums over shards have a fixed order,
/// so the gradient has the same bytes for any number of threads.
final class TrainingStep: @unchecked Sendable {
  let network: Network

  /// The precision of dense products.
  let precision: ProductPrecision

  /// The threads of the step at work; `nil` between steps, and for the calling thread only.
  var pool: ThreadPool?

  /// The maximum numbers of cells and stored counts.
  let capacity: Int
  let nonzeroCapacity: Int

  let encoder: [HiddenWorkspace]
  let decoder: [HiddenWorkspace]
  let encoderLinear: [LinearWorkspace]
  let decoderLinear: [LinearWorkspace]
  let muLinear: LinearWorkspace
  let logVarianceLinear: LinearWorkspace
  let output: OutputWorkspace

  /// The critic that predicts batches from the draws, if there is one.
  let critic: CriticStep?

  /// All layers whose weights are packed: those of the latent space, which every step changes, and
  /// then the others.
  private let dense: [LinearWorkspace]

  /// The number of the former.
  private static let latentLayers = 3

  /// A flag that is true if the other layers' weights, and the output's, are still those that were packed.
  var matricesArePacked = false

  /// The latest minibatch's cells by batch, for the encoder's and the decoder's norms.
  private(set) var encoderSlots = NormSlots()
  private(set) var decoderSlots = NormSlots()

  /// The arrays of the latent space; `(n, d)` each.
  let mu: FloatView
  let logVariance: FloatView
  let noise: FloatView
  let deviation: FloatView
  let z: FloatView
  let dz: FloatView
  let dmu: FloatView
  let dlogVariance: FloatView

  /// The input of the decoder, and the gradient by it; `(n, d + q)`.
  ///
  /// These are the draws with the covariates beside them; without covariates, the draws themselves.
  let decoderInput: FloatView
  let ddecoderInput: FloatView

  /// The contribution of missing genes in each batch, `(batches, units)`, and the gradient by it.
  let paddingRows: SparseRows?
  private let paddingBias: FloatView
  let dpaddingBias: FloatView

  /// The divergence of each cell; `(n)`.
  let divergence: FloatView

  /// The factor from outputs to means: the total count of each cell, or its size factor; `(n)`.
  let exposures: FloatView

  /// Time per stage, recorded when profiling is on.
  var profile: StageProfile?

  init(
    _ network: Network, critic: CriticState? = nil, capacity n: Int, nonzeros: Int,
    precision: ProductPrecision
  ) {
    self.network = network
    self.precision = precision
    func workspace(_ layer: LinearLayer) -> LinearWorkspace {
      LinearWorkspace(layer, capacity: n, precision: precision)
    }
    capacity = n
    nonzeroCapacity = nonzeros
    encoder = network.encoder.map { HiddenWorkspace($0, capacity: n) }
    decoder = network.decoder.map { HiddenWorkspace($0, capacity: n) }
    encoderLinear = network.encoder.dropFirst().map { workspace($0.linear) }
    decoderLinear = network.decoder.map { workspace($0.linear) }
    muLinear = workspace(network.mu)
    logVarianceLinear = workspace(network.logVariance)
    dense =
      [muLinear, logVarianceLinear, decoderLinear[0]] + encoderLinear + decoderLinear.dropFirst()
    output = OutputWorkspace(network, capacity: n, nonzeros: nonzeros, precision: precision)
    let d = network.options.latent
    self.critic = critic.map { CriticStep($0, latent: d, capacity: n) }
    (mu, logVariance, noise) = (.zeros(n * d), .zeros(n * d), .zeros(n * d))
    (deviation, z, dz) = (.zeros(n * d), .zeros(n * d), .zeros(n * d))
    (dmu, dlogVariance) = (.zeros(n * d), .zeros(n * d))
    let wide = n * (d + network.covariates)
    (decoderInput, ddecoderInput) =
      network.covariates == 0 ? (z, dz) : (.zeros(wide), .zeros(wide))
    (divergence, exposures) = (.zeros(n), .zeros(n))
    paddingRows = network.padding?.rows
    let padded = network.padding == nil ? 0 : network.batches * network.encoder[0].units
    (paddingBias, dpaddingBias) = (.zeros(padded), .zeros(padded))
  }

  /// Computes the losses of a minibatch and the gradient by all parameters.
  ///
  /// - Parameters:
  ///   - cells: The minibatch.
  ///   - klWeight: The weight of the divergence relative to the reconstruction.
  ///   - adversary: The weight of the critic's reversed gradient. The default is 0.
  ///   - noise: The random numbers of the step.
  ///   - parameters: The parameters, in the network's layout.
  ///   - gradient: The gradient, in the same layout.
  func run(
    _ cells: StepCells, klWeight: Float, adversary: Float = 0, noise: StepNoise,
    parameters: FloatView, gradient: FloatView
  ) {
    prepare(cells, noise: noise, parameters: parameters)
    encode(cells, parameters: parameters)
    critic?.run(cells, z: z) { shards, body in stage(.critic, shards, body) }
    decode(cells, parameters: parameters)
    stage(.output, cells.shards) { [self] shard in
      output.forwardAndBackward(
        shard, minibatch: cells, exposures: exposures, weight: 1 / Float(cells.cells),
        parameters: parameters, x: decoder[decoder.count - 1].out,
        dx: decoder[decoder.count - 1].dout)
    }
    backward(
      cells, klWeight: klWeight, adversary: adversary, parameters: parameters, gradient: gradient)
  }

  /// Runs a parallel loop and records its time under a name.
  func stage(_ part: StageProfile.Part, _ shards: Int, _ body: @Sendable (Int) -> Void) {
    guard profile != nil else { return pool.parallel(shards, body) }
    let clock = ContinuousClock()
    let start = clock.now
    pool.parallel(shards, body)
    profile?.add(clock.now - start, to: part)
  }

  /// Packs the weights, draws the noise, multiplies the sparse input, and groups the cells for the norms.
  private func prepare(_ cells: StepCells, noise: StepNoise, parameters: FloatView) {
    let geneBlocks = output.geneBlocks
    let packed = matricesArePacked ? Self.latentLayers : dense.count
    stage(.prepare, packed + geneBlocks + (paddingRows == nil ? 0 : 1)) { [self] shard in
      if shard == packed + geneBlocks {
        padInput(parameters: parameters)
      } else if shard < packed {
        dense[shard].pack(parameters)
      } else {
        output.prepare(
          shard - packed, parameters: parameters, logTheta: network.logTheta,
          packing: !matricesArePacked)
      }
    }
    stage(.sparseForward, cells.shards + 1) { [self] shard in
      guard shard < cells.shards else { return assignSlots(cells) }
      let part = cells.cells(ofShard: shard)
      let d = network.options.latent
      for (index, layer) in encoder.enumerated() {
        noise.fillDropout(
          layer.gate[floats(part, layer.layer.units)], layer: index, cells: part,
          rate: network.options.dropout)
      }
      for layer in decoder { layer.gate[floats(part, layer.layer.units)].fill(1) }
      noise.fillLatent(self.noise[floats(part, d)], cells: part)
      if network.hasRates {
        for cell in part { exposures[cell] = cells.sizeFactors[cell] }
      } else {
        rowSums(part, of: cells.counts, into: exposures)
      }
      let first = encoder[0]
      let linear = first.layer.linear
      sparseProduct(
        part, of: cells.inputs, weight: parameters[linear.weight], width: linear.outputs,
        bias: paddingRows == nil ? linear.bias.map { parameters[$0] } : paddingBias,
        biasRow: paddingRows == nil ? nil : cells.batches, into: first.a)
    }
  }

  /// Groups the cells by batch for the norms, which come later.
  private func assignSlots(_ cells: StepCells) {
    network.options.encoderNorm.kind.assign(&encoderSlots, cells, network)
    network.options.decoderNorm.kind.assign(&decoderSlots, cells, network)
  }

  /// Computes the contribution of missing genes, including the layer's bias.
  private func padInput(parameters: FloatView) {
    guard let paddingRows else { return }
    let linear = network.encoder[0].linear
    sparseProduct(
      0..<network.batches, of: paddingRows, weight: parameters[linear.weight],
      width: linear.outputs, bias: linear.bias.map { parameters[$0] }, into: paddingBias)
  }

  private func encode(_ cells: StepCells, parameters: FloatView) {
    for index in encoder.indices {
      let layer = encoder[index]
      if index > 0 {
        stage(.smallProducts, cells.shards) { [self] shard in
          encoderLinear[index - 1].forward(
            cells.cells(ofShard: shard), of: cells.cells, x: encoder[index - 1].out,
            parameters: parameters, into: layer.a)
        }
      }
      normalize(
        layer, input: index > 0 ? encoder[index - 1].out : nil, encoderSlots, cells, parameters)
    }
    let last = encoder[encoder.count - 1].out
    stage(.smallProducts, cells.shards) { [self] shard in
      let part = cells.cells(ofShard: shard)
      let n = cells.cells
      muLinear.forward(part, of: n, x: last, parameters: parameters, into: mu)
      logVarianceLinear.forward(part, of: n, x: last, parameters: parameters, into: logVariance)
      let d = network.options.latent
      let floats = floats(part, d)
      sample(
        cells: part.count, dimensions: d, mu: mu[floats], logVariance: logVariance[floats],
        noise: noise[floats], deviation: deviation[floats], z: z[floats],
        divergence: divergence[part])
      widen(part, cells)
      decoderLinear[0].forward(
        part, of: n, x: decoderInput, parameters: parameters, into: decoder[0].a)
    }
  }

  /// Puts the covariates of some cells beside their draws.
  private func widen(_ part: Range<Int>, _ cells: StepCells) {
    let (d, q) = (network.options.latent, network.covariates)
    guard q > 0 else { return }
    for cell in part {
      let start = cell * (d + q)
      decoderInput[start..<start + d].copy(from: z[cell * d..<(cell + 1) * d])
      for j in 0..<q { decoderInput[start + d + j] = cells.covariates[cell * q + j] }
    }
  }

  private func decode(_ cells: StepCells, parameters: FloatView) {
    for index in decoder.indices {
      let layer = decoder[index]
      if index > 0 {
        stage(.smallProducts, cells.shards) { [self] shard in
          decoderLinear[index].forward(
            cells.cells(ofShard: shard), of: cells.cells, x: decoder[index - 1].out,
            parameters: parameters, into: layer.a)
        }
      }
      normalize(
        layer, input: index > 0 ? decoder[index - 1].out : nil, decoderSlots, cells, parameters)
    }
  }

  private func normalize(
    _ layer: HiddenWorkspace, input: FloatView?, _ slots: NormSlots, _ cells: StepCells,
    _ parameters: FloatView
  ) {
    stage(.norm, layer.normShards(cells: cells.cells)) { shard in
      layer.forward(
        shard, cells: cells.cells, slots: slots, input: layer.layer.residual ? input : nil,
        parameters: parameters)
    }
  }

  /// Returns the indices of some cells in an array of `width` columns.
  func floats(_ cells: Range<Int>, _ width: Int) -> Range<Int> {
    cells.lowerBound * width..<cells.upperBound * width
  }
}
