extension CellFileFormat {
  /// A Matrix Market matrix, with files beside it that name cells and genes.
  package static let mtx = CellFileFormat(MarketFormat())
}

/// The format of Matrix Market: a text file in a folder with lists of cells and genes.
struct MarketFormat: CellFormat {
  let name = "mtx"
  let selections: Set<MatrixSelection> = [.featureType]

  func recognizes(_ signature: FileSignature) -> Bool {
    signature == .folder || signature == .matrixMarket
  }

  func parts(ofFileAt path: String, options: ReadingOptions) throws -> CellFileParts {
    let read = try MarketFolder(readingAt: path, options: options)
    var parts = CellFileParts(
      matrix: read.matrix, cellNames: read.cellNames, genes: read.genes,
      obs: HeldTable(name: "obs", frame: read.cells), variables: read.variables,
      columns: read.columns, notices: read.notices)
    parts.featureTypes = read.featureTypes
    parts.cellTables = read.cellTables
    return parts
  }

  func matrices(ofFileAt path: String, _ companions: Companions) throws -> MatrixList {
    MatrixList(featureTypes: try MarketFolder.featureTypes(at: path, companions))
  }
}
