package import NeuralNet

/// The mean loss over one epoch, in which the number of processed cells equals the number of cells.
package struct EpochRecord: Equatable, Sendable, Codable {
  /// The number of the epoch, from 1.
  package var epoch: Int

  /// The number of training steps at its end.
  package var steps: Int

  /// The mean reconstruction loss per cell, in nats.
  package var reconstruction: Double

  /// The mean divergence of the latent distribution from a standard normal, per cell, in nats.
  package var kl: Double

  /// The mean loss per cell, with the divergence weighted as at each step.
  ///
  /// The critic's loss is not included.
  package var loss: Double

  /// The accuracy and loss of the critic; `nil` if there was none.
  package var critic: CriticScore?
}
