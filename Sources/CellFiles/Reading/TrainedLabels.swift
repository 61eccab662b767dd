internal import StoredArrays

extension CellTables {
  /// Returns the column of labels with which the file's embedding was trained, as the record in
  /// `uns/scharmonize` names it; `nil` for none.
  ///
  /// - Returns: The name of the column, which the file may lack.
  /// - Throws: `HDF5Error`, `ZarrError` if the file cannot be read.
  package func trainedLabels() throws -> String? {
    let file = try Container(readingAt: path)
    var place = "uns"
    for part in ["scharmonize", "options"] {
      place += "/\(part)"
      guard try file.kind(of: place) == .group else { return nil }
    }
    place += "/train_labels"
    guard try file.kind(of: place) == .dataset, let names = try? file.strings(place) else {
      return nil
    }
    return names.first
  }
}
