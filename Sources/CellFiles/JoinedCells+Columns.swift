extension [CellFile] {
  /// The names of the columns of `obs` that any of the files has, in the order of the files.
  var allColumnNames: [String] {
    var seen: Set<String> = []
    return flatMap(\.columnNames).filter { seen.insert($0).inserted }
  }
}

extension JoinedCells {
  /// The labels of a column of `obs` over all files, in which equal values of different files have
  /// equal labels; `nil` where missing, or where a label says so.
  ///
  /// - Parameter name: The column.
  /// - Returns: The labels; `[cellCount]`.
  /// - Throws: ``CellFileError``, where a file lacks it; what reading it throws.
  public func labels(ofColumn name: String) throws -> [String?] {
    Column.unified(try files.map { try $0.column(name) }).flatMap {
      $0.withPlaceholdersMissing().labels()
    }
  }

  /// Tells what becomes of columns of `obs` that cannot be joined as they are.
  ///
  /// One that holds values of one kind in one file and of another in another becomes text; whole
  /// numbers beside others stay numbers. One that cannot be read is left out, where nothing else needs
  /// it.
  ///
  /// - Returns: A sentence for each.
  public func columnConflicts() -> [String] {
    // A single .h5ad is copied with the columns that it has.
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
        + "joined it is text"
    }
    guard kinds.first == "text" else { return nil }
    for (path, (column, unified)) in zip(paths, zip(columns, Column.unified(columns))) {
      let respelled = zip(column.levels().names, unified.levels().names).first { $0 != $1 }
      if let (found, taken) = respelled {
        return "'\(name)' has '\(found)' in '\(path)', which is taken as '\(taken)' of another file"
      }
    }
    return nil
  }
}

extension Column {
  /// What may be joined without becoming text.
  fileprivate var kindOfValues: String {
    switch self {
    case .strings, .categorical: "text"
    case .integers, .floats: "numbers"
    case .booleans: "truth values"
    }
  }
}
