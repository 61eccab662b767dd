internal import Evaluation
internal import Support

extension EmbeddingEvaluation {
  /// The scores as a table, and the results that need no labels, as lines of text.
  public var text: String {
    var lines = [scores.text]
    lines.append(
      isWithinPopulations
        ? "Mixing of the batches within the populations that they share (0 separate, 1 as their "
          + "sizes predict), and the share of neighbours of other batches and other populations:"
        : composition == nil
          ? "Mixing of the batches, as if all held the same cell types (0 separate, 1 as their "
            + "sizes predict):" : "Mixing of the batches (0 separate, 1 as their sizes predict):")
    lines += zip(scores.rows, mixing).map { row, mixing in
      "  \(row.name): " + (mixing.mixing.map(rounded) ?? "no shared population")
        + (isWithinPopulations ? ", overlaid \(rounded(mixing.overlaid))" : "")
    }
    if !withinLabelMixing.isEmpty {
      lines.append(
        "Within-label mixing (the same within each label), and the share of neighbours of other "
          + "batches and other labels:")
      lines += zip(scores.rows, withinLabelMixing).map { row, mixing in
        "  \(row.name): " + (mixing.mixing.map(rounded) ?? "no shared label")
          + ", overlaid \(rounded(mixing.overlaid))"
      }
    }
    if let uncorrected {
      lines.append("Preserved neighbourhoods of each batch, compared with \(uncorrected):")
      lines += zip(scores.rows, preservation).filter { $0.0.name != Self.uncorrectedRow }.map {
        row, batches in
        let preserved = batches.map { "\($0.batch) \(rounded($0.preserved))" }
        return "  \(row.name): \(preserved.joined(separator: ", "))"
      }
    }
    lines += verdictSentences
    return lines.joined(separator: "\n")
  }

  /// One sentence for each corrected embedding: whether it looks over-, under- or well corrected, and
  /// the evidence.
  package var verdictSentences: [String] {
    zip(scores.rows, verdicts).compactMap { row, verdict in
      verdict.map { "'\(row.name)' \($0.sentence)" }
    }
  }

  /// The scores as a JSON object with one object per embedding, whose keys are the metrics' names.
  ///
  /// A corrected embedding also has its assessment as `verdict`, such as `well corrected`, and the
  /// evidence as `verdict_evidence`.
  public var json: String { scores.json(verdicts: verdicts) }

  /// A flag that is true if mixing is measured within several populations.
  package var isWithinPopulations: Bool { (composition?.populations ?? 1) > 1 }

  /// The caveat about mixing metrics if batches have different cell types.
  static let mixtureNote =
    "some batches seem to hold other cell types than the others, and iLISI and PCR comparison are "
    + "highest where different types are merged"

  private func rounded(_ share: Double) -> String { "\((share * 100).rounded() / 100)" }
}
