extension JoinedCells {
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
    var names: [String] = []
    var kindsOfName: [String: [(kind: String, path: String)]] = [:]
    var sentences: [String] = []
    for file in files {
      for name in file.columnNames {
        let (column, reason) = file.columnIfReadable(name)
        if let reason { sentences.append(reason) }
        guard let kind = column?.kindOfValues else { continue }
        if kindsOfName[name] == nil { names.append(name) }
        kindsOfName[name, default: []].append((kind, file.path))
      }
    }
    for name in names {
      guard let kinds = kindsOfName[name], let first = kinds.first,
        let other = kinds.first(where: { $0.kind != first.kind })
      else { continue }
      sentences.append(
        "'\(name)' holds \(first.kind) in '\(first.path)' and \(other.kind) in '\(other.path)'; "
          + "joined it is text")
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
