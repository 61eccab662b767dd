internal import Evaluation
internal import Support

extension EmbeddingEvaluation: CustomStringConvertible {
  /// The number of cells, and the total and mixing of up to three embeddings, one per line.
  public var description: String {
    let most = 3
    let rows = zip(scores.rows, mixing).prefix(most).map { row, mixing in
      "\(row.name): " + (row.scores.total.map { "total \(hundredths($0)), " } ?? "")
        + (mixing.mixing.map { "mixing \(hundredths($0))" } ?? "no shared population")
    }
    let rest = count - most
    return
      (["\(outcome)" + (rest > 0 ? "; the first \(most):" : ":")] + rows).joined(separator: "\n")
  }

  /// The number of embeddings, without the uncorrected expression.
  package var count: Int { scores.rows.count { $0.name != Self.uncorrectedRow } }

  /// The outcome in one line: `evaluated 2 embeddings of 300 cells`.
  package var outcome: String {
    "evaluated \(counted(count, "embedding")) of \(counted(judged.names.count, "cell"))"
  }
}
