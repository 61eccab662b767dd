package import CellFiles
internal import Support

extension CellDataset {
  /// Gives each cell a number in a column, such as a covariate, for cells that do not come from files.
  ///
  ///     cells.setColumn("percent_mito", to: shares)
  ///
  /// - Parameters:
  ///   - name: The name of the column; an existing column of this name is replaced.
  ///   - numbers: The number of each cell, NaN for none; `(n)`.
  public mutating func setColumn(_ name: String, to numbers: [Double]) {
    precondition(numbers.count == count, "\(numbers.count) numbers for \(count) cells")
    columns[name] = .floats(numbers)
  }

  /// Gives each cell a label in a column, such as a covariate, for cells that do not come from files.
  ///
  ///     cells.setColumn("phase", to: phases)
  ///
  /// - Parameters:
  ///   - name: The name of the column; an existing column of this name is replaced.
  ///   - labels: The label of each cell, `nil` for none; `(n)`.
  public mutating func setColumn(_ name: String, to labels: [String?]) {
    precondition(labels.count == count, "\(labels.count) labels for \(count) cells")
    columns[name] = .strings(labels)
  }

  /// Returns a column of `obs` of all cells, in one piece per file.
  ///
  /// - Parameter name: The name of the column.
  /// - Returns: The pieces in the order of the cells, with equal labels for equal values.
  /// - Throws: `CellFileError` if a file lacks it; ``CountDataError/noSuchColumn(name:columns:)`` if
  ///   cells that do not come from files lack it; errors of reading it.
  package func column(named name: String) throws -> [Column] {
    if let column = columns[name] { return [column.withPlaceholdersMissing()] }
    guard let joined else {
      throw CountDataError.noSuchColumn(name: name, columns: columns.keys.sorted())
    }
    return Column.unified(try joined.files.map { try $0.column(name) })
      .map { $0.withPlaceholdersMissing() }
  }
}
