internal import StoredArrays

extension ReadingOptions {
  /// Selects the matrix from which an integration made the file, unless another is selected.
  ///
  /// - Parameter path: The file, whose `uns/scharmonize/matrix` names the matrix.
  /// - Returns: The name of the matrix; `nil` if nothing was changed.
  /// - Throws: `HDF5Error`, `ZarrError` if the file cannot be read.
  package mutating func useIntegratedMatrix(ofFileAt path: String) throws -> String? {
    guard layer == nil, !useRaw else { return nil }
    let file = try Container(readingAt: path)
    let place = "uns/\(Self.recordName)/matrix"
    guard try file.kind(of: "uns/\(Self.recordName)") == .group,
      try file.kind(of: place) == .dataset, let names = try? file.strings(place),
      let name = names.first, Set(names).count == 1, try file.kind(of: name) != nil
    else { return nil }
    if name == "raw/X" {
      useRaw = true
    } else if name.hasPrefix("layers/") {
      layer = String(name.dropFirst("layers/".count))
    } else if name.hasPrefix(Self.obsmPrefix) {
      layer = name
    } else {
      return nil
    }
    return name
  }

  private static let recordName = "scharmonize"
}
