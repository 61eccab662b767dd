internal import CellFiles
internal import CountData
internal import Support

extension Diagnostics {
  /// Says within which cells differences are removed, in the notice about columns with one value in
  /// each batch.
  ///
  /// A column is no longer named if its differences are those between the protected levels or labels,
  /// which are kept.
  ///
  /// - Parameters:
  ///   - cells: The cells, which the notice is about.
  ///   - given: The columns that decide the result.
  ///   - usesLabels: `true` if the training used the labels among them.
  mutating func narrowNotice(
    aboutColumnsOf cells: CellDataset, _ given: GivenColumns, usesLabels: Bool
  ) {
    let keys = cells.batchKey.map { [$0] } ?? []
    guard let told = fixedColumnNotice(cells.fixedColumns, keys: keys),
      let place = notices.firstIndex(of: told)
    else { return }
    let words: String
    let batchesOfGroup: [Set<Int>]
    if let protected = given.protected {
      words = "level of '\(protected.column)'"
      batchesOfGroup = protected.batchesOfLevel.map { Set($0) }
    } else if let labels = given.labels, usesLabels {
      words = "label of '\(labels.column)'"
      batchesOfGroup = labels.batchesOfLabel
    } else {
      return
    }
    let columns = cells.fixedColumns.filter { !$0.isConstant(within: batchesOfGroup) }
    let notice = fixedColumnNotice(columns, keys: keys, within: words)
    notices.replaceSubrange(place...place, with: [notice].compactMap(\.self))
  }
}
