package import CellFiles
internal import Evaluation
internal import Support

extension RunRecord {
  /// The word for the features.
  package var noun: FeatureNoun { feature ?? .gene }

  /// The least and the greatest share of its own neighbourhoods that a batch preserved; `nil` if none
  /// was compared.
  package var preservedRange: ClosedRange<Double>? {
    let shares = preservation.map(\.preserved)
    guard let least = shares.min(), let most = shares.max() else { return nil }
    return least...most
  }

  /// The outcome in one line: `mixing 0.14 → 0.91, neighbourhoods kept 41–46%`.
  package var outcome: String {
    guard let mixing else { return "one batch, so there is nothing to mix" }
    var parts = ["no mixing, as no two batches share a population"]
    if let before = mixing.before, let after = mixing.after {
      parts = ["mixing \(hundredths(before)) → \(hundredths(after))"]
    }
    if let range = preservedRange {
      let (least, most) = (percent(range.lowerBound), percent(range.upperBound))
      parts.append(
        "neighbourhoods kept " + (least == most ? least : "\(least.dropLast())–\(most)"))
    }
    return parts.joined(separator: ", ")
  }
}

/// Returns the line about warnings, if there are any.
func warningLine(_ count: Int) -> [String] {
  count > 0 ? ["\(counted(count, "warning")) in the record"] : []
}
