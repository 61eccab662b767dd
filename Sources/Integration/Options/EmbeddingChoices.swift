/// The assumption about the populations of batches.
public enum BatchComposition: String, Sendable, Codable, CaseIterable {
  /// Populations are found from expression.
  ///
  /// Batches are compared within populations that both have; a population of only one batch stays
  /// separate.
  case matched

  /// All batches have the same populations in the same shares, as in version 0.1.0.
  ///
  /// Types of only one batch are then mixed with others.
  case equal
}

/// The space of an embedding.
public enum EmbeddingSpace: String, Sendable, Codable, CaseIterable {
  /// Principal components of the corrected expression, decoded without a particular batch.
  case decoded

  /// The autoencoder's latent space.
  case latent
}
