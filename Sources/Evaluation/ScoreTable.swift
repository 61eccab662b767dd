internal import Foundation

/// The scores of several embeddings, side by side.
public struct ScoreTable: Sendable, Equatable {
  /// One embedding's scores.
  public struct Row: Sendable, Equatable {
    /// What the embedding is called.
    public let name: String

    /// Its scores.
    public let scores: EmbeddingScores

    /// Names scores.
    public init(name: String, scores: EmbeddingScores) {
      self.name = name
      self.scores = scores
    }
  }

  /// The embeddings, in the order given.
  public let rows: [Row]

  /// What a reader of the scores has to know about the cells.
  public let notes: [String]

  /// Makes a table of its parts.
  public init(rows: [Row], notes: [String] = []) {
    self.rows = rows
    self.notes = notes
  }

  /// A table to read: a line for each metric, a column for each embedding, the notes below.
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

  /// Comma-separated values: a line for each embedding, a column for each metric.
  public var csv: String {
    let header = (["embedding"] + EmbeddingScores().all.map(\.name)).joined(separator: ",")
    let lines = rows.map { row in
      ([quoted(row.name)] + row.scores.all.map { $0.score.map { fixed($0, 6) } ?? "" })
        .joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// A JSON object with one object for each embedding, its keys the metrics' names.
  public var json: String {
    let objects = rows.map { row in
      let members = row.scores.all.map { "    \"\($0.name)\": \($0.score.map(number) ?? "null")" }
      return "  \(escaped(row.name)): {\n\(members.joined(separator: ",\n"))\n  }"
    }
    return "{\n\(objects.joined(separator: ",\n"))\n}\n"
  }

  private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  private func quoted(_ name: String) -> String {
    // By scalars, as characters may hold several: the end of a line, or a mark with an accent.
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
