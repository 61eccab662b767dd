extension CellFile {
  /// A flag that is true if the genes have names: not only row numbers, and at most half
  /// placeholders.
  package var namesItsGenes: Bool { areGeneNames(genes.map(\.name)) }

  /// Returns the genes' names of one kind.
  ///
  /// Identifiers come from a 10x file, from the names if these look like identifiers, or from a
  /// column of `var` such as `gene_ids`. Symbols are the names, unless these look like identifiers,
  /// or a column such as `feature_name`. Row numbers and columns with mostly placeholders such as
  /// `NA` are excluded.
  ///
  /// - Parameter naming: The kind of names.
  /// - Returns: A name for each gene, or its ``Gene/name`` if it has none of that kind; `nil` if
  ///   the file has none of that kind.
  /// - Throws: ``CellFileError`` and `HDF5Error` if a column is damaged.
  package func geneNames(by naming: GeneNaming) throws -> [String]? {
    try geneLabels(by: naming).map { zip($0.values, genes).map { $0 ?? $1.name } }
  }

  /// Returns the genes' names of one kind, and the column of `var` that they come from.
  ///
  /// - Parameter naming: The kind of names.
  /// - Returns: A name for each gene, `nil` for a gene without one; `nil` if the file has none of
  ///   that kind.
  /// - Throws: ``CellFileError`` and `HDF5Error` if a column is damaged.
  func geneLabels(by naming: GeneNaming) throws -> (column: String?, values: [String?])? {
    let names = genes.map(\.name)
    let areNames = areGeneNames(names)
    let areIDs = areNames && lookLikeIdentifiers(names)
    if naming == .id, genes.contains(where: { $0.id != nil }),
      let ids = CellFiles.geneNames(in: .strings(genes.map(\.id)))
    {
      return (nil, ids)
    }
    if areNames, areIDs == (naming == .id) {
      return (nil, names.map { isPlaceholder($0) ? nil : $0 })
    }
    return try variables?.geneNames(naming, count: genes.count, ofFileAt: path)
  }
}
