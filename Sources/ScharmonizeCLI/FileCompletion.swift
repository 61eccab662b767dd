internal import ArgumentParser
internal import Harmonize

// Shell completions that are read from the file on the command line.
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

/// Returns the tables of the first existing `.h5ad` file or zarr store.
private func tables(among words: [String]) -> CellTables? {
  words.lazy.filter { word in [".h5ad", ".zarr", ".zarr.zip"].contains(where: word.hasSuffix) }
    .compactMap { try? CellTables(readingAt: $0) }.first
}
