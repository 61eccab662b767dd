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
      + "and so count\(lone.count == 1 ? "s" : "") as isolated: 'isolated_labels' takes 0.5 for "
      + "\(lone.count == 1 ? "it" : "each") and leaves out labels of two batches and more; label such "
      + "cells 'unknown' to leave them out"
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
        + "one score asks to keep apart what another asks to mix; choose a column with cell types"
    }
    return
      "each batch of '\(batchKey)' has one label of '\(labelKey)', so that mixing batches also "
      + "mixes labels, and scores of labels favour what is not corrected; choose a column with cell "
      + "types"
  }
}
