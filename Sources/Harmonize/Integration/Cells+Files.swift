public import CellFiles

extension Cells {
  /// Opens files and joins their cells; the counts themselves are read later, by blocks.
  ///
  /// - Parameters:
  ///   - paths: The files, `.h5ad` or 10x `.h5`; the content decides, not the name.
  ///   - sourceKey: The column of `obs` that names a cell's source. The default, `nil`, takes
  ///     `batch` of one file, and each of several files as a source.
  ///   - options: Which matrix of the files is read.
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(
    readingAt paths: [String], sourceKey: String? = nil,
    options: ReadingOptions = ReadingOptions()
  ) throws {
    let files = try paths.map { try CellFile(readingAt: $0, options: options) }
    let key = sourceKey ?? (files.count == 1 ? Self.defaultSourceKey : nil)
    try self.init(JoinedCells(files, sourceKey: key), sourceKey: key)
  }

  /// The column that names the sources of a single file where none is given.
  public static let defaultSourceKey = "batch"

  /// Takes over cells that were opened and joined before.
  ///
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(_ joined: JoinedCells, sourceKey: String?) throws {
    self.init(
      parts: try zip(joined.files, joined.geneColumns).map { file, columns in
        Part(
          name: file.path, matrixName: file.matrixName, matrix: file,
          geneNames: file.genes.map(\.name), sharedGenes: columns,
          otherCounts: try file.otherCountMatrices().map(optionReading))
      },
      names: joined.cellNames, genes: joined.genes.map(\.name), sources: joined.sources)
    self.joined = joined
    self.sourceKey = sourceKey
  }
}

extension Cells {
  /// The files that the cells come from, for the record.
  var inputs: [RunRecord.Input] {
    (joined?.files ?? []).map { file in
      RunRecord.Input(
        path: file.path, format: file.format.description, matrix: file.matrixName,
        cells: file.cellCount, genes: file.geneCount)
    }
  }
}

/// The option that makes a run read a matrix of an `.h5ad`.
private func optionReading(_ matrix: String) -> String {
  switch matrix.split(separator: "/", maxSplits: 1).first {
  case "layers": "--layer \(matrix.dropFirst("layers/".count))"
  case "raw": "--use-raw"
  default: matrix
  }
}

extension Cells: CustomStringConvertible {
  /// One line: how many cells, genes and sources there are.
  public var description: String {
    let named = sources.names.prefix(5).joined(separator: ", ")
    return "\(counted(count, "cell")), \(counted(genes.count, "gene")), "
      + "\(counted(sources.names.count, "source")): \(named)"
      + (sources.names.count > 5 ? ", …" : "")
  }
}
