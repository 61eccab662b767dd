internal import Foundation
internal import Support

/// A warning about the quality of a correction.
package enum IntegrationConcern: Equatable, Sendable {
  /// A batch that is still separate: its cells have hardly any neighbours in other batches.
  case stillSeparate(batch: String, foreign: Double, expected: Double)

  /// A batch whose cells were placed among cells of other batches and other populations.
  case overlaid(batch: String, share: Double, before: Double)

  /// A possibly overcorrected batch: it preserved hardly more of its neighbourhoods than chance.
  case possibleOvercorrection(batch: String, preserved: Double, byChance: Double)

  /// A cell type that lost its own neighbourhoods.
  case lostNeighbourhoods(label: String, before: Double, after: Double)

  /// Labels that are confounded with batches, so that correcting one may remove the other.
  case confounded(association: Double)

  /// Labels that occur in one batch only, so that they cannot be distinguished from its batch
  /// effect.
  case labelsInOneBatch([String])

  /// The fewest compared neighbours of a batch that is judged.
  ///
  /// The order of a handful of cells is mostly noise: of 2,000 batches of 100 cells, each with about
  /// five cells in the sample, 82 would be called overcorrected with 98% of neighbours of the own type.
  private static let fewestNeighbours = 10

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
  ///     the preserved share above chance is less than 10% of the possible share above chance. A
  ///     batch of which fewer than ten neighbours are compared, so fewer than 31 cells, is not judged.
  ///   - types: The neighbourhoods of each cell type, if there are labels. A type lost them if less
  ///     than half of its neighbours belong to the type, and 20 percentage points less than before.
  ///     The default is empty.
  ///   - confounding: The association of labels and batches, if there are labels. Cramér's V of at
  ///     least 0.5 is a concern, and so is a label in one batch only. The default is `nil`.
  /// - Returns: The concerns; may be empty.
  package static func all(
    mixing: BatchMixing, before: BatchMixing? = nil,
    preservation: [NeighbourhoodPreservation], types: [TypeNeighbourhoods] = [],
    confounding: Confounding? = nil
  ) -> [IntegrationConcern] {
    let overlaidBefore = Dictionary(
      (before?.batches ?? []).map { ($0.batch, $0.overlaid) }, uniquingKeysWith: { a, _ in a })
    var concerns: [IntegrationConcern] = []
    for batch in mixing.batches {
      // A batch among cells of other populations is wrong, but not separate.
      let all = batch.foreign + batch.overlaid
      guard let mixing = batch.mixing, mixing < 0.05, all < 0.5 * batch.expectedForeign else {
        continue
      }
      concerns.append(
        .stillSeparate(batch: batch.batch, foreign: all, expected: batch.expectedForeign))
    }
    for batch in mixing.batches {
      let before = overlaidBefore[batch.batch] ?? 0
      if batch.overlaid > 0.2, batch.overlaid > before + 0.1 {
        concerns.append(.overlaid(batch: batch.batch, share: batch.overlaid, before: before))
      }
    }
    concerns +=
      preservation
      .filter {
        $0.neighbours >= fewestNeighbours
          && $0.preserved - $0.byChance < 0.1 * (1 - $0.byChance)
      }
      .map {
        .possibleOvercorrection(batch: $0.batch, preserved: $0.preserved, byChance: $0.byChance)
      }
    concerns += self.concerns(about: types)
    if let confounding, confounding.association >= 0.5 {
      concerns.append(.confounded(association: confounding.association))
    }
    if let labels = confounding?.labelsInOneBatch, !labels.isEmpty {
      concerns.append(.labelsInOneBatch(labels))
    }
    return concerns
  }

  /// Returns the cell types that lost their neighbourhoods.
  ///
  /// - Parameter types: The neighbourhoods of each cell type.
  /// - Returns: The concerns; may be empty.
  package static func concerns(about types: [TypeNeighbourhoods]) -> [IntegrationConcern] {
    types.filter { $0.after < 0.5 && $0.after < $0.before - 0.2 }
      .map { .lostNeighbourhoods(label: $0.label, before: $0.before, after: $0.after) }
  }
}

extension IntegrationConcern: CustomStringConvertible {
  /// One sentence that names the batch or the labels, with the numbers.
  package var description: String {
    switch self {
    case .stillSeparate(let batch, let foreign, let expected):
      "batch '\(batch)' is still separate: \(percent(foreign)) of its neighbours come from other "
        + "batches (\(percent(expected)) expected)"
    case .overlaid(let batch, let share, let before):
      "possible overcorrection of batch '\(batch)': \(percent(share)) of its neighbours are cells "
        + "of other batches in other populations (\(percent(before)) before)"
    case .possibleOvercorrection(let batch, let preserved, let byChance):
      "possible overcorrection of batch '\(batch)': \(percent(preserved)) of its neighbourhoods "
        + "preserved (\(percent(byChance)) by chance)"
    case .lostNeighbourhoods(let label, let before, let after):
      "cell type '\(label)' lost its neighbourhoods: \(percent(after)) of its neighbours are "
        + "'\(label)', \(percent(before)) before the correction"
    case .confounded(let association):
      "labels and batches are confounded (Cramér's V = \(hundredths(association))), so correcting "
        + "one may remove the other"
    case .labelsInOneBatch(let labels):
      "labels in one batch only: \(labels.map { "'\($0)'" }.joined(separator: ", ")); such "
        + "labels cannot be distinguished from the batch effect"
    }
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

  private func hundredths(_ value: Double) -> String { printed("%.2f", value) }
}
