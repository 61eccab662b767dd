internal import CellFiles
internal import CountData
internal import Evaluation
internal import Numerics
internal import Support

/// Returns one sentence for each batch that an embedding merged with different cells.
private func overlays(
  in embedding: String, _ mixing: BatchMixing, before: BatchMixing?
) -> [String] {
  let most = 5
  let concerns = IntegrationConcern.all(mixing: mixing, before: before, preservation: [])
    .filter { if case .overlaid = $0 { true } else { false } }
  let rest = concerns.count - most
  return concerns.prefix(most).map { "'\(embedding)': \($0.description)" }
    + (rest > 0
      ? ["'\(embedding)': the same applies to \(rest) more \(rest == 1 ? "batch" : "batches")"]
      : [])
}

extension EmbeddingEvaluation {
  /// Returns the warnings about the batches and about each embedding.
  ///
  /// - Parameters:
  ///   - labelKey: The column of the types; empty without.
  ///   - batchKey: The column of the batches.
  /// - Returns: One sentence each.
  func warnings(labelKey: String, batchKey: String) -> [String] {
    // Labels show more reliably than populations whether different cells were merged.
    let hasLabels = judged.labels != nil
    let before = judged.embeddings.firstIndex { $0.name == uncorrectedName }
      .map { (hasLabels ? withinLabelMixing : mixing)[$0] }
    return (composition?.warnings(nil) ?? []).map {
      hasLabels ? $0 : $0 + "; check the types with `labelKey`"
    }
      + zip(judged.embeddings, hasLabels ? withinLabelMixing : mixing).filter {
        $0.0.name != Self.uncorrectedRow
      }.flatMap { embedding, mixing in
        overlays(in: embedding.name, mixing, before: before)
      }
      + [judged.evaluator.labelWarning(labelKey: labelKey, batchKey: batchKey)]
      .compactMap(\.self)
  }

  /// The name of the row of the coordinates before correction; `nil` without them.
  var uncorrectedName: String? {
    uncorrected.map { name in
      judged.embeddings.contains { $0.name == name } ? name : Self.uncorrectedRow
    }
  }

  /// Returns the note that the populations are not known.
  static func noteOnMixing(_ reason: String) -> String {
    "no counts to find populations in, so mixing is measured as if all batches held the same cell "
      + "types: \(reason)"
  }

  /// Returns the note that uncorrected expression is not available, and what is left out.
  static func note(_ reason: String) -> String {
    "no uncorrected expression to compare with, so metrics that need it are omitted, and totals "
      + "are of the remaining metrics: \(reason)"
  }
}
