internal import Foundation
internal import Support

/// The assessment of a correction: whether it looks over-, under- or well corrected.
///
/// It follows from three measurements that need no other tool: the mixing of each batch within
/// populations or labels, the neighbours of other batches and other populations or labels, and the
/// preserved neighbourhoods of each batch.
///
/// - *Undercorrected*: batches with at least a tenth of the cells have less than half of the expected
///   neighbours in other batches, of any population.
/// - *Overcorrected*: for batches with at least a tenth of the cells, more than a fifth of the
///   neighbours are of other batches and other populations, and ten percentage points more than
///   before; or less than a tenth of the neighbourhoods that can be lost is preserved.
/// - *Well corrected*: neither.
public struct CorrectionVerdict: Codable, Equatable, Sendable {
  /// The assessment.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// Batches are still separate.
    case undercorrected

    /// Different cells were merged, or the structure of batches was lost.
    case overcorrected

    /// Some batches are still separate, and others were merged with different cells.
    case underAndOvercorrected = "under- and overcorrected"

    /// Batches are mixed, and their structure is preserved.
    case wellCorrected = "well corrected"
  }

  /// The assessment.
  public let kind: Kind

  /// The measurements that it follows from, in words.
  public let evidence: String

  /// The assessment with its evidence, in one sentence without a subject.
  ///
  /// An example is `looks well corrected: mixing 0.93 (0.10 before), …`.
  public var sentence: String { "looks \(kind.rawValue): \(evidence)" }

  /// The share of cells in batches that shows a fault.
  private static let share = 0.1

  /// Assesses a correction; returns `nil` if no population occurs in two batches.
  ///
  /// - Parameters:
  ///   - mixing: The mixing after the correction.
  ///   - before: The mixing before; `nil` if unknown.
  ///   - preservation: The preserved neighbourhoods of each batch; may be empty.
  ///   - groups: The groups within which batches should mix: `labels`, `populations`, or `nil` for
  ///     all cells.
  package init?(
    mixing: BatchMixing, before: BatchMixing?, preservation: [NeighbourhoodPreservation],
    groups: String?
  ) {
    guard let all = mixing.mixing else { return nil }
    let batches = mixing.batches
    let cells = Double(batches.reduce(0) { $0 + $1.cells })
    let separate = batches.filter { $0.foreign + $0.overlaid < 0.5 * $0.expectedForeign }
    var merged: Set<String> = []
    for concern in IntegrationConcern.all(
      mixing: mixing, before: before, preservation: preservation)
    {
      switch concern {
      case .overlaid(let batch, _, _), .possibleOvercorrection(let batch, _, _):
        merged.insert(batch)
      default: break
      }
    }
    func isLarge(_ some: [BatchMixing.Batch]) -> Bool {
      Double(some.reduce(0) { $0 + $1.cells }) >= Self.share * cells
    }
    let isUnder = !separate.isEmpty && isLarge(separate)
    let isOver = !merged.isEmpty && isLarge(batches.filter { merged.contains($0.batch) })
    kind =
      isUnder
      ? (isOver ? .underAndOvercorrected : .undercorrected)
      : (isOver ? .overcorrected : .wellCorrected)

    let mixingBefore = before?.mixing.map { " (\(decimal($0)) before)" } ?? ""
    var words = ["mixing \(decimal(all))\(mixingBefore)"]
    if let groups {
      words.append(
        "\(percent(mixing.overlaid)) of neighbours of other batches and other \(groups)"
          + (before.map { " (\(percent($0.overlaid)) before)" } ?? ""))
    }
    let compared = Double(preservation.reduce(0) { $0 + $1.cells })
    if compared > 0 {
      func mean(_ share: KeyPath<NeighbourhoodPreservation, Double>) -> Double {
        preservation.reduce(0) { $0 + $1[keyPath: share] * Double($1.cells) } / compared
      }
      words.append(
        "\(percent(mean(\.preserved))) of the batches' neighbourhoods preserved "
          + "(\(percent(mean(\.byChance))) by chance)")
    }
    if isUnder { words.append(named(separate.map(\.batch), "still separate")) }
    if isOver {
      words.append(
        named(batches.map(\.batch).filter(merged.contains), "overcorrected"))
    }
    evidence = words.joined(separator: ", ")
  }
}

private func named(_ batches: [String], _ fault: String) -> String {
  let most = 3
  let names = batches.prefix(most).map { "'\($0)'" }.joined(separator: ", ")
  let rest = batches.count > most ? " and \(batches.count - most) more" : ""
  return "\(names)\(rest) \(fault)"
}

private func decimal(_ value: Double) -> String { printed("%.2f", value) }

private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
