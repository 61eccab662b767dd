/// How a hidden layer's pre-activations are normalized before the ReLU.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// Over all cells of the minibatch, whatever their source: plain batch norm.
  case batch

  /// Over the cells of each source, leaning on the mixture by
  /// ``AutoencoderOptions/sourceShrinkage``, with a scale and shift per source.
  case source

  /// Over the units of each cell; independent of the other cells.
  case layer

  /// Over sixteen groups of the units of each cell; independent of the other cells.
  ///
  /// A width that sixteen does not divide has the most groups under sixteen that do.
  case group

  /// Not at all.
  case none
}

/// What the decoder's output is held to.
public enum ReconstructionLoss: String, Sendable, Codable, CaseIterable {
  /// Counts, negative binomial with one dispersion a gene.
  case negativeBinomial = "nb"

  /// Counts, Poisson.
  case poisson

  /// The network's input itself, zeros included: half the squared distance, summed over genes.
  ///
  /// The decoder's output is linear then, and the counts are not looked at.
  case meanSquaredError = "mse"
}

/// The shape of an autoencoder and what it is trained for.
///
/// Every value has a default that suits single-cell counts, so a caller names
/// only what differs:
///
///     var options = AutoencoderOptions()
///     options.hidden = [256, 128]
public struct AutoencoderOptions: Sendable, Equatable, Codable {
  /// The widths of the encoder's hidden layers; the decoder mirrors them.
  ///
  /// The default is one layer of 128. Wider and more layers describe finer
  /// structure and take longer. At least one.
  public var hidden: [Int] = [128]

  /// The dimensions of the latent space, `d`.
  ///
  /// The default is 20. More dimensions keep more of what sets cells apart,
  /// noise included.
  public var latent = 20

  /// Whether hidden layers of one width in a row become blocks `h + ReLU(norm(Wh))`.
  ///
  /// The default is false. It helps networks of many layers to train.
  public var residual = false

  /// How the encoder is normalized.
  ///
  /// The default is ``Normalization/batch``: the encoder does not see the source.
  public var encoderNorm = Normalization.batch

  /// How the decoder is normalized.
  ///
  /// The default is ``Normalization/source``: the decoder adds the source
  /// back, so that the latent space need not carry it.
  public var decoderNorm = Normalization.source

  /// How many cells of the mixture stand beside a source's own in its moments, `kappa`.
  ///
  /// The default is 1. At 0 each source is normalized by its own cells alone;
  /// a larger value makes small sources lean more on the mixture; at infinity
  /// all use the mixture's moments. Ignored unless a norm is
  /// ``Normalization/source``.
  public var sourceShrinkage: Float = 1

  /// The share of hidden units of the encoder that each cell drops in training.
  ///
  /// The default is 0.1. A larger share makes the latent space coarser and
  /// more robust.
  public var dropout: Float = 0.1

  /// What the decoder's output is held to.
  ///
  /// The default is ``ReconstructionLoss/negativeBinomial``.
  public var loss = ReconstructionLoss.negativeBinomial

  /// Makes the default options.
  public init() {}
}
