internal import CellFiles
package import CountData
internal import Evaluation
internal import Support

extension IntegrationResult {
  /// Adds a warning about cell types that are confounded with batches.
  ///
  /// The properties of a type in a single batch cannot be distinguished from the batch effect, and
  /// a correction cannot separate them either.
  ///
  /// - Parameters:
  ///   - labelKey: The column of `obs` with the types; cells without a type are ignored.
  ///   - cells: The integrated cells, which must come from files.
  /// - Throws: `CellFileError` if a file lacks the column.
  package mutating func warnOfConfounding(with labelKey: String, in cells: CellDataset) throws {
    guard let joined = cells.joined else { return }
    let columns = try joined.files.map { try $0.column(labelKey) }
    record.notices += placeholderNotices(in: columns, named: labelKey, role: "cell type")
    let labels = try joined.labels(ofColumn: labelKey)
    let labelled = cellsUsed.filter { labels[$0] != nil }
    let confounding = Confounding(
      labels: CellGroups(labelled.compactMap { labels[$0] }),
      batches: CellGroups(labelled.map { cells.batches.names[Int(cells.batches.batchOfCell[$0])] }))
    if confounding.association >= 0.5 {
      record.warnings.append(
        IntegrationConcern.confounded(association: confounding.association).description)
    }
    if !confounding.labelsInOneBatch.isEmpty {
      record.warnings.append(
        IntegrationConcern.labelsInOneBatch(confounding.labelsInOneBatch).description)
    }
  }
}
