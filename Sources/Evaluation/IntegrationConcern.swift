internal import Foundation

/// A reason to look twice at a correction.
public enum IntegrationConcern: Equatable, Sendable {
  /// A batch whose cells have hardly any neighbours in other batches.
  case liesApart(source: String, foreign: Double, expected: Double)

  /// A batch that was laid over cells of other batches in other populations.
  case overlaid(source: String, share: Double, before: Double)

  /// A batch that kept hardly more of its neighbourhoods than chance.
  case stirred(source: String, kept: Double, byChance: Double)

  /// A cell type that lost its own neighbourhoods.
  case lostNeighbourhoods(label: String, before: Double, after: Double)

  /// Labels that are confounded with batches, so that correcting one may remove the other.
  case confounded(association: Double)

  /// Labels that occur in one batch only, so that nothing tells them from its batch effect.
  case labelsInOneSource([String])

  /// Returns the concerns that measurements give reason for.
  ///
  /// - Parameters:
  ///   - mixing: The mixing after the correction. A batch is separate under a twentieth of the
  ///     expected neighbours of other batches, where there is something to mix with.
  ///   - before: The mixing before the correction, or `nil` where it is not known. A batch is
  ///     overlaid where more than a fifth of its neighbours are of other batches and other
  ///     populations, and a tenth more than before.
  ///   - preservation: The neighbourhoods that each batch kept. A batch is overcorrected where it
  ///     kept less than a tenth of what chance would not leave.
  ///   - types: The neighbourhoods of each cell type, where there are labels. A type lost them where
  ///     less than half of its neighbours are of the type, and a fifth less than before.
  ///   - confounding: The association of labels and batches, where there are labels. From 0.5 on it
  ///     is a concern, as is a label in one batch only.
  /// - Returns: The concerns, or none.
  public static func all(
    mixing: SourceMixing, before: SourceMixing? = nil,
    preservation: [NeighbourhoodPreservation], types: [TypeNeighbourhoods] = [],
    confounding: Confounding? = nil
  ) -> [IntegrationConcern] {
    let overlaidBefore = Dictionary(
      (before?.sources ?? []).map { ($0.source, $0.overlaid) }, uniquingKeysWith: { a, _ in a })
    var concerns: [IntegrationConcern] = []
    for source in mixing.sources {
      // A batch among cells of other populations is badly off, but not separate.
      let all = source.foreign + source.overlaid
      guard let mixing = source.mixing, mixing < 0.05, all < 0.5 * source.expectedForeign else {
        continue
      }
      concerns.append(
        .liesApart(source: source.source, foreign: all, expected: source.expectedForeign))
    }
    for source in mixing.sources {
      let before = overlaidBefore[source.source] ?? 0
      if source.overlaid > 0.2, source.overlaid > before + 0.1 {
        concerns.append(.overlaid(source: source.source, share: source.overlaid, before: before))
      }
    }
    concerns +=
      preservation
      .filter { $0.kept - $0.byChance < 0.1 * (1 - $0.byChance) }
      .map { IntegrationConcern.stirred(source: $0.source, kept: $0.kept, byChance: $0.byChance) }
    concerns += self.concerns(about: types)
    if let confounding, confounding.association >= 0.5 {
      concerns.append(.confounded(association: confounding.association))
    }
    if let labels = confounding?.labelsInOneSource, !labels.isEmpty {
      concerns.append(.labelsInOneSource(labels))
    }
    return concerns
  }

  /// Returns the cell types that lost their neighbourhoods.
  ///
  /// - Parameter types: The neighbourhoods of each cell type.
  /// - Returns: The concerns, or none.
  public static func concerns(about types: [TypeNeighbourhoods]) -> [IntegrationConcern] {
    types.filter { $0.after < 0.5 && $0.after < $0.before - 0.2 }
      .map { .lostNeighbourhoods(label: $0.label, before: $0.before, after: $0.after) }
  }
}

extension IntegrationConcern: CustomStringConvertible {
  /// One sentence that names the batch or the labels, with the numbers.
  public var description: String {
    switch self {
    case .liesApart(let source, let foreign, let expected):
      "batch '\(source)' is still separate: \(percent(foreign)) of its neighbours come from other "
        + "batches (\(percent(expected)) expected)"
    case .overlaid(let source, let share, let before):
      "possible overcorrection of batch '\(source)': \(percent(share)) of its neighbours are cells "
        + "of other batches in other populations (\(percent(before)) before)"
    case .stirred(let source, let kept, let byChance):
      "possible overcorrection of batch '\(source)': \(percent(kept)) of its neighbourhoods "
        + "preserved (\(percent(byChance)) by chance)"
    case .lostNeighbourhoods(let label, let before, let after):
      "cell type '\(label)' lost its neighbourhoods: \(percent(after)) of its neighbours are "
        + "'\(label)', \(percent(before)) before the correction"
    case .confounded(let association):
      "labels and batches are confounded (Cramér's V = \(hundredths(association))), so correcting "
        + "one may remove the other"
    case .labelsInOneSource(let labels):
      "in one batch only: \(labels.map { "'\($0)'" }.joined(separator: ", ")); nothing tells such "
        + "labels from the batch effect"
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

  private func hundredths(_ value: Double) -> String { String(format: "%.2f", value) }
}
