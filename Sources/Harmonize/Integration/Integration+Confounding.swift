internal import CellFiles

extension Integration {
  /// Warns of cell types that occur in one source alone.
  ///
  /// What sets such a type apart cannot be told from what sets its source apart, so
  /// neither can a correction. Types with under 10 cells are passed over.
  ///
  /// - Parameters:
  ///   - labelKey: The column of `obs` that holds the types; cells without one are passed over.
  ///   - cells: The cells that were integrated; they come from files.
  /// - Throws: `CellFileError`, where a file lacks the column.
  public mutating func warnOfConfounding(with labelKey: String, in cells: Cells) throws {
    guard let joined = cells.joined else { return }
    let labels = try joined.files.flatMap { try $0.column(labelKey).labels() }
    let confounded = confoundedLabels(labels, sources: cells.sources, among: cellsUsed)
    guard !confounded.isEmpty else { return }
    let named = confounded.prefix(5).map { label, source in
      "'\(label)' only in '\(cells.sources.names[source])'"
    }
    record.warnings.append(
      "\(counted(confounded.count, "label")) of '\(labelKey)' "
        + "\(confounded.count == 1 ? "occurs" : "occur") in one source alone: "
        + named.joined(separator: ", ") + (confounded.count > 5 ? ", …" : "")
        + "; what is due to the source cannot be told from what is due to the label there")
  }
}

/// Finds labels of at least 10 cells that one source holds alone.
///
/// - Parameters:
///   - labels: The label of each cell, if it has one; `(n)`.
///   - sources: The source of each cell.
///   - cells: The cells to look at.
/// - Returns: The labels with the source of each, in the order of their names.
func confoundedLabels(
  _ labels: [String?], sources: Sources, among cells: [Int]
) -> [(label: String, source: Int)] {
  var counts: [String: [Int32: Int]] = [:]
  for cell in cells {
    guard let label = labels[cell] else { continue }
    counts[label, default: [:]][sources.ofCell[cell], default: 0] += 1
  }
  return counts.compactMap { label, bySource in
    guard bySource.count == 1, let (source, count) = bySource.first, count >= 10 else {
      return nil
    }
    return (label, Int(source))
  }.sorted { $0.label < $1.label }
}
