public import Machine
/// The normalization of a hidden layer's pre-activations before the ReLU.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// Plain batch norm over all cells of the minibatch, regardless of their batch.
  case batch

  /// A norm over the cells of each batch, with a scale and shift per batch.
  ///
  /// Moments are shrunk toward the mixture's by ``AutoencoderOptions/sourceShrinkage``.
  case source

  /// A norm over all cells of the minibatch after subtracting each batch's offset at matched
  /// composition, with a scale and shift per batch.
  ///
  /// The offset is the difference between a batch's cells and other cells of the same population. A
  /// population of only one batch therefore stays separate. For the decoder only.
  case matched

  /// A norm over the units of each cell, independent of the other cells.
  case layer

  /// A norm over sixteen groups of the units of each cell, independent of the other cells.
  ///
  /// If sixteen does not divide the width, the largest divisor below sixteen is used.
  case group

  /// No normalization.
  case none
}

/// The reconstruction loss of the decoder's output.
public enum ReconstructionLoss: String, Sendable, Codable, CaseIterable {
  /// The negative binomial loss of counts, with one dispersion per gene.
  case negativeBinomial = "nb"

  /// The Poisson loss of counts.
  case poisson

  /// Half the squared distance from the network's input, including zeros, summed over genes.
  ///
  /// The decoder's output is then linear, and counts are not used.
  case meanSquaredError = "mse"
}

/// The shape of an autoencoder and its training objective.
///
/// Every value has a default for single-cell counts, so a caller sets only what differs:
///
///     var options = AutoencoderOptions()
///     options.hidden = [256, 128]
public struct AutoencoderOptions: Sendable, Equatable, Codable {
  /// The widths of the encoder's hidden layers, at least one; the decoder mirrors them.
  ///
  /// The default is `[256, 128]`. Wider and more layers describe finer structure and take longer.
  public var hidden: [Int] = [256, 128]

  /// The number of latent dimensions, `d`.
  ///
  /// The default is 20. More dimensions keep more differences between cells, including noise.
  public var latent = 20

  /// A flag that is true if consecutive hidden layers of equal width become blocks `h +
  /// ReLU(norm(Wh))`.
  ///
  /// The default is `false`. It helps to train networks with many layers.
  public var residual = false

  /// The normalization of the encoder.
  ///
  /// The default is ``Normalization/batch``: the encoder does not see the batch.
  public var encoderNorm = Normalization.batch

  /// The normalization of the decoder.
  ///
  /// The default is ``Normalization/matched``: the decoder adds the batch effect back, so that the
  /// latent space need not carry it. Populations of only one batch stay separate.
  public var decoderNorm = Normalization.matched

  /// The shrinkage of per-batch moments toward the pooled ones, in cells, `kappa`.
  ///
  /// The default is 1. At 0 each batch is normalized by its own cells alone. With a larger value
  /// small batches depend more on the pooled moments; at infinity all batches use these. With
  /// ``Normalization/matched`` it shrinks offsets. It is used only by ``Normalization/matched`` and
  /// ``Normalization/source``.
  public var sourceShrinkage: Float = 1

  /// The dropout rate of the encoder's hidden units; 0 to 0.9.
  ///
  /// The default is 0.1. A larger rate makes the latent space coarser and more robust.
  public var dropout: Float = 0.1

  /// The reconstruction loss.
  ///
  /// The default is ``ReconstructionLoss/negativeBinomial``.
  public var loss = ReconstructionLoss.negativeBinomial

  /// Makes the default options.
  public init() {}
}

extension AutoencoderOptions {
  /// Checks every option against its range.
  ///
  /// - Throws: ``OptionError`` for the first option out of range.
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

  /// Reads the options; absent ones have their defaults.
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
