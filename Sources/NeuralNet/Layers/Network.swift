import Numerics

/// The positions of a fully connected layer's parameters: `y = x Wᵀ + b`.
struct LinearLayer: Sendable {
  let name: String
  let inputs: Int
  let outputs: Int

  /// The weights, `(outputs, inputs)`; for the sparse first layer `(inputs, outputs)`.
  let weight: Range<Int>

  /// The bias, `(outputs)`; `nil` before a norm that subtracts the mean over cells.
  let bias: Range<Int>?
}

/// One hidden layer: linear, norm, ReLU, dropout, and the residual connection.
struct HiddenLayer: Sendable {
  let linear: LinearLayer
  let norm: Normalization
  let residual: Bool

  /// The scale and the shift; `(rows, units)` each, `nil` without a norm.
  let gamma: Range<Int>?
  let beta: Range<Int>?

  /// The number of rows of gamma and beta: the batches, the rows at matched composition, or 1.
  let affineRows: Int

  /// The number of groups of a layer or group norm.
  let groups: Int

  /// The positions among the statistics; `(rows, units)` each, with the mixture's row last.
  let mean: Range<Int>?
  let variance: Range<Int>?

  /// The number of updates of each of those rows; `(rows)`.
  let updates: Range<Int>?

  /// The offset of each batch from the mean at matched composition; `(affineRows, units)`.
  let offset: Range<Int>?

  var units: Int { linear.outputs }

  /// A flag that is true if the norm depends on other cells, so that it is computed by units.
  var isOverCells: Bool { kind.isOverCells }

  /// The implementation of the norm.
  var kind: any NormKind { norm.kind }

  /// The number of rows of statistics: the batches and the mixture, or only the mixture.
  var statisticsRows: Int { kind.statisticsRows(affineRows: affineRows) }

  /// The row of statistics and of folded scales for a cell without a particular batch, the last one.
  var mixtureRow: Int { kind.mixtureRow(affineRows: affineRows) }
}

/// The network's layers, and the layout of its numbers.
struct Network: Sendable {
  let genes: Int
  let batches: Int
  let options: AutoencoderOptions

  /// The genes that batches lack, or `nil` if none lacks any.
  let padding: GenePadding?

  /// The row of each batch in a norm at matched composition; `(batches)`.
  let matchedRows: [Int32]

  /// The number of columns of covariates that the decoder receives beside the latent position, `q`.
  let covariates: Int

  /// A flag that is true if outputs are rates per size factor, and false if they are proportions.
  let hasRates: Bool

  private(set) var parameters = TensorLayout()
  private(set) var statistics = TensorLayout()

  private(set) var encoder: [HiddenLayer] = []
  private(set) var decoder: [HiddenLayer] = []
  let mu: LinearLayer
  let logVariance: LinearLayer
  let output: LinearLayer

  /// The log dispersion of each gene, for the negative binomial loss.
  let logTheta: Range<Int>?

  /// The position of the batches' mean columns among the statistics; `(batches, q)`, or `nil`.
  private(set) var batchColumns: Range<Int>?

  /// The position of the mean columns of rows at matched composition; `(rows, q)`, or `nil`.
  private(set) var rowColumns: Range<Int>?

  init(
    genes: Int, batches: Int, options: AutoencoderOptions, padding: GenePadding?,
    matchedRows: [Int32]? = nil, covariates: Int = 0, hasRates: Bool = false
  ) {
    precondition(genes >= 1 && genes <= 1 << 16, "\(genes) genes are not from 1 to 65536")
    precondition(batches >= 1, "there are no batches")
    precondition(!options.hidden.isEmpty, "an autoencoder needs at least one hidden layer")
    precondition(options.hidden.allSatisfy { $0 >= 1 } && options.latent >= 1)
    precondition(covariates >= 0, "\(covariates) covariates")
    precondition(options.batchShrinkage >= 0, "a shrinkage is not below 0")
    precondition(!hasRates || options.loss != .meanSquaredError, "rates are those of counts")
    self.genes = genes
    self.batches = batches
    self.options = options
    self.padding = padding
    self.covariates = covariates
    self.hasRates = hasRates
    self.matchedRows = matchedRows ?? (0..<Int32(batches)).map { $0 }
    let matchedRowCount = Int(self.matchedRows.max() ?? 0) + 1
    precondition(self.matchedRows.count == batches && matchedRowCount <= batches)
    if let padding {
      precondition(padding.missing.count == batches && padding.meanInputs.count == genes)
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
        let kind = norm.kind
        let overCells = kind.isOverCells
        let layer = linear(
          name, width, units, bias: !overCells, sparse: part == "encoder" && index == 0)
        let rows = kind.affineRows(batches: batches, matchedRows: matchedRowCount)
        let statisticsRows = kind.statisticsRows(affineRows: rows)
        return HiddenLayer(
          linear: layer, norm: norm,
          residual: options.residual && index > 0 && width == units,
          gamma: kind.hasAffine ? parameters.add("\(name).norm.gamma", [rows, units]) : nil,
          beta: kind.hasAffine ? parameters.add("\(name).norm.beta", [rows, units]) : nil,
          affineRows: rows,
          groups: kind.groups(units: units),
          mean: overCells
            ? statistics.add("\(name).norm.mean", [statisticsRows, units]) : nil,
          variance: overCells
            ? statistics.add("\(name).norm.variance", [statisticsRows, units]) : nil,
          updates: overCells
            ? statistics.add("\(name).norm.updates", [kind.isMatched ? rows : statisticsRows])
            : nil,
          offset: kind.isMatched
            ? statistics.add("\(name).norm.offset", [rows, units]) : nil)
      }
    }
    let last = options.hidden[options.hidden.count - 1]
    encoder = hidden("encoder", genes, options.hidden, options.encoderNorm)
    mu = linear("encoder.mu", last, options.latent, bias: true)
    logVariance = linear("encoder.logVariance", last, options.latent, bias: true)
    decoder = hidden(
      "decoder", options.latent + covariates, options.hidden.reversed(), options.decoderNorm)
    output = linear("decoder.output", options.hidden[0], genes, bias: true)
    logTheta =
      options.loss == .negativeBinomial
      ? parameters.add("decoder.logTheta", [genes]) : nil
    if covariates > 0 {
      batchColumns = statistics.add("decoder.columns.batch", [batches, covariates])
      rowColumns = statistics.add("decoder.columns.row", [matchedRowCount, covariates])
    }
    self.parameters = parameters
    self.statistics = statistics
  }

  /// The layers whose weight matrix does not involve genes.
  var denseLayers: [LinearLayer] {
    encoder.dropFirst().map(\.linear) + [mu, logVariance] + decoder.map(\.linear)
  }

  /// Fills the parameters with their initial values.
  ///
  /// Weights and biases are uniform within ±1/√inputs, as in PyTorch's `Linear`; scales are one;
  /// shifts and log dispersions are zero.
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
      // Without this factor the sum of a stack of blocks would grow with their number.
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
