public import Machine

/// What keeps a critic within bounds.
public enum CriticNorm: String, Sendable, Codable, CaseIterable {
  /// Layer norm of the hidden units of each cell: independent of the other cells.
  case layer

  /// Weights divided by their spectral norms, so that the critic is 1-Lipschitz: what it makes of
  /// two cells differs by no more than they do.
  case spectral

  /// Batch norm, which is refused: see ``CriticOptions``.
  case batch

  /// The ones that may be used.
  public static let allCases: [CriticNorm] = [.layer, .spectral]
}

/// The shape of the critic of an ``Autoencoder``, which guesses a cell's source from its latent
/// position.
///
/// A critic judges each cell by itself. With batch norm it could not: what it says of a cell would
/// depend on the other cells of the minibatch, whose sources then show through, and the encoder
/// would be taught to hide something that is not in the cell.
///
///     z (n, d) → hidden layers → logits (n, sources) → cross-entropy with the sources
///
/// A hidden layer is linear, layer norm where that is chosen, and ReLU. The critic takes the draw
/// `z`, which is what the decoder takes: differences between sources that are lost in the draw's
/// noise reach no gene, and are not worth hiding. In the loss all sources of a minibatch count the
/// same, however many cells they have in it; so a critic that sees nothing has the cross-entropy
/// `log(sources)`, and is right about one in `sources` of the cells.
///
/// Reference: Ganin and others 2016, <https://arxiv.org/abs/1505.07818>, for the reversed gradient;
/// Miyato and others 2018, <https://arxiv.org/abs/1802.05957>, for spectral norms.
public struct CriticOptions: Sendable, Equatable, Codable {
  /// What keeps the critic within bounds.
  ///
  /// The default is ``CriticNorm/layer``.
  public var norm = CriticNorm.layer

  /// The widths of the hidden layers; at least one.
  ///
  /// The default is one layer of 64. More and wider ones find finer traces of the sources.
  public var hidden: [Int] = [64]

  /// Makes the default options.
  public init() {}

  /// Checks every option against its range.
  ///
  /// - Throws: ``OptionError`` for the first that is out of it.
  public func validate() throws(OptionError) {
    guard norm != .batch else {
      throw OptionError(
        option: "criticNorm", value: norm.rawValue,
        expected:
          "'layer' or 'spectral'; batch norm makes what the critic says of a cell depend on "
          + "the other cells of its minibatch, and so leaks what the minibatch is made of")
    }
    guard !hidden.isEmpty, hidden.allSatisfy({ (1...1 << 14).contains($0) }) else {
      throw OptionError(
        option: "criticHidden", value: "\(hidden)", expected: "widths from 1 to \(1 << 14)")
    }
  }
}
