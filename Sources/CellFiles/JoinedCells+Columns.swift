extension JoinedCells {
  /// The columns of `obs` that hold values of one kind in one file, and of another in another.
  ///
  /// Joined they are text; whole numbers beside others stay numbers.
  ///
  /// - Returns: A sentence for each.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where a column is damaged.
  public func columnConflicts() throws -> [String] {
    var names: [String] = []
    var filesOfName: [String: [CellFile]] = [:]
    for file in files {
      for name in file.columnNames {
        if filesOfName[name] == nil { names.append(name) }
        filesOfName[name, default: []].append(file)
      }
    }
    var sentences: [String] = []
    for name in names {
      guard let files = filesOfName[name], let first = files.first, files.count > 1 else {
        continue
      }
      let kind = try first.column(name).kindOfValues
      for file in files.dropFirst() {
        let other = try file.column(name).kindOfValues
        guard other != kind else { continue }
        sentences.append(
          "'\(name)' holds \(kind) in '\(first.path)' and \(other) in '\(file.path)'; "
            + "joined it is text")
        break
      }
    }
    return sentences
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
