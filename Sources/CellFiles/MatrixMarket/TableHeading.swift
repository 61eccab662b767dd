/// A first line that names the columns of a table, and no cell or gene.
enum TableHeading {
  /// Whether the first line of a table reads as a heading: by its words, or as the only one that
  /// has no number, barcode or identifier where all others have one.
  static func isHeading(_ rows: [[String]]) -> Bool {
    guard let first = rows.first, rows.count > 1 else { return false }
    return first.contains { words.contains(plain($0)) } || differs(rows)
  }

  /// Whether the first line is a heading whatever the number of lines.
  static func isSure(_ rows: [[String]]) -> Bool {
    guard let first = rows.first, rows.count > 1 else { return false }
    let known = first.count { sureWords.contains(plain($0)) }
    return known > 1 || known == 1 && (first.count == 1 || differs(rows))
  }

  /// Whether a name is that of a column with the cells' names.
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

  /// Whether a text has the sequence of a barcode in it.
  static func isBarcode(_ text: String) -> Bool {
    var run = 0
    for byte in text.utf8 {
      run = bases.contains(byte) ? run + 1 : 0
      if run >= 8 { return true }
    }
    return false
  }

  private static let bases: Set = Set("ACGTN".utf8)

  /// What columns with the cells' names are called, without capitals and what stands between words.
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
