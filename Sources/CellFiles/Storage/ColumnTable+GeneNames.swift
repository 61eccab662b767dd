extension ColumnTable {
  /// Returns the first column with gene names of one kind, judged by its name and its entries.
  ///
  /// - Parameters:
  ///   - naming: The kind of names.
  ///   - count: The number of genes.
  ///   - path: The file's path.
  /// - Returns: The column's name and its entries, `nil` for a missing entry.
  /// - Throws: ``CellFileError`` and `HDF5Error` if a column is damaged.
  func geneNames(
    _ naming: GeneNaming, count: Int, ofFileAt path: String
  ) throws -> (column: String?, values: [String?])? {
    // A column 'gene' may hold either kind.
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

  /// Returns the columns of the given names in any spelling, in the order of the names.
  private func columns(called names: [String]) -> [String] {
    names.flatMap { name in columns.filter { plain($0) == name } }
  }
}

/// Names of columns of `var` that hold identifiers, in ``plain(_:)`` letters.
private let idColumns = [
  "geneids", "geneid", "ensemblid", "ensemblids", "ensemblgeneid", "ensembl", "ensemblgene", "ensg",
  "accession", "featureid", "featureids", "genestableid", "stableid", "entrezid", "entrezgeneid",
  "entrez", "ncbigeneid", "id", "ids",
]

/// Names of columns of `var` that hold symbols, in ``plain(_:)`` letters.
private let symbolColumns = [
  "featurename", "featurenames", "genesymbols", "genesymbol", "genenames", "genename", "symbol",
  "symbols", "hgncsymbol", "hgnc", "mgisymbol", "externalgenename", "geneshortname", "gene",
  "genes", "name", "names", "originalgene", "originalgenes", "originalgenename", "originalname",
  "varnames", "varname", "feature", "features", "index",
]

/// Returns a column's name in lower case without separators.
func plain(_ name: String) -> String {
  name.lowercased().filter { !"_-. ".contains($0) }
}

/// Returns whether names are identifiers of Ensembl, FlyBase, WormBase, TAIR or Entrez rather than
/// symbols.
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
  // Names with several genomes have a prefix: "GRCh38_ENSG…".
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

/// Returns an identifier without the version that some annotations append, as in
/// `ENSG00000141510.18`.
func withoutVersion(_ id: String) -> String {
  guard id.hasPrefix("ENS"), let dot = id.firstIndex(of: "."),
    id[id.index(after: dot)...].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
  else { return id }
  return String(id[..<dot])
}
