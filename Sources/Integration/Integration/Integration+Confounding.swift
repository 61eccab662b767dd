internal import CellFiles
public import CountData
internal import Evaluation
internal import Machine

extension Integration {
  /// Warns of cell types that go together with sources.
  ///
  /// What sets a type of one source alone apart cannot be told from what sets its
  /// source apart, so neither can a correction.
  ///
  /// - Parameters:
  ///   - labelKey: The column of `obs` that holds the types; cells without one are passed over.
  ///   - cells: The cells that were integrated; they come from files.
  /// - Throws: `CellFileError`, where a file lacks the column.
  public mutating func warnOfConfounding(with labelKey: String, in cells: Cells) throws {
    guard let joined = cells.joined else { return }
    let columns = try joined.files.map { try $0.column(labelKey) }
    record.notices += placeholderNotices(in: columns, named: labelKey, role: "cell type")
    let labels = try joined.labels(ofColumn: labelKey)
    let labelled = cellsUsed.filter { labels[$0] != nil }
    let confounding = Confounding(
      labels: CellGroups(labelled.compactMap { labels[$0] }),
      sources: CellGroups(labelled.map { cells.sources.names[Int(cells.sources.ofCell[$0])] }))
    if confounding.association >= 0.5 {
      record.warnings.append(
        IntegrationConcern.confounded(association: confounding.association).description)
    }
    if !confounding.labelsInOneSource.isEmpty {
      record.warnings.append(
        IntegrationConcern.labelsInOneSource(confounding.labelsInOneSource).description)
    }
  }
}
