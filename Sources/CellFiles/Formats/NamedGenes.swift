/// The genes of a file, with usable names.
///
/// If the file has only row numbers or placeholders as names, a column of `var` with symbols or
/// identifiers replaces them, with a notice.
struct NamedGenes {
  /// The genes, in the order of the file.
  let genes: [Gene]

  /// Notices about names taken from a column, one sentence each.
  private(set) var notices: [String] = []

  /// Finds the names.
  ///
  /// - Parameters:
  ///   - genes: The genes with the names in the file.
  ///   - variables: The file's table about the genes.
  ///   - format: The file's format.
  ///   - path: The file's path.
  /// - Throws: ``CellFileError`` and `HDF5Error` if a column is damaged.
  init(
    _ genes: [Gene], variables: (any ColumnTable)?, format: CellFileFormat, path: String
  ) throws {
    let names = genes.map(\.name)
    let areIDs = !areRowNumbers(genes.map { $0.id ?? "" })
    let ids = genes.map { gene in gene.id.flatMap { areIDs && !isPlaceholder($0) ? $0 : nil } }
    guard !areGeneNames(names) else {
      self.genes = zip(genes, ids).map { gene, id in
        Gene(
          name: isPlaceholder(gene.name) ? id ?? gene.name : gene.name, id: id,
          symbol: gene.symbol)
      }
      return
    }
    let symbols = try variables?.geneNames(.symbol, count: genes.count, ofFileAt: path)
    let hasIDs = 2 * ids.count(where: { $0 != nil }) >= ids.count
    let others =
      hasIDs ? (nil, ids) : try variables?.geneNames(.id, count: genes.count, ofFileAt: path)
    let what = areRowNumbers(names) ? "row numbers" : "placeholders"
    let called = "such as '\(names[0])'"
    if let symbols {
      notices.append(
        "'\(path)' has \(what) instead of gene names, \(called); its genes are named by "
          + "'\(symbols.column ?? "")' instead")
    } else if let others {
      notices.append(
        "'\(path)' has \(what) instead of gene names, \(called); its genes are named by "
          + (others.0.map { "'\($0)'" } ?? "their identifiers") + " instead")
    } else if let clause = format.definition.clauseWithoutGeneNames, what == "row numbers" {
      notices.append("'\(path)' \(clause); its genes are named by their numbers")
    } else {
      notices.append(
        "'\(path)' has \(what) instead of gene names, \(called), and no other names; "
          + "its genes cannot be matched with those of other files")
    }
    self.genes = genes.indices.map { gene in
      let id = others?.1[gene]
      return Gene(name: symbols?.values[gene] ?? id ?? names[gene], id: id)
    }
  }
}
