public import Machine

/// How a hidden layer's pre-activations are normalized before the ReLU.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// Over all cells of the minibatch, whatever their source: plain batch norm.
  case batch

  /// Over the cells of each source, leaning on the mixture by
  /// ``AutoencoderOptions/sourceShrinkage``, with a scale and shift per source.
  case source

  /// Over all cells of the minibatch after each batch's offset at matched composition is taken
  /// off, with a scale and shift per batch.
  ///
  /// The offset is what a batch's cells differ by from others of the same population, so what
  /// one batch alone holds stays apart. For the decoder only.
  case matched

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
  /// The default is two layers, of 256 and 128. Wider and more layers describe
  /// finer structure and take longer. At least one.
  public var hidden: [Int] = [256, 128]

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
  /// The default is ``Normalization/matched``: the decoder adds the batch effect
  /// back, so that the latent space need not carry it, and leaves the populations
  /// that one batch alone holds apart.
  public var decoderNorm = Normalization.matched

  /// The shrinkage of per-batch moments toward the pooled ones, in cells, `kappa`.
  ///
  /// The default is 1. At 0 each batch is normalized by its own cells alone;
  /// a larger value makes small batches lean more on the pooled moments; at infinity
  /// all use these. With ``Normalization/matched`` it shrinks offsets. Ignored unless a
  /// norm is ``Normalization/matched`` or ``Normalization/source``.
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

extension AutoencoderOptions {
  /// Checks every option against its range.
  ///
  /// - Throws: ``OptionError`` for the first that is out of it.
  public func validate() throws(OptionError) {
    func require(_ holds: Bool, _ option: String, _ value: Any, _ expected: String)
      throws(OptionError)
    {
      guard holds else {
        throw OptionError(option: option, value: "\(value)", expected: expected)
      }
    }
    try require(!hidden.isEmpty, "hidden", hidden, "at least one width")
    try require(
      hidden.allSatisfy { (1...1 << 14).contains($0) }, "hidden", hidden,
      "widths from 1 to \(1 << 14)")
    try require((1...1 << 12).contains(latent), "latent", latent, "from 1 to \(1 << 12)")
    try require(
      encoderNorm != .matched, "encoderNorm", encoderNorm.rawValue,
      "batch, source, layer, group or none: offsets at matched composition are the decoder's")
    try require(sourceShrinkage >= 0, "sourceShrinkage", sourceShrinkage, "0 or more")
    try require(dropout >= 0 && dropout <= 0.9, "dropout", dropout, "from 0 to 0.9")
  }

  private enum CodingKeys: String, CodingKey {
    case hidden, latent, residual, encoderNorm, decoderNorm, sourceShrinkage, dropout, loss
  }

  /// Reads the options; ones that are absent have their defaults.
  public init(from decoder: any Decoder) throws {
    self.init()
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ field: WritableKeyPath<Self, Value>, _ key: CodingKeys) throws {
      if let value = try fields.decodeIfPresent(Value.self, forKey: key) {
        self[keyPath: field] = value
      }
    }
    try read(\.hidden, .hidden)
    try read(\.latent, .latent)
    try read(\.residual, .residual)
    try read(\.encoderNorm, .encoderNorm)
    try read(\.decoderNorm, .decoderNorm)
    try read(\.dropout, .dropout)
    try read(\.loss, .loss)
    // JSON has no infinity.
    if (try? fields.decode(String.self, forKey: .sourceShrinkage)) == "inf" {
      sourceShrinkage = .infinity
    } else {
      try read(\.sourceShrinkage, .sourceShrinkage)
    }
  }

  /// Writes the options; an infinite shrinkage is the string `inf`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(hidden, forKey: .hidden)
    try fields.encode(latent, forKey: .latent)
    try fields.encode(residual, forKey: .residual)
    try fields.encode(encoderNorm, forKey: .encoderNorm)
    try fields.encode(decoderNorm, forKey: .decoderNorm)
    if sourceShrinkage.isInfinite {
      try fields.encode("inf", forKey: .sourceShrinkage)
    } else {
      try fields.encode(sourceShrinkage, forKey: .sourceShrinkage)
    }
    try fields.encode(dropout, forKey: .dropout)
    try fields.encode(loss, forKey: .loss)
  }
}
