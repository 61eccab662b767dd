internal import Foundation
internal import Support

/// A table of the scores of several embeddings.
public struct ScoreTable: Sendable, Equatable {
  /// One embedding's scores.
  public struct Row: Sendable, Equatable {
    /// The embedding's name.
    public let name: String

    /// The embedding's scores.
    public let scores: EmbeddingScores

    /// The column of labels by which the embedding is scored and with which it was trained; `nil` if
    /// it was trained without them.
    public let trainedLabels: String?

    /// Makes a row.
    package init(name: String, scores: EmbeddingScores, trainedLabels: String? = nil) {
      self.name = name
      self.scores = scores
      self.trainedLabels = trainedLabels
    }
  }

  /// The embeddings, in the given order.
  public let rows: [Row]

  /// Notes about the cells for readers of the scores, one sentence each.
  public var notes: [String]

  /// Makes a table from its parts.
  package init(rows: [Row], notes: [String] = []) {
    self.rows = rows
    self.notes = notes
  }

  /// The table as text: one line per metric, one column per embedding, with the notes below.
  public var text: String {
    let names = EmbeddingScores().all.map(\.name)
    var columns = [[""] + names]
    for row in rows {
      columns.append([row.name] + row.scores.all.map { $0.score.map { fixed($0, 4) } ?? "-" })
    }
    let widths = columns.map { $0.map(\.count).max() ?? 0 }
    let lines = (0...names.count).map { line in
      columns.indices.map { column in
        let cell = columns[column][line]
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
    return (lines + notes.map { "note: \($0)" }).joined(separator: "\n") + "\n"
  }

  /// The table as comma-separated values: one line per embedding, one column per metric.
  ///
  /// A last column `trained_labels` is there if some embedding was trained with the labels by which it is
  /// scored; it is empty for the others.
  public var csv: String {
    let marks = rows.contains { $0.trainedLabels != nil }
    let header =
      (["embedding"] + EmbeddingScores().all.map(\.name) + (marks ? ["trained_labels"] : []))
      .joined(separator: ",")
    let lines = rows.map { row in
      ([quoted(row.name)] + row.scores.all.map { $0.score.map { fixed($0, 6) } ?? "" }
        + (marks ? [quoted(row.trainedLabels ?? "")] : []))
        .joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// The table as a JSON object with one object per embedding, whose keys are the metrics' names.
  ///
  /// An embedding that was trained with the labels by which it is scored also has their column, as
  /// `trained_labels`.
  public var json: String { json(verdicts: rows.map { _ in nil }) }

  /// Returns the table as a JSON object with the assessment of each embedding.
  ///
  /// - Parameter verdicts: The assessment of each row, or `nil`: its kind becomes `verdict`, and its
  ///   evidence `verdict_evidence`.
  /// - Returns: The object.
  package func json(verdicts: [CorrectionVerdict?]) -> String {
    let objects = zip(rows, verdicts).map { row, verdict in
      var members = row.scores.all.map { "    \"\($0.name)\": \($0.score.map(number) ?? "null")" }
      if let column = row.trainedLabels {
        members.append("    \"trained_labels\": \(escaped(column))")
      }
      if let verdict {
        members.append("    \"verdict\": \(escaped(verdict.kind.rawValue))")
        members.append("    \"verdict_evidence\": \(escaped(verdict.evidence))")
      }
      return "  \(escaped(row.name)): {\n\(members.joined(separator: ",\n"))\n  }"
    }
    return "{\n\(objects.joined(separator: ",\n"))\n}\n"
  }

  private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    printed("%.\(digits)f", value)
  }

  private func quoted(_ name: String) -> String {
    // Search scalars, since one character can hold several, such as a line end or an accented mark.
    let special: [Unicode.Scalar] = [",", "\"", "\r", "\n"]
    guard name.unicodeScalars.contains(where: special.contains) else { return name }
    let doubled = name.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
    return "\"" + String(String.UnicodeScalarView(doubled)) + "\""
  }

  private func escaped(_ name: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(name)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
