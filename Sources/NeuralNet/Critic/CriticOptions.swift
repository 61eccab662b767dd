package import Support

/// The constraint on a critic.
public enum CriticNorm: String, Sendable, Codable, CaseIterable {
  /// Layer norm of the hidden units of each cell, independent of the other cells.
  case layer

  /// Weights divided by their spectral norms, so that the critic is 1-Lipschitz.
  ///
  /// Its outputs for two cells then differ by no more than the cells do.
  case spectral

  /// Batch norm, which is rejected: <doc:Adversary>.
  case batch

  /// The allowed cases.
  public static let allCases: [CriticNorm] = [.layer, .spectral]
}

/// The shape of the critic of an ``Autoencoder``, which predicts a cell's batch from its latent
/// position.
///
/// A critic judges each cell alone. With batch norm its judgement would depend on the other cells
/// of the minibatch and reveal their batches. The encoder would then learn to hide something that
/// is not in the cell.
///
///     z (n, d) → hidden layers → logits (n, batches) → cross-entropy with the batches
///
/// A hidden layer consists of a linear map, layer norm if chosen, and ReLU. The critic takes the
/// draw `z`, which is also the decoder's input. Batch differences below the noise of the draw reach
/// no gene and need not be hidden. In the loss all batches of a minibatch have equal weight,
/// regardless of their numbers of cells. An uninformed critic therefore has the cross-entropy
/// `log(batches)`, and is right for a share `1 / batches` of the cells.
///
/// Reference: Ganin and others 2016, <https://arxiv.org/abs/1505.07818>, for the reversed gradient;
/// Miyato and others 2018, <https://arxiv.org/abs/1802.05957>, for spectral norms.
package struct CriticOptions: Sendable, Equatable, Codable {
  /// The constraint on the critic.
  ///
  /// The default is ``CriticNorm/layer``.
  package var norm = CriticNorm.layer

  /// The widths of the hidden layers; at least one.
  ///
  /// The default is `[64]`. More and wider layers find finer batch differences.
  package var hidden: [Int] = [64]

  /// Makes the default options.
  package init() {}
}

extension CriticOptions: DescribedOptions {
  // The names are those in the options of a training, which has no other place for them.
  package static let fields: [OptionField<Self>] = [
    OptionField(
      "criticNorm", \.norm, .criticNorms, unit: "norm",
      help: "Constraint on the critic: layer (layer norm of its hidden units) or spectral "
        + "(spectral norm of its weights)."),
    OptionField(
      "criticHidden", \.hidden, .criticWidths, unit: "widths",
      help: "Widths of the critic's hidden layers, comma-separated."),
  ]
}

extension CriticOptions {
  /// Checks every option against its range.
  ///
  /// - Throws: ``OptionError`` for the first option out of range.
  package func validate() throws(OptionError) {
    try checkRanges()
  }
}

extension ValidRange<CriticNorm> {
  /// The norms that a critic may have.
  package static let criticNorms = ValidRange(
    "'layer' or 'spectral'; batch norm makes the critic's output for a cell depend on the other "
      + "cells of its minibatch, which leaks the composition of the minibatch"
  ) { $0 != .batch }
}

extension ValidRange<[Int]> {
  /// The widths that the hidden layers of a critic may have.
  package static let criticWidths = ValidRange(ValidRange.widths.description) {
    !$0.isEmpty && ValidRange.widths.contains($0)
  }
}
