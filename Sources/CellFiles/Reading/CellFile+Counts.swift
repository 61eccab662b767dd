internal import HDF5

extension CellFile {
  /// Returns the file's other matrices that seem to hold counts, such as `layers/counts` or
  /// `raw/X`.
  ///
  /// A matrix seems to hold counts if about 30,000 values from its beginning, middle and end are
  /// non-negative whole numbers.
  ///
  /// Beside a table of `obsm`, whose features are not those of the matrices, only other tables named
  /// after proteins are looked at.
  ///
  /// - Returns: The paths; empty for 10x files, which hold one matrix.
  /// - Throws: ``CellFileError`` and `HDF5Error` if the file is damaged.
  package func otherCountMatrices() throws -> [String] {
    guard let format = format.definition as? any ContainerFormat else { return [] }
    let file = try Container(readingAt: path)
    let names = try paths(beside: format, in: file)
    return names.filter { name in
      // An unreadable matrix is not worth a suggestion, and nothing needs it.
      guard name != matrixName, let kind = try? file.kind(of: name) else { return false }
      return (try? seemsCounts(kind == .group ? "\(name)/data" : name, in: file)) ?? false
    }
  }

  private func paths(
    beside format: any ContainerFormat, in file: borrowing Container
  ) throws -> [String] {
    guard let key = options.obsmKey else {
      return try format.paths(ofMatricesBeside: matrixName, in: file)
    }
    let root = String(matrixName.dropLast(ReadingOptions.obsmPrefix.count + key.count))
    return try ObsmTable.proteinKeys(in: file, root: root).map {
      "\(root)\(ReadingOptions.obsmPrefix)\($0)"
    }
  }

  private func seemsCounts(_ name: String, in file: borrowing Container) throws -> Bool {
    guard try file.kind(of: name) == .dataset else { return false }
    let data = try file.dataset(name)
    guard data.info.element.isNumeric, data.info.count > 0 else { return false }
    let rows = data.info.rowCount
    let taken = min(rows, max(1, 10_000 / max(1, data.info.rowSize)))
    var isEmpty = true
    for start in Set([0, (rows - taken) / 2, rows - taken]) {
      for value in try data.read(start..<start + taken, as: Double.self) where value != 0 {
        guard value > 0, value == value.rounded(), value.isFinite else { return false }
        isEmpty = false
      }
    }
    return !isEmpty
  }
}
