public import Support
public import NeuralNet

/// Options for training a model.
///
/// Every value has a default that suits most data, so a caller sets only what differs:
///
///     var options = TrainingOptions()
///     options.visits = 1_000_000
public struct TrainingOptions: Equatable, Sendable, Codable {
  /// The number of cells processed in the whole training, counting repetitions; `nil` for a number
  /// that depends on the data.
  ///
  /// The default is `nil`: 100,000 for up to 10,000 cells, and 10 per cell for more, up to 150,000; with
  /// ``Optimizer/adam`` 100,000 for up to 5,000, and 20 per cell for more, up to 300,000. A larger
  /// number fits the data more closely and takes proportionally longer.
  public var visits: Int?

  /// The number of epochs in the whole training, instead of ``visits``; `nil` to use ``visits``.
  ///
  /// The default is `nil`. In one epoch every cell of the training is processed once.
  public var maxEpochs: Int?

  /// The intended number of cells of a minibatch; at least 2, and at least 4 for several batches.
  ///
  /// The default is 128. Larger minibatches give steadier statistics and fewer steps. Below 32,
  /// inference differs from training for norms over cells, which `statistics_gap` of the record
  /// tells, and below 8 a warning is given.
  public var minibatchSize = 128

  /// Composition of minibatches: balanced over batches, random, or one batch each.
  ///
  /// The default is ``MinibatchMakeup/mixed``. The others are for comparison.
  public var minibatches = MinibatchMakeup.mixed

  /// The precision of the factors of dense products in training, and in the decoded profiles of the embedding.
  ///
  /// The default is ``ProductPrecision/bfloat16``. On processors with AMX the training takes about 0.6
  /// times as long with it, on those of AMD with AVX512_BF16 about 0.9 times, and on others about 1.1 times.
  /// Either gives the same bytes on every processor.
  public var precision = ProductPrecision.bfloat16

  /// The method by which the training changes the weights; `nil` for one that depends on the data.
  ///
  /// The default is `nil`: ``Optimizer/muon`` for more than 5,000 cells, else ``Optimizer/adam``.
  public var optimizer: Optimizer?

  /// The initial learning rate, above 0.
  ///
  /// The default is 0.002. It decreases linearly to a tenth over the last 40% of the steps.
  public var learningRate: Float = 0.002

  /// The weight of the latent space's divergence from a standard normal; at least 0.
  ///
  /// The default is 0.2, reached linearly over the first 30% of the steps. A larger weight gives a
  /// smoother latent space with less detail.
  public var klWeight: Float = 0.2

  /// The weight of a critic that predicts each cell's batch from its latent position, and whose
  /// gradient is reversed into the encoder; at least 0.
  ///
  /// The default is 0, for no critic. The reversed gradient makes the latent carry less of the
  /// batch. It is multiplied by this weight and added to the encoder's gradient. The encoder's own
  /// gradient is of the order of the reconstruction loss, a few hundred nats per cell. A larger
  /// weight mixes the batches more in latent space, including cell types that occur in one batch
  /// only. It is reached linearly over the first 30% of the steps, like ``klWeight``, because the
  /// gradient of an untrained critic is noise.
  public var adversary: Float = 0

  /// The constraint on the critic.
  ///
  /// The default is ``CriticNorm/layer``. Batch norm is rejected: <doc:Adversary>. It is
  /// ignored if ``adversary`` is 0.
  public var criticNorm = CriticNorm.layer

  /// The widths of the critic's hidden layers; at least one.
  ///
  /// The default is `[64]`. More and wider layers find finer batch differences. It is ignored if
  /// ``adversary`` is 0.
  public var criticHidden: [Int] = [64]

  /// Makes the default options.
  public init() {}

  /// Returns the number of processed cells for a number of cells, if ``visits`` is `nil`.
  ///
  /// With ``Optimizer/adam`` it is 100,000 for up to 5,000 cells, and 20 per cell for more, up to 300,000;
  /// with ``Optimizer/muon`` 100,000 for up to 10,000 cells, and 10 per cell for more, up to 150,000. Twice
  /// as many did not raise scIB's totals of real sets of 500 to 1,900 cells, nor of 8,000 to 100,000
  /// simulated ones.
  package func visits(forCells count: Int) -> Int {
    switch optimizer(forCells: count) {
    case .adam: min(max(100_000, 20 * count), 300_000)
    case .muon: min(max(100_000, 10 * count), 150_000)
    }
  }

  /// The largest number of cells for which ``Optimizer/adam`` is the default.
  package static let mostCellsForAdam = 5_000

  /// Returns the method for a number of cells.
  ///
  /// Without ``optimizer`` it is ``Optimizer/muon`` for more than 5,000 cells, where it needs half the
  /// ``visits`` of ``Optimizer/adam`` for the same scores. For fewer cells it needs as many, and a step
  /// takes longer.
  package func optimizer(forCells count: Int) -> Optimizer {
    optimizer ?? (count > Self.mostCellsForAdam ? .muon : .adam)
  }

