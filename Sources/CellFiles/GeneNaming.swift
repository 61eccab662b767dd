/// What genes are called by.
public enum GeneNaming: String, Sendable, Codable, CaseIterable {
  /// Stable identifiers, such as `ENSG00000141510`.
  case id

  /// Symbols, such as `TP53`.
  case symbol
}

extension CellFile {
  /// Columns of `var` that hold identifiers, as programs call them.
  static let idColumns = [
    "gene_ids", "gene_id", "ensembl_id", "ensembl_ids", "ensembl_gene_id", "ensembl", "Ensembl",
    "ENSEMBL", "EnsemblID", "Accession", "feature_id", "ID", "id",
  ]

  /// Columns of `var` that hold symbols, as programs call them.
  static let symbolColumns = [
    "feature_name", "gene_symbols", "gene_symbol", "gene_names", "gene_name", "symbol", "Symbol",
    "SYMBOL", "gene_short_name", "GeneName", "Gene", "gene", "name",
  ]

  /// The genes' names of one kind.
  ///
  /// Identifiers are those of a 10x file, the names themselves where these look like identifiers,
  /// or a column of `var` such as `gene_ids`. Symbols are the names, unless they look like
  /// identifiers, or a column such as `feature_name`.
  ///
  /// - Parameter naming: What kind.
  /// - Returns: A name for each gene; `nil` where the file has none of that kind.
  /// - Throws: ``CellFileError`` and `HDF5Error`, where a column is damaged.
  public func geneNames(by naming: GeneNaming) throws -> [String]? {
    let names = genes.map(\.name)
    let areIDs = lookLikeIdentifiers(names)
    switch naming {
    case .id:
      let ids = genes.compactMap(\.id)
      if ids.count == genes.count { return ids }
      return try areIDs ? names : entries(ofFirst: Self.idColumns)
    case .symbol:
      return try areIDs ? entries(ofFirst: Self.symbolColumns) : names
    }
  }

  /// The first of some columns of `var` that is there; a gene without an entry keeps its name.
  private func entries(ofFirst columns: [String]) throws -> [String]? {
    guard let column = columns.first(where: varColumnNames.contains) else { return nil }
    switch try varColumn(column) {
    case .floats, .booleans: return nil
    case let values: return zip(values.labels(), genes).map { $0 ?? $1.name }
    }
  }
}

/// Whether names are those of Ensembl, FlyBase, WormBase or TAIR rather than symbols.
func lookLikeIdentifiers(_ names: [String]) -> Bool {
  let step = max(1, names.count / 200)
  let sample = stride(from: 0, to: names.count, by: step).map { names[$0] }
  return 5 * sample.count(where: looksLikeIdentifier) >= 4 * sample.count && !sample.isEmpty
}

private func looksLikeIdentifier(_ name: String) -> Bool {
  func isNumber(_ text: some StringProtocol) -> Bool {
    text.utf8.count >= 5 && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
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
