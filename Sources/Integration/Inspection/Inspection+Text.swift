internal import CellFiles
public import Foundation
internal import Support

extension Inspection: CustomStringConvertible {
  /// The findings as lines of text for a terminal.
  public var description: String {
    var lines: [String] = []
    for file in files {
      lines += [
        "\(file.path): \(file.format), \(counted(file.cells, "cell")) × "
          + counted(file.genes, file.feature.rawValue),
        "  cells: \(file.firstCells.joined(separator: ", "))\(file.cells > 3 ? ", …" : "")",
        "  \(file.feature.plural): \(file.firstGenes.joined(separator: ", "))\(file.genes > 3 ? ", …" : "")",
      ]
      for (what, names) in [
        ("modalities", file.modalities), ("genomes", file.genomes),
        ("feature types", file.featureTypes),
      ] where !names.isEmpty {
        let more = names.count - Self.listedNames
        lines.append(
          "  \(what): \(names.prefix(Self.listedNames).joined(separator: ", "))"
            + (more > 0 ? ", and \(more) more" : ""))
      }
      lines += file.notices.map { "  note: \($0)" }
      lines.append("  matrices:")
      // Options are shown if the name of a matrix does not determine how to read it.
      let showsOptions = !(file.modalities + file.genomes + file.featureTypes).isEmpty
      lines += Self.table(
        file.matrices.prefix(Self.listedNames).map {
          [$0.name, "\($0.layout) \($0.type)", "\($0.storedValues) stored", $0.values]
            + (showsOptions ? [$0.options] : [])
        })
      lines += Self.rest(file.matrices.count, after: Self.listedNames)
      guard !file.columns.isEmpty else { continue }
      lines.append("  columns of obs:")
      lines += Self.table(
        file.columns.prefix(Self.listedColumns).map { column in
          let missing = column.missing > 0 ? ", \(column.missing) missing" : ""
          return [
            column.name, column.kind, counted(column.levels, "level") + missing, column.summary,
          ]
        })
      lines += Self.rest(file.columns.count, after: Self.listedColumns)
    }
    lines += notices.map { "note: \($0)" }
    lines += batches?.lines ?? []
    // Names may have line ends; in the command, a shell needs them as they are.
    lines = lines.map(visible)
    if let command {
      lines += ["To integrate:", "  \(command)"]
    } else if files.allSatisfy({ !$0.matrices.contains(where: \.isCounts) }) {
      lines.append("No matrix holds counts, which the training requires.")
    } else {
      lines.append("No column looks like a batch key; name one with `batchKey`.")
    }
    return lines.joined(separator: "\n")
  }

  /// Returns the inspection as JSON, with keys in snake case.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The maximum number of matrices, and of names, in a list.
  private static let listedNames = 20

  /// The maximum number of columns in a list.
  private static let listedColumns = 100

  /// Returns a line with the number of omitted rows of a table.
  private static func rest(_ count: Int, after listed: Int) -> [String] {
    count > listed ? ["    … \(count - listed) more; `json` lists them"] : []
  }

  /// Returns rows with aligned columns.
  static func table(_ rows: [[String]]) -> [String] {
    let columns = rows.first?.count ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { text, width in
        text + String(repeating: " ", count: width - text.count)
      }
      let line = "    " + cells.joined(separator: "  ")
      return String(line.reversed().drop(while: { $0 == " " }).reversed())
    }
  }
}

extension Inspection.Column {
  /// A summary of the values, and whether they look like batches.
  fileprivate var summary: String {
    let values =
      kind == "floats"
      ? examples.joined(separator: " to ")
      : examples.joined(separator: ", ") + (levels > examples.count ? ", …" : "")
    return values
      + (looksLikeBatchKey
        ? "  ← looks like a batch key" : looksLikeLabelKey ? "  ← looks like cell types" : "")
  }
}
