/// What genes are called by.
public enum GeneNaming: String, Sendable, Codable, CaseIterable {
  /// Stable identifiers, such as `ENSG00000141510`.
  case id

  /// Symbols, such as `TP53`.
  case symbol
}

extension CellFile {
  /// The genes' names of one kind.
  ///
  /// Identifiers are those of a 10x file, the names themselves where these look like identifiers,
  /// or a column of `var` such as `gene_ids`. Symbols are the names, unless they look like
  /// identifiers, or a column such as `feature_name`. Row numbers are neither, and no column whose
  /// entries are mostly placeholders such as `NA`.
  ///
  /// - Parameter naming: What kind.
  /// - Returns: A name for each gene, of a gene without one of that kind its ``Gene/name``; `nil`
  ///   where the file has none of that kind.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where a column is damaged.
  public func geneNames(by naming: GeneNaming) throws -> [String]? {
    try geneLabels(by: naming).map { zip($0.values, genes).map { $0 ?? $1.name } }
  }

  /// The genes' names of one kind, and the column of `var` that they are from.
  ///
  /// - Parameter naming: What kind.
  /// - Returns: A name for each gene, `nil` for a gene without one; `nil` where the file has none of
  ///   that kind.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where a column is damaged.
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

extension ColumnTable {
  /// The first column that holds names of genes of one kind, judged by its name and its entries.
  ///
  /// - Parameters:
  ///   - naming: What kind.
  ///   - count: The number of genes.
  ///   - path: The file's path.
  /// - Returns: The column's name and its entries, `nil` where one is missing.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where a column is damaged.
  func geneNames(
    _ naming: GeneNaming, count: Int, ofFileAt path: String
  ) throws -> (column: String?, values: [String?])? {
    // A column 'gene' may hold either.
    let candidates =
      naming == .symbol
      ? columns(called: symbolColumns) : columns(called: idColumns) + columns(called: symbolColumns)
    for (number, name) in candidates.enumerated() {
      guard let values = CellFiles.geneNames(in: try column(name, ofFileAt: path)),
        values.count == count
      else { continue }
      let areIDs = lookLikeIdentifiers(values.compactMap(\.self))
      let mustBeIDs = naming == .id && number >= columns(called: idColumns).count
      if naming == .symbol ? !areIDs : areIDs || !mustBeIDs { return (name, values) }
    }
    return nil
  }

  /// The columns of some names, these written in whatever way, in the order of the names.
  private func columns(called names: [String]) -> [String] {
    names.flatMap { name in columns.filter { plain($0) == name } }
  }
}

/// Columns of `var` that hold identifiers, as programs call them, in ``plain(_:)`` letters.
private let idColumns = [
  "geneids", "geneid", "ensemblid", "ensemblids", "ensemblgeneid", "ensembl", "ensemblgene", "ensg",
  "accession", "featureid", "featureids", "genestableid", "stableid", "entrezid", "entrezgeneid",
  "entrez", "ncbigeneid", "id", "ids",
]

/// Columns of `var` that hold symbols, as programs call them, in ``plain(_:)`` letters.
private let symbolColumns = [
  "featurename", "featurenames", "genesymbols", "genesymbol", "genenames", "genename", "symbol",
  "symbols", "hgncsymbol", "hgnc", "mgisymbol", "externalgenename", "geneshortname", "gene",
  "genes", "name", "names", "originalgene", "originalgenes", "originalgenename", "originalname",
  "varnames", "varname", "feature", "features", "index",
]

/// A column's name without capitals and what stands between words.
func plain(_ name: String) -> String {
  name.lowercased().filter { !"_-. ".contains($0) }
}

/// Whether names are those of Ensembl, FlyBase, WormBase or TAIR, or numbers as of Entrez, rather
/// than symbols.
func lookLikeIdentifiers(_ names: [String]) -> Bool {
  let step = max(1, names.count / 200)
  let sample = stride(from: 0, to: names.count, by: step).map { names[$0] }
  return 5 * sample.count(where: looksLikeIdentifier) >= 4 * sample.count && !sample.isEmpty
}

func looksLikeIdentifier(_ name: String) -> Bool {
  func isNumber(_ text: some StringProtocol, digits: Int = 5) -> Bool {
    text.utf8.count >= digits && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
  if isNumber(name, digits: 1) { return true }
  // Of several genomes: "GRCh38_ENSG…".
  let bare = name.split(separator: "_").last.map(String.init) ?? name
  if bare.hasPrefix("ENS"), let letter = bare.dropFirst(3).firstIndex(of: "G") {
    let digits = bare[bare.index(after: letter)...].prefix { $0 != "." }
    return isNumber(digits)
  }
  for start in ["FBgn", "WBGene"] where bare.hasPrefix(start) {
    return isNumber(bare.dropFirst(start.count))
  }
  return bare.utf8.count == 9 && bare.hasPrefix("AT") && isNumber(bare.suffix(5))
}

/// An identifier without the version that some annotations append: `ENSG00000141510.18`.
func withoutVersion(_ id: String) -> String {
  guard id.hasPrefix("ENS"), let dot = id.firstIndex(of: "."),
    id[id.index(after: dot)...].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
  else { return id }
  return String(id[..<dot])
}
