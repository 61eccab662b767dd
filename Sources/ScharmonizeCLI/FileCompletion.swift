internal import ArgumentParser
internal import Harmonize

// What a shell offers that has to be looked up in the file on the command line.
extension CompletionKind {
  /// The columns of `obs`.
  static let columns = CompletionKind.custom { words, _, _ in
    tables(among: words)?.columnNames ?? []
  }

  /// The embeddings in `obsm`.
  static let embeddings = CompletionKind.custom { words, _, _ in
    tables(among: words)?.embeddingNames ?? []
  }
}

/// The tables of the first `.h5ad` that is there.
private func tables(among words: [String]) -> CellTables? {
  words.lazy.filter { $0.hasSuffix(".h5ad") }.compactMap { try? CellTables(readingAt: $0) }.first
}
