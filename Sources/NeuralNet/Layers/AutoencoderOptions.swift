public import Support

/// The normalization of a hidden layer's pre-activations before the ReLU.
public enum Normalization: String, Sendable, Codable, CaseIterable {
  /// Plain batch norm over all cells of the minibatch, regardless of their batch.
  case batch

  /// A norm over the cells of each batch, with a scale and shift per batch.
  ///
  /// Moments are shrunk toward the mixture's by ``AutoencoderOptions/batchShrinkage``.
  case perBatch = "source"

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
  /// ``Normalization/perBatch``.
  public var batchShrinkage: Float = 1

  /// The dropout rate of the encoder's hidden units; 0 to 0.9.
  ///
  /// The default is 0.1; an integration of proteins has 0. A larger rate makes the latent space coarser
  /// and more robust.
  public var dropout: Float = 0.1

  /// The reconstruction loss.
  ///
  /// The default is ``ReconstructionLoss/negativeBinomial``.
  public var loss = ReconstructionLoss.negativeBinomial

  /// Makes the default options.
  public init() {}
}

extension Normalization {
  /// The name in options and messages: the raw value, except `per-batch` for ``perBatch``.
  ///
  /// Model files and records keep the raw value.
  package var spelling: String { self == .perBatch ? "per-batch" : rawValue }
}

extension AutoencoderOptions: DescribedOptions {
  package static let fields: [OptionField<Self>] = [
    OptionField(
      "hidden", \.hidden,
      ValidRange("at least one width") { !$0.isEmpty }, .widths,
      unit: "widths", usual: "256,128",
      help: "Widths of the encoder's hidden layers, comma-separated, such as 256,128; 64x50 is "
        + "fifty layers of 64. The decoder has the same widths in reverse."),
    OptionField(
      "latent", \.latent, ValidRange("from 1 to \(1 << 12)") { (1...1 << 12).contains($0) },
      unit: "count", help: "Number of dimensions of the latent space."),
    OptionField(
      "residual", \.residual,
      help: "Add skip connections between hidden layers of equal width."),
    OptionField(
      "encoderNorm", \.encoderNorm,
      ValidRange(
        "batch, per-batch, layer, group or none: offsets at matched composition are the decoder's"
      ) { $0 != .matched },
      unit: "norm",
      help: "Normalization in the encoder: batch (over all cells of a minibatch), per-batch (over "
        + "the cells of each batch), layer or group (over the units of each cell), or none. "
        + "matched is for the decoder only."),
    OptionField(
      "decoderNorm", \.decoderNorm, unit: "norm",
      help: "Normalization in the decoder: matched (subtracts each batch's offset within shared "
        + "populations), per-batch (over the cells of each batch), batch (over all cells of a "
        + "minibatch), layer or group (over the units of each cell), or none."),
    OptionField(
      "batchShrinkage", \.batchShrinkage, ValidRange("0 or more") { $0 >= 0 }, unit: "cells",
      help: "Shrinkage of per-batch moments toward the pooled ones, in pseudo-cells; 'inf' uses "
        + "the pooled ones only. It applies to the norms matched and per-batch."),
    OptionField(
      "dropout", \.dropout, ValidRange("from 0 to 0.9") { $0 >= 0 && $0 <= 0.9 }, unit: "share",
      help: "Dropout rate of the encoder's hidden units, from 0 to 0.9."),
    OptionField(
      "loss", \.loss, unit: "loss",
      help: "Reconstruction loss: nb (negative binomial), poisson, or mse (mean squared error), "
        + "which also takes values that are not counts."),
  ]
}

extension AutoencoderOptions {
  /// Checks every option against its range.
  ///
  /// - Throws: ``OptionError`` for the first option out of range.
  public func validate() throws(OptionError) {
    try checkRanges()
  }

  /// Reads the options; absent ones have their defaults.
  public init(from decoder: any Decoder) throws {
    self.init()
    try decodeFields(from: decoder)
  }

  /// Writes the options; an infinite shrinkage is the string `inf`.
  public func encode(to encoder: any Encoder) throws { try encodeFields(to: encoder) }
}

extension ValidRange<[Int]> {
  /// The widths that hidden layers may have.
  package static let widths = ValidRange("widths from 1 to \(1 << 14)") { widths in
    widths.allSatisfy { (1...1 << 14).contains($0) }
  }
}