  /// Returns the number of training steps for a number of cells.
  package func steps(forCells count: Int, minibatchSize: Int) -> Int {
    max(1, (visits ?? maxEpochs.map { $0 * count } ?? visits(forCells: count)) / minibatchSize)
  }

  /// Returns the learning rate of a step: constant, then decreasing linearly to a tenth over the
  /// last 40%.
  package func learningRate(step: Int, of steps: Int) -> Float {
    let progress = Float(step) / Float(steps)
    return learningRate * (progress < 0.6 ? 1 : 1 - 0.9 * (progress - 0.6) / 0.4)
  }

  /// Returns the weight of the KL term at a step, which increases linearly over the first 30%.
  package func klWeight(step: Int, of steps: Int) -> Float {
    klWeight * min(1, Float(step) / (0.3 * Float(steps)))
  }

  /// Returns the weight of the critic's reversed gradient at a step, which increases linearly over
  /// the first 30%.
  package func adversaryWeight(step: Int, of steps: Int) -> Float {
    adversary * min(1, Float(step) / (0.3 * Float(steps)))
  }

  /// The options of the critic; `nil` if there is none.
  package var critic: CriticOptions? {
    guard adversary > 0 else { return nil }
    var options = CriticOptions()
    (options.norm, options.hidden) = (criticNorm, criticHidden)
    return options
  }
}

extension TrainingOptions: DescribedOptions {
  package static let fields: [OptionField<Self>] = [
    OptionField(
      "minibatchSize", \.minibatchSize,
      ValidRange("at least 2, as batch norm needs two cells") { $0 >= 2 },
      ValidRange("at most 65536") { $0 <= 65_536 },
      unit: "count", help: "Number of cells in a minibatch."),
    OptionField(
      "minibatches", \.minibatches, unit: "mix",
      help: "Composition of minibatches: mixed (balanced over batches), shuffled (random), or "
        + "single (one batch each)."),
    OptionField(
      "precision", \.precision, unit: "format",
      help:
        "Precision of dense products in training and in the decoded profiles: bf16 (factors rounded to bfloat16, "
        + "sums in float32), which is faster on processors with AMX and on those of AMD with AVX512_BF16, or float32."
    ),
    OptionField(
      optional: "optimizer", \.optimizer, unit: "method",
      usual: "muon for more than \(mostCellsForAdam) cells, else adam",
      help: "Method by which the training changes the weights: muon (Muon for the wide matrices of "
        + "hidden and output layers, Adam for all else) or adam, which needs twice the visits for "
        + "many cells."),
    OptionField(
      optional: "visits", \.visits, ValidRange("at least 1") { $0 >= 1 },
      unit: "count", usual: "10 for each cell, from 100000 to 150000; with adam 20, to 300000",
      help: "Length of the training: the number of cells processed, counting repetitions."),
    OptionField(
      optional: "maxEpochs", \.maxEpochs,
      ValidRange("from 1 to 1000000") { (1...1_000_000).contains($0) }, unit: "count",
      usual: "the length that `visits` sets",
      help: "Length of the training in epochs, instead of `visits`; an epoch processes every cell "
        + "once."),
    OptionField(
      "learningRate", \.learningRate, ValidRange("a number above 0") { $0 > 0 && $0.isFinite },
      unit: "rate",
      help: "Initial learning rate; it falls to a tenth over the last 40% of the steps."),
    OptionField(
      "klWeight", \.klWeight, ValidRange("at least 0") { $0 >= 0 && $0.isFinite }, unit: "weight",
      help: "Weight of the KL divergence of the latent space from a standard normal."),
    OptionField(
      "adversary", \.adversary, ValidRange("at least 0") { $0 >= 0 && $0.isFinite },
      unit: "weight",
      help: "Weight of a critic that predicts each cell's batch from its latent position, and "
        + "whose gradient is reversed into the encoder; 0 disables it; start with 1."),
    OptionField(
      "criticNorm", \.criticNorm, .criticNorms, unit: "norm",
      help: "Constraint on the critic: layer (layer norm of its hidden units) or spectral "
        + "(spectral norm of its weights)."),
    OptionField(
      "criticHidden", \.criticHidden, .criticWidths, unit: "widths", usual: "64",
      help: "Widths of the critic's hidden layers, comma-separated."),
  ]

  /// Checks that a training can work with the values.
  ///
  /// - Throws: ``OptionError``, ``UsageError``.
  public func validate() throws {
    try checkRanges()
    guard visits == nil || maxEpochs == nil else {
      throw UsageError("`visits` and `maxEpochs` both set the length of the training; give one")
    }
    guard adversary == 0 || minibatches != .single else {
      throw UsageError(
        "`adversary` needs minibatches that mix the batches, which its critic distinguishes; leave "
          + "`minibatches = single` out")
    }
  }
}
