/// What should make a user look twice at a correction.
public enum IntegrationConcern: Equatable, Sendable {
  /// A source's cells hardly have neighbours of other sources.
  case liesApart(source: String, foreign: Double, expected: Double)

  /// A source kept hardly more of its neighbourhoods than stirring would leave.
  case stirred(source: String, kept: Double, byChance: Double)

  /// Labels and sources go together, so that correcting one may take out the other.
  case confounded(association: Double)

  /// Labels occur in one source only, so that nothing tells them from its batch effect.
  case labelsInOneSource([String])

  /// The concerns that measurements give reason for.
  ///
  /// - Parameters:
  ///   - mixing: The mixing after the correction. A source lies apart under a
  ///     twentieth of the foreign neighbours that sizes predict.
  ///   - preservation: What each source kept. It is stirred where less than a
  ///     tenth is kept of what chance would not leave.
  ///   - confounding: Of labels and sources, where there are labels. An
  ///     association from 0.5 on is a concern, as is a label in one source only.
  /// - Returns: The concerns, or none.
  public static func all(
    mixing: SourceMixing, preservation: [NeighbourhoodPreservation],
    confounding: Confounding? = nil
  ) -> [IntegrationConcern] {
    var concerns = mixing.sources.filter { $0.mixing < 0.05 }.map {
      IntegrationConcern.liesApart(
        source: $0.source, foreign: $0.foreign, expected: $0.expectedForeign)
    }
    concerns +=
      preservation
      .filter { $0.kept - $0.byChance < 0.1 * (1 - $0.byChance) }
      .map { IntegrationConcern.stirred(source: $0.source, kept: $0.kept, byChance: $0.byChance) }
    if let confounding, confounding.association >= 0.5 {
      concerns.append(.confounded(association: confounding.association))
    }
    if let labels = confounding?.labelsInOneSource, !labels.isEmpty {
      concerns.append(.labelsInOneSource(labels))
    }
    return concerns
  }
}

extension IntegrationConcern: CustomStringConvertible {
  /// One sentence that names the source or the labels, with the numbers.
  public var description: String {
    switch self {
    case .liesApart(let source, let foreign, let expected):
      "source '\(source)' lies apart: \(percent(foreign)) of its cells' neighbours are of other "
        + "sources, where sizes predict \(percent(expected))"
    case .stirred(let source, let kept, let byChance):
      "source '\(source)' kept \(percent(kept)) of its own neighbourhoods, where chance leaves "
        + "\(percent(byChance)); its structure may have been corrected away"
    case .confounded(let association):
      "labels and sources go together (Cramér's V of \(percent(association))), so correcting one "
        + "may take out the other"
    case .labelsInOneSource(let labels):
      "in one source only: \(labels.map { "'\($0)'" }.joined(separator: ", ")); nothing tells such "
        + "labels from the source's batch effect"
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
