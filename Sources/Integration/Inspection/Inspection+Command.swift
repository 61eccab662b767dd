internal import CellFiles
internal import Support

extension Inspection {
  /// Returns the command that would integrate the files.
  ///
  /// - Parameters:
  ///   - files: The inspected files.
  ///   - batchKey: The batch key, if it was given.
  ///   - companions: The files beside the matrices.
  ///   - spelling: The words for settings.
  /// - Returns: The command; `nil` if no column or matrix is suitable.
  static func command(
    for files: [File], batchKey: String?, _ companions: Companions, _ spelling: Spelling
  ) -> String? {
    guard let first = files.first, let matrix = first.matrices.first(where: \.isCounts) else {
      return nil
    }
    let key = batchKey ?? (files.count == 1 ? first.likelyBatchKey : nil)
    guard key != nil || files.count > 1 else { return nil }
    var words = ["scharmonize"] + files.map { Setting.quoted($0.path) }
    if let key { words.append(spelling(Setting("batchKey", key))) }
    if let label = first.likelyLabelKey, files.allSatisfy({ $0.has(label) }) {
      words.append(spelling(Setting("labelKey", label)))
    }
    if !matrix.options.isEmpty { words.append(matrix.options) }
    for (name, file) in [
      ("barcodes", companions.barcodes), ("features", companions.features),
      ("cellTable", companions.cellTable),
    ] {
      if let file { words.append(spelling(Setting(name, file))) }
    }
    words += [
      spelling(Setting("path", "harmonized.h5ad")), spelling(Setting("Report", "report.html")),
    ]
    return words.joined(separator: " ")
  }
}

extension Inspection.File {
  /// The column that most likely names the batches: the most typical name first, those with few
  /// cells for each level last.
  fileprivate var likelyBatchKey: String? {
    let candidates = columns.filter { $0.looksLikeBatchKey && $0.missing == 0 }
    func isSparse(_ column: Inspection.Column) -> Bool { cells < 30 * column.levels }
    return candidates.enumerated().min {
      let (a, b) = ($0.element, $1.element)
      let ranks = (CellFile.batchKeyRank(a.name), CellFile.batchKeyRank(b.name))
      return (isSparse(a) ? 1 : 0, ranks.0, $0.offset) < (isSparse(b) ? 1 : 0, ranks.1, $1.offset)
    }?.element.name
  }

  /// The first column that looks like cell types.
  fileprivate var likelyLabelKey: String? { columns.first(where: \.looksLikeLabelKey)?.name }

  fileprivate func has(_ column: String) -> Bool { columns.contains { $0.name == column } }
}
