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
    let rest = scores.rows.count - most
    return
      (["\(outcome)" + (rest > 0 ? "; the first \(most):" : ":")] + rows).joined(separator: "\n")
  }

  /// The outcome in one line: `evaluated 2 embeddings of 300 cells`.
  package var outcome: String {
    "evaluated \(counted(scores.rows.count, "embedding")) of \(counted(judged.names.count, "cell"))"
  }
}
