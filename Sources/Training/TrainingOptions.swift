public import NeuralNet

/// How a model is trained.
///
/// Every value has a default that suits most data, so a caller names only what
/// differs:
///
///     var options = TrainingOptions()
///     options.visits = 1_000_000
public struct TrainingOptions: Equatable, Sendable, Codable {
  /// How many cell visits the training takes in all, or `nil` for as many as the data needs.
  ///
  /// The default is `nil`: see ``visits(forCells:)``. More visits fit the data more closely and
  /// take proportionally longer.
  public var visits: Int?

  /// How many cells a minibatch aims to hold; at least 2, and at least 4 of several sources.
  ///
  /// The default is 128. Larger minibatches give steadier statistics and fewer steps. Under 32, norms
  /// over cells are used with other statistics than they were trained with, and under 8 that is
  /// warned of: ``RunRecord/statisticsGap``.
  public var minibatchSize = 128

  /// What the cells of a minibatch have in common.
  ///
  /// The default is ``MinibatchMakeup/mixed``. The others are there to be compared with.
  public var minibatches = MinibatchMakeup.mixed

  /// The step size of the optimizer at the start, above 0, or `nil` for what suits the data.
  ///
  /// The default is `nil`: see ``learningRate(forCells:)``. It falls linearly to a tenth over the
  /// last 40% of the steps.
  public var learningRate: Float?

  /// The weight of the latent space's divergence from a standard normal; at least 0.
  ///
  /// The default is 0.2, reached linearly over the first 30% of the steps. A larger weight gives
  /// a smoother latent space that keeps less detail.
  public var klWeight: Float = 0.2

  /// The weight of a critic that guesses each cell's source from its latent position, and that the
  /// encoder learns to leave in the dark; at least 0.
  ///
  /// The default is 0: no critic. The critic's gradient is reversed, multiplied by this, and added
  /// to the encoder's, whose other part is of the order of the reconstruction loss, some hundred
  /// nats a cell. A larger weight brings the sources closer together in latent space, cell types
  /// that only one of them has included. It is reached linearly over the first 30% of the steps,
  /// as ``klWeight`` is: what a critic says that has learned nothing yet is noise.
  public var adversary: Float = 0

  /// What keeps the critic within bounds.
  ///
  /// The default is ``CriticNorm/layer``. Batch norm is refused: see ``CriticOptions``. Ignored
  /// where ``adversary`` is 0.
  public var criticNorm = CriticNorm.layer

  /// The widths of the critic's hidden layers; at least one.
  ///
  /// The default is one layer of 64. More and wider ones find finer traces of the sources.
  /// Ignored where ``adversary`` is 0.
  public var criticHidden: [Int] = [64]

  /// Makes the default options.
  public init() {}

  /// The number of visits for so many cells, where ``visits`` leaves it open.
  ///
  /// 200,000 for a few thousand cells, whatever their number; then 40 a cell, up to 500,000. Twice
  /// as many raised scIB's total by 0.002 on 100,000 simulated cells, and not at all on small sets.
  public static func visits(forCells count: Int) -> Int {
    min(max(200_000, 40 * count), 500_000)
  }

  /// The step size for so many cells, where ``learningRate`` leaves it open: 0.001 up to 2,500 of
  /// them, from there in proportion, 0.002 from 5,000 on.
  ///
  /// Steps of twice the size reach in half as many what small ones do; a few thousand cells are
  /// trained fast enough to afford small ones, which leave less to chance.
  public static func learningRate(forCells count: Int) -> Float {
    1e-3 * min(max(Float(count) / 2_500, 1), 2)
  }

  /// The number of training steps for so many cells.
  public func steps(forCells count: Int, minibatchSize: Int) -> Int {
    max(1, (visits ?? Self.visits(forCells: count)) / minibatchSize)
  }

  /// The learning rate of a step: constant, then falling linearly to a tenth over the last 40%.
  public func learningRate(step: Int, of steps: Int, forCells count: Int) -> Float {
    let progress = Float(step) / Float(steps)
    return (learningRate ?? Self.learningRate(forCells: count))
      * (progress < 0.6 ? 1 : 1 - 0.9 * (progress - 0.6) / 0.4)
  }

  /// The weight of the KL term at a step: rising linearly over the first 30%.
  public func klWeight(step: Int, of steps: Int) -> Float {
    klWeight * min(1, Float(step) / (0.3 * Float(steps)))
  }

  /// The weight of the critic's reversed gradient at a step: rising over the first 30%.
  public func adversaryWeight(step: Int, of steps: Int) -> Float {
    adversary * min(1, Float(step) / (0.3 * Float(steps)))
  }

  /// The critic that is asked for; `nil` where there is none.
  public var critic: CriticOptions? {
    guard adversary > 0 else { return nil }
    var options = CriticOptions()
    (options.norm, options.hidden) = (criticNorm, criticHidden)
    return options
  }
}
