/// A first line that names the columns of a table instead of a cell or gene.
enum TableHeading {
  /// Returns whether the first line of a table is a heading.
  ///
  /// It is a heading by its words, or if it alone has no number, barcode or identifier.
  static func isHeading(_ rows: [[String]]) -> Bool {
    guard let first = rows.first, rows.count > 1 else { return false }
    return first.contains { words.contains(plain($0)) } || differs(rows)
  }

  /// Returns whether the first line is certainly a heading, for any number of lines.
  static func isSure(_ rows: [[String]]) -> Bool {
    guard let first = rows.first, rows.count > 1 else { return false }
    let known = first.count { sureWords.contains(plain($0)) }
    return known > 1 || known == 1 && (first.count == 1 || differs(rows))
  }

  /// Returns whether a name is typical of a column with cell names.
  static func namesCells(_ name: String) -> Bool { cellWords.contains(plain(name)) }

  private static func differs(_ rows: [[String]]) -> Bool {
    let body = rows.dropFirst()
    let width = body.map(\.count).min() ?? 0
    let isShifted = rows[0].count + 1 == width
    for (column, name) in rows[0].enumerated() {
      let place = isShifted ? column + 1 : column
      guard place < width, !name.isEmpty else { continue }
      let values = body.map { $0[place] }
      for isOfKind in [isNumber, isBarcode, looksLikeIdentifier]
      where !isOfKind(name) && values.allSatisfy(isOfKind) {
        return true
      }
    }
    return false
  }

  private static func isNumber(_ text: String) -> Bool { Double(text) != nil }

  /// Returns whether a text contains a barcode sequence.
  static func isBarcode(_ text: String) -> Bool {
    var run = 0
    for byte in text.utf8 {
      run = bases.contains(byte) ? run + 1 : 0
      if run >= 8 { return true }
    }
    return false
  }

  private static let bases: Set = Set("ACGTN".utf8)

  /// Names of columns with cell names, in lower case without separators.
  private static let cellWords: Set = [
    "barcode", "barcodes", "cellbarcode", "cellbarcodes", "cell", "cells", "cellid", "cellids",
    "cellname", "cellnames", "bcwells", "bcwell", "cb", "obsnames", "obsname",
  ]

  private static let sureWords: Set = cellWords.subtracting(["cell", "cells", "cb"]).union([
    "geneid", "geneids", "genename", "genenames", "genesymbol", "genesymbols", "ensemblid",
    "ensemblgeneid", "featureid", "featurename", "featuretype", "hgncsymbol", "mgisymbol",
    "externalgenename",
  ])

  private static let words: Set = cellWords.union(sureWords).union([
    "", "x", "v1", "index", "rownames", "gene", "genes", "feature", "features", "symbol", "symbols",
    "ensembl", "id", "ids", "name", "names", "entrez", "entrezid", "accession", "type",
    "featuretypes", "chr", "chromosome", "biotype", "genome", "sample", "sampleid", "batch",
    "cluster", "celltype", "condition",
  ])
}
