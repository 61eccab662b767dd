package import Support

/// A norm in the words of a methods section.
package struct NormDescription: Equatable, Sendable {
  /// The name, such as "batch normalization".
  package let name: String

  /// The publication to cite after the name; `nil` without.
  package let publication: Publication?

  /// The rest of the phrase, with a space or a comma before it; empty without.
  package let rest: String

  init(_ name: String, _ publication: Publication? = nil, rest: String = "") {
    (self.name, self.publication, self.rest) = (name, publication, rest)
  }
}

extension Normalization {
  /// Returns the norm in the words of a methods section.
  ///
  /// - Parameters:
  ///   - options: The network's options.
  ///   - comparesPopulations: A flag that is true if the batches were compared within the
  ///     populations that they share.
  /// - Returns: The noun phrase, in parts.
  package func description(
    in options: AutoencoderOptions, comparesPopulations: Bool
  ) -> NormDescription {
    kind.description(in: options, comparesPopulations: comparesPopulations)
  }
}
