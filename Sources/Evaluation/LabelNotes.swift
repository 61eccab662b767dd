/// Returns notes about labels of one cell for readers of `isolated_labels`.
///
/// scIB evaluates the labels that occur in the fewest batches. A label of one cell occurs in one
/// batch, so it counts as isolated, and excludes labels that occur in more batches.
func loneCellNotes(_ labels: CellGroups, batches: CellGroups) -> [String] {
  let lone = labels.names.indices.filter { labels.sizes[$0] == 1 }
  guard !lone.isEmpty else { return [] }
  let most = 5
  let named = lone.prefix(most).map { "'\(labels.names[$0])'" }.joined(separator: ", ")
  let rest = lone.count > most ? " and \(lone.count - most) more labels" : ""
  return [
    "\(named)\(rest) \(lone.count == 1 ? "has" : "have") one cell\(lone.count == 1 ? "" : " each") "
      + "and therefore count\(lone.count == 1 ? "s" : "") as isolated: 'isolated_labels' is 0.5 for "
      + "\(lone.count == 1 ? "it" : "each") and excludes labels of two or more batches; label such "
      + "cells 'unknown' to exclude them"
  ]
}

extension Evaluator {
  /// Checks whether labels add information to the batches.
  ///
  /// - Parameters:
  ///   - labelKey: The name of the labels.
  ///   - batchKey: The name of the batches.
  /// - Returns: A warning, or `nil`.
  package func labelWarning(labelKey: String, batchKey: String) -> String? {
    guard let labels else { return nil }
    let pairs = Set(zip(labels.codes, batches.codes).map { [$0, $1] }).count
    guard pairs == batches.count else { return nil }
    guard labels.count < batches.count else {
      return
        "the labels '\(labelKey)' and the batches '\(batchKey)' are the same groups of cells, so "
        + "one score rewards separating what another rewards mixing; choose a column with cell types"
    }
    return
      "each batch of '\(batchKey)' has one label of '\(labelKey)', so mixing batches also "
      + "mixes labels, and scores of labels favour uncorrected embeddings; choose a column with cell "
      + "types"
  }
}
