internal import CellFiles
package import CountData
internal import Evaluation
internal import Support

extension IntegrationResult {
  /// Adds a warning about cell types that are confounded with batches.
  ///
  /// The properties of a type in a single batch cannot be distinguished from the batch effect, and
  /// a correction cannot separate them either. If the training used these labels, it is a notice,
  /// because differences between labels then are no batch effect.
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
    if let trained = record.trainingLabels, trained.areUsed, trained.column == labelKey {
      noticeConfounding(confounding, labelKey)
      return
    }
    if confounding.association >= 0.5 {
      record.warnings.append(
        IntegrationConcern.confounded(association: confounding.association).description)
    }
    if !confounding.labelsInOneBatch.isEmpty {
      record.warnings.append(
        IntegrationConcern.labelsInOneBatch(confounding.labelsInOneBatch).description)
    }
  }

  /// Adds a notice about labels of the training that go with batches.
  private mutating func noticeConfounding(_ confounding: Confounding, _ column: String) {
    let alone = confounding.labelsInOneBatch
    guard confounding.association >= 0.5 || !alone.isEmpty else { return }
    record.notices.append(
      "labels and batches go together (Cramér's V = \(hundredths(confounding.association))); batches "
        + "were compared within the labels in '\(column)', so differences between labels are kept"
        + (alone.isEmpty
          ? ""
          : "; cells of \(counted(alone.count, "label")) in one batch only were compared with no "
            + "other batch: \(alone.prefix(5).map { "'\($0)'" }.joined(separator: ", "))"
            + (alone.count > 5 ? ", …" : "")))
  }
}
