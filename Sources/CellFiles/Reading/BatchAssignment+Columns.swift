package import Support

extension BatchAssignment {
  /// Makes one batch for each file.
  init(files: [CellFile], names: [String]) {
    self.init(
      names: names,
      batchOfCell: zip(files, Int32(0)...).flatMap { file, batch in
        [Int32](repeating: batch, count: file.cellCount)
      })
  }

  /// Reads the batches from a column of `obs`, over all files.
  ///
  /// They are numbered in the order of all labels, whichever file has one first, so that any division
  /// of the cells among files gives the same numbers. Categories keep their order if all files have
  /// the same ones.
  ///
  /// - Throws: ``CellFileError`` if a file lacks the column, or a cell has no label.
  package init(column name: String, of files: [CellFile]) throws {
    var names: [String] = []
    var numbers: [String: Int32] = [:]
    var ofCell: [Int32] = []
    let columns = Column.unified(try files.map { try $0.column(name) })
    for (file, column) in zip(files, columns) {
      let levels = column.withPlaceholdersMissing().levels()
      let missing = levels.ofRow.count { $0 < 0 }
      if missing > 0 {
        let first = levels.ofRow.firstIndex { $0 < 0 } ?? 0
        let placeholders = column.placeholders(LabelPlaceholder.isMissing)
        guard placeholders.isEmpty else {
          throw CellFileError.placeholderLabels(
            path: file.path, column: name, labels: placeholders.map(\.label), missing: missing,
            cells: file.cellCount, firstCell: file.cellNames[first])
        }
        throw CellFileError.missingLabels(
          path: file.path, column: name, missing: missing, cells: file.cellCount,
          firstCell: file.cellNames[first])
      }
      let joined = levels.names.map { label in
        if let number = numbers[label] { return number }
        let number = Int32(names.count)
        numbers[label] = number
        names.append(label)
        return number
      }
      ofCell += levels.ofRow.map { joined[Int($0)] }
    }
    let order = Column.order(ofLabels: names, in: columns)
    var number = [Int32](repeating: 0, count: names.count)
    for (place, label) in order.enumerated() { number[label] = Int32(place) }
    self.init(names: order.map { names[$0] }, batchOfCell: ofCell.map { number[Int($0)] })
  }

  /// Checks that there are several batches, and fewer than cells.
  ///
  /// - Throws: ``CellFileError/oneSource(path:column:label:)`` and
  ///   ``CellFileError/labelPerCell(path:column:labels:)``.
  func checkSeveral(of files: [CellFile], column: String?) throws {
    if names.count == 1 {
      throw CellFileError.oneBatch(path: files[0].path, column: column, label: names[0])
    }
    if let column, names.count == batchOfCell.count {
      throw CellFileError.labelPerCell(
        path: files[0].path, column: column, labels: names.count)
    }
  }
}

extension Column {
  /// Returns the order of labels of one column in several files, as ``levels()`` has it in one file.
  fileprivate static func order(ofLabels names: [String], in columns: [Column]) -> [Int] {
    if columns.count == 1 { return Array(names.indices) }
    func sorted<Key: Comparable>(_ key: (String) -> Key) -> [Int] {
      let keys = names.map(key)
      return names.indices.sorted { keys[$0] < keys[$1] }
    }
    if columns.allSatisfy(\.isIntegers) { return sorted { Int64($0) ?? 0 } }
    if columns.allSatisfy(\.isExactAsFloats) { return sorted { Double($0) ?? 0 } }
    guard case .categorical(_, let categories, _) = columns[0],
      columns.allSatisfy({
        if case .categorical(_, categories, _) = $0 { true } else { false }
      })
    else { return sorted(\.self) }
    let places = Dictionary(zip(categories, 0...)) { first, _ in first }
    return sorted { places[$0] ?? 0 }
  }
}

/// Returns a unique name for each file: its own without the extension, or that of the nearest
/// folder that differs.
///
/// Cell Ranger gives every matrix the same name, in a folder named after the sample:
/// `tumour1/outs/filtered_feature_bc_matrix.h5`.
///
/// - Parameter paths: The paths of the files.
/// - Returns: One name per file, and whether they are the files' own names.
func batchNames(ofFiles paths: [String]) -> (names: [String], areFileNames: Bool) {
  let parts = paths.map { path in
    var parts = path.split(separator: "/").filter { $0 != "." }.map(String.init)
    if let name = parts.popLast() {
      parts.append(withoutEnding(name, isFolder: MarketFolder.isFolder(path)))
    }
    return Array(parts.reversed())
  }
  let own = parts.map { $0.first ?? "file" }
  guard Set(own).count < own.count else { return (own, true) }
  for level in 1..<max(1, parts.map(\.count).min() ?? 0) + 1 {
    let folders = parts.compactMap { level < $0.count ? $0[level] : nil }
    if Set(folders).count == paths.count { return (folders, false) }
  }
  return (madeUnique(own).names, false)
}

/// Returns a file's name without an extension such as `.h5ad`, `.zarr.zip` or `.mtx.gz`; of a folder
/// only `.zarr` is one.
private func withoutEnding(_ name: String, isFolder: Bool) -> String {
  if isFolder, !name.hasSuffix(".zarr") { return name }
  let name =
    [".gz", ".zip"].first(where: name.hasSuffix).map { name.dropLast($0.count) } ?? name[...]
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
  return String(name[..<dot])
}
