import Kernels

/// A fully connected layer's places among the parameters: `y = x Wᵀ + b`.
struct LinearLayer: Sendable {
  let name: String
  let inputs: Int
  let outputs: Int

  /// `(outputs, inputs)`; of the sparse first layer `(inputs, outputs)`.
  let weight: Range<Int>

  /// `(outputs)`; none before a norm that takes the mean over cells out again.
  let bias: Range<Int>?
}

extension Normalization {
  /// Whether the norm looks at other cells of the minibatch.
  var isOverCells: Bool { self == .batch || self == .source || self == .matched }
}

/// One hidden layer: linear, norm, ReLU, dropout, and the residual's way around.
struct HiddenLayer: Sendable {
  let linear: LinearLayer
  let norm: Normalization
  let residual: Bool

  /// The scale and the shift; `(rows, units)` each, none without a norm.
  let gamma: Range<Int>?
  let beta: Range<Int>?

  /// The rows of gamma and beta: the sources, the rows of matched composition, or 1.
  let affineRows: Int

  /// The groups of a layer or group norm.
  let groups: Int

  /// Among the statistics; `(rows, units)` each, the mixture's row last.
  let mean: Range<Int>?
  let variance: Range<Int>?

  /// How often each of those rows was updated; `(rows)`.
  let updates: Range<Int>?

  /// The offset of each batch from the mean at matched composition; `(affineRows, units)`.
  let offset: Range<Int>?

  var units: Int { linear.outputs }

  /// Whether the norm looks at other cells, so that it is worked on by units.
  var isOverCells: Bool { norm.isOverCells }

  /// The rows of statistics: the sources and the mixture, or the mixture.
  var statisticsRows: Int { norm == .source ? affineRows + 1 : norm.isOverCells ? 1 : 0 }
}

/// The network's layers, and where its numbers lie.
struct Network: Sendable {
  let genes: Int
  let sources: Int
  let options: AutoencoderOptions

  /// The genes that sources lack, or `nil` where none lacks any.
  let padding: GenePadding?

  /// The row of a norm at matched composition that each batch has; `(sources)`.
  let matchedRows: [Int32]

  private(set) var parameters = TensorLayout()
  private(set) var statistics = TensorLayout()

  private(set) var encoder: [HiddenLayer] = []
  private(set) var decoder: [HiddenLayer] = []
  let mu: LinearLayer
  let logVariance: LinearLayer
  let output: LinearLayer

  /// One a gene, for the negative binomial loss.
  let logTheta: Range<Int>?

  init(
    genes: Int, sources: Int, options: AutoencoderOptions, padding: GenePadding?,
    matchedRows: [Int32]? = nil
  ) {
    precondition(genes >= 1 && genes <= 1 << 16, "\(genes) genes are not from 1 to 65536")
    precondition(sources >= 1, "there are no sources")
    precondition(!options.hidden.isEmpty, "an autoencoder needs at least one hidden layer")
    precondition(options.hidden.allSatisfy { $0 >= 1 } && options.latent >= 1)
    precondition(options.sourceShrinkage >= 0, "a shrinkage is not below 0")
    self.genes = genes
    self.sources = sources
    self.options = options
    self.padding = padding
    self.matchedRows = matchedRows ?? (0..<Int32(sources)).map { $0 }
    let matchedRowCount = Int(self.matchedRows.max() ?? 0) + 1
    precondition(self.matchedRows.count == sources && matchedRowCount <= sources)
    if let padding {
      precondition(padding.missing.count == sources && padding.meanInputs.count == genes)
      precondition(padding.missing.joined().allSatisfy { Int($0) < genes })
    }

    var parameters = TensorLayout()
    var statistics = TensorLayout()
    func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool, sparse: Bool = false)
      -> LinearLayer
    {
      LinearLayer(
        name: name, inputs: inputs, outputs: outputs,
        weight: parameters.add(
          "\(name).weight", sparse ? [inputs, outputs] : [outputs, inputs]),
        bias: bias ? parameters.add("\(name).bias", [outputs]) : nil)
    }
    func hidden(_ part: String, _ inputs: Int, _ widths: [Int], _ norm: Normalization)
      -> [HiddenLayer]
    {
      var width = inputs
      return widths.enumerated().map { index, units in
        defer { width = units }
        let name = "\(part).\(index)"
        let overCells = norm.isOverCells
        let layer = linear(
          name, width, units, bias: !overCells, sparse: part == "encoder" && index == 0)
        let rows = norm == .source ? sources : norm == .matched ? matchedRowCount : 1
        let statisticsRows = norm == .source ? sources + 1 : 1
        let hasScale = norm != .none
        return HiddenLayer(
          linear: layer, norm: norm,
          residual: options.residual && index > 0 && width == units,
          gamma: hasScale ? parameters.add("\(name).norm.gamma", [rows, units]) : nil,
          beta: hasScale ? parameters.add("\(name).norm.beta", [rows, units]) : nil,
          affineRows: rows,
          groups: norm == .group ? (1...16).last { units % $0 == 0 } ?? 1 : 1,
          mean: overCells
            ? statistics.add("\(name).norm.mean", [statisticsRows, units]) : nil,
          variance: overCells
            ? statistics.add("\(name).norm.variance", [statisticsRows, units]) : nil,
          updates: overCells
            ? statistics.add("\(name).norm.updates", [norm == .matched ? rows : statisticsRows])
            : nil,
          offset: norm == .matched
            ? statistics.add("\(name).norm.offset", [rows, units]) : nil)
      }
    }
    let last = options.hidden[options.hidden.count - 1]
    encoder = hidden("encoder", genes, options.hidden, options.encoderNorm)
    mu = linear("encoder.mu", last, options.latent, bias: true)
    logVariance = linear("encoder.logVariance", last, options.latent, bias: true)
    decoder = hidden(
      "decoder", options.latent, options.hidden.reversed(), options.decoderNorm)
    output = linear("decoder.output", options.hidden[0], genes, bias: true)
    logTheta =
      options.loss == .negativeBinomial
      ? parameters.add("decoder.logTheta", [genes]) : nil
    self.parameters = parameters
    self.statistics = statistics
  }

  /// The layers with a matrix that is not the genes'.
  var denseLayers: [LinearLayer] {
    encoder.dropFirst().map(\.linear) + [mu, logVariance] + decoder.map(\.linear)
  }

  /// Fills the parameters with their starting values.
  ///
  /// Weights and biases are uniform within ±1/√inputs, as PyTorch's `Linear`
  /// starts; scales are one; shifts and log dispersions are zero.
  func initialize(_ values: FloatView, seed: UInt64) {
    for (index, layer) in ([encoder[0].linear] + denseLayers + [output]).enumerated() {
      var random = Xoshiro256(seed: seed, purpose: UInt64(index))
      let bound = 1 / Float(layer.inputs).squareRoot()
      for k in layer.weight { values[k] = random.uniformFloat(from: -bound, to: bound) }
      for k in layer.bias ?? 0..<0 {
        values[k] = random.uniformFloat(from: -bound, to: bound)
      }
    }
    for layers in [encoder, decoder] {
      // What the blocks of a stack add would grow with their number.
      let block = 1 / Float(max(1, layers.count(where: \.residual))).squareRoot()
      for layer in layers {
        if let gamma = layer.gamma { values[gamma].fill(layer.residual ? block : 1) }
      }
    }
  }

  /// Fills the running statistics with mean 0 and variance 1.
  func initializeStatistics(_ values: FloatView) {
    for variance in (encoder + decoder).compactMap(\.variance) { values[variance].fill(1) }
  }
}
