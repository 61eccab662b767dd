internal import Foundation

/// A warning about the quality of a correction.
public enum IntegrationConcern: Equatable, Sendable {
  /// A batch that is still separate: its cells have hardly any neighbours in other batches.
  case liesApart(source: String, foreign: Double, expected: Double)

  /// A batch whose cells were placed among cells of other batches and other populations.
  case overlaid(source: String, share: Double, before: Double)

  /// A possibly overcorrected batch: it preserved hardly more of its neighbourhoods than chance.
  case stirred(source: String, kept: Double, byChance: Double)

  /// A cell type that lost its own neighbourhoods.
  case lostNeighbourhoods(label: String, before: Double, after: Double)

  /// Labels that are confounded with batches, so that correcting one may remove the other.
  case confounded(association: Double)

  /// Labels that occur in one batch only, so that they cannot be distinguished from its batch
  /// effect.
  case labelsInOneSource([String])

  /// Returns the concerns that follow from measurements.
  ///
  /// - Parameters:
  ///   - mixing: The mixing after the correction. A batch is separate if its mixing is below 0.05
  ///     and its share of neighbours in other batches, of any population, is below half of the
  ///     expected share.
  ///   - before: The mixing before the correction; `nil`, the default, if unknown. A batch is
  ///     overlaid if more than 20% of its neighbours belong to other batches and other populations,
  ///     and 10 percentage points more than before.
  ///   - preservation: The preservation of each batch's neighbourhoods. A batch is overcorrected if
  ///     the preserved share above chance is less than 10% of the possible share above chance.
  ///   - types: The neighbourhoods of each cell type, if there are labels. A type lost them if less
  ///     than half of its neighbours belong to the type, and 20 percentage points less than before.
  ///     The default is empty.
  ///   - confounding: The association of labels and batches, if there are labels. Cramér's V of at
  ///     least 0.5 is a concern, and so is a label in one batch only. The default is `nil`.
  /// - Returns: The concerns; may be empty.
  public static func all(
    mixing: SourceMixing, before: SourceMixing? = nil,
    preservation: [NeighbourhoodPreservation], types: [TypeNeighbourhoods] = [],
    confounding: Confounding? = nil
  ) -> [IntegrationConcern] {
    let overlaidBefore = Dictionary(
      (before?.sources ?? []).map { ($0.source, $0.overlaid) }, uniquingKeysWith: { a, _ in a })
    var concerns: [IntegrationConcern] = []
    for source in mixing.sources {
      // A batch among cells of other populations is wrong, but not separate.
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
  /// - Returns: The concerns; may be empty.
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
