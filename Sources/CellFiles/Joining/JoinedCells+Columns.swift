extension [CellFile] {
  /// The names of all columns of `obs` in any file, in the order of the files.
  var allColumnNames: [String] {
    var seen: Set<String> = []
    return flatMap(\.columnNames).filter { seen.insert($0).inserted }
  }
}

extension JoinedCells {
  /// Reads the labels of a column of `obs` over all files, with equal labels for equal values.
  ///
  /// - Parameter name: The column.
  /// - Returns: The labels, `nil` if missing or a placeholder; `[cellCount]`.
  /// - Throws: ``CellFileError`` if a file lacks the column; errors of reading it.
  package func labels(ofColumn name: String) throws -> [String?] {
    Column.unified(try files.map { try $0.column(name) }).flatMap {
      $0.withPlaceholdersMissing().labels()
    }
  }

  /// Returns notices about columns of `obs` whose types differ between files.
  ///
  /// A column with different kinds of values in different files becomes text; mixed whole and
  /// floating-point numbers stay numbers. An unreadable column is left out if nothing needs it.
  ///
  /// - Returns: One sentence per column.
  package func columnConflicts() -> [String] {
    // The columns of a single .h5ad are copied unchanged.
    if files.count == 1, files[0].format == .h5ad { return [] }
    let columnsOfFile = files.map { Set($0.columnNames) }
    var sentences: [String] = []
    for name in files.allColumnNames {
      var columns: [Column] = []
      var paths: [String] = []
      for (file, columnNames) in zip(files, columnsOfFile) where columnNames.contains(name) {
        let (column, reason) = file.columnIfReadable(name)
        if let reason { sentences.append(reason) }
        guard let column else { continue }
        columns.append(column)
        paths.append(file.path)
      }
      if let sentence = conflict(name, columns, paths) { sentences.append(sentence) }
    }
    return sentences
  }

  private func conflict(_ name: String, _ columns: [Column], _ paths: [String]) -> String? {
    let kinds = columns.map(\.kindOfValues)
    if let other = kinds.firstIndex(where: { $0 != kinds[0] }) {
      return
        "'\(name)' holds \(kinds[0]) in '\(paths[0])' and \(kinds[other]) in '\(paths[other])'; "
        + "it is joined as text"
    }
    guard kinds.first == "text" else { return nil }
    for (path, (column, unified)) in zip(paths, zip(columns, Column.unified(columns))) {
      let respelled = zip(column.levels().names, unified.levels().names).first { $0 != $1 }
      if let (found, taken) = respelled {
        return "'\(name)' has '\(found)' in '\(path)', which is read as '\(taken)' of another file"
      }
    }
    return nil
  }
}

extension Column {
  /// The kind of values; columns of one kind join without becoming text.
  fileprivate var kindOfValues: String {
    switch self {
    case .strings, .categorical: "text"
    case .integers, .floats: "numbers"
    case .booleans: "truth values"
    }
  }
}
