public import NeuralNet

/// The mean loss over one epoch, which is as many cell visits as there are cells.
public struct EpochRecord: Equatable, Sendable, Codable {
  /// The number of the epoch, from 1.
  public var epoch: Int

  /// The training steps done by its end.
  public var steps: Int

  /// The mean reconstruction loss per cell, in nats.
  public var reconstruction: Double

  /// The mean divergence of the latent distribution from a standard normal, per cell, in nats.
  public var kl: Double

  /// The mean loss per cell, with the divergence weighted as it was at each step.
  ///
  /// The critic has no part in it.
  public var loss: Double

  /// How well the critic guessed the sources; `nil` where there was none.
  public var critic: CriticScore?
}
