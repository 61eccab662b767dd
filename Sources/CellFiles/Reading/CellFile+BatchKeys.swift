extension CellFile {
  /// Returns the columns that look like a batch key.
  ///
  /// Their names are typical of batches (batch, donor, library, …). They have at least two labels,
  /// and at most one label for every two cells.
  ///
  /// - Returns: The columns in the order of ``columnNames``.
  package func batchKeyCandidates() -> [BatchKeyCandidate] {
    columnNames.filter(soundsLikeSource).compactMap { name in
      // An unreadable column is not a candidate; if the user names it, an error explains why.
      guard let column = columnIfReadable(name).column else { return nil }
      if case .floats = column { return nil }
      let levels = column.withPlaceholdersMissing().levels().names.count
      return levels >= 2 && levels <= cellCount / 2
        ? BatchKeyCandidate(name: name, levels: levels) : nil
    }
  }

  /// Returns the rank of a batch key's name among those that look like one; 0 is the most typical.
  package static func batchKeyRank(_ name: String) -> Int {
    if name == "batch" { return 0 }
    let words = words(in: name)
    return rankedWords.firstIndex { ranked in words.contains { $0.hasPrefix(ranked) } }
      .map { $0 + 1 } ?? rankedWords.count + 1
  }

  /// Returns the columns that look like cell types, the most typical name first.
  ///
  /// They have from 2 to 500 labels, and at most one for every two cells.
  package func labelKeyCandidates() -> [String] {
    let ranked = columnNames.compactMap { name -> (rank: Int, name: String)? in
      let joined = words(in: name).joined()
      return labelNames.firstIndex(of: joined).map { ($0, name) }
    }
    return ranked.sorted { $0.rank < $1.rank }.map(\.name).filter { name in
      guard let column = columnIfReadable(name).column else { return false }
      switch column {
      case .strings, .categorical: break
      case .integers, .floats, .booleans: return false
      }
      let levels = column.withPlaceholdersMissing().levels().names.count
      return (2...500).contains(levels) && levels <= cellCount / 2
    }
  }
}

/// Words of batch keys, the most typical first.
private let rankedWords = [
  "batch", "sample", "library", "channel", "donor", "patient", "subject", "individual",
  "participant", "dataset", "study", "experiment",
]

/// Names of columns with cell types, in lower case without separators, the most typical first.
private let labelNames = [
  "celltype", "celltypes", "celltypefinal", "finalcelltype", "finalannotation", "annotation",
  "annotations", "celltypeannotation", "cellannotation", "cellontologyclass", "celltypemajor",
  "majorcelltype", "cellidentity", "cellclass", "cellsubtype", "subclass", "predictedcelltype",
  "label", "labels", "cluster", "clusters",
]

/// Words that can begin a part of a batch key's name, as in "donor_id" or "SampleName".
private let longWords = [
  "assay", "batch", "center", "centre", "channel", "chemistry", "cohort", "dataset", "donor",
  "experiment", "individual", "institut", "library", "method", "participant", "patient",
  "platform", "project", "protocol", "replicate", "sample", "source", "study", "subject",
  "technology",
]

/// Words that must be a whole part of a batch key's name, since longer words also begin with them.
private let shortWords: Set = [
  "chip", "gem", "lab", "lane", "mouse", "plate", "pool", "rep", "run", "site", "tech", "well",
]

/// Words that mark a column as a property of cells, not of their origin.
private let otherWords = ["annotation", "celltype", "cluster", "label", "leiden", "louvain"]

/// Returns whether a column has a name that is typical of batches.
private func soundsLikeSource(_ name: String) -> Bool {
  let words = words(in: name)
  let joined = words.joined()
  if name == BarcodeSuffixes.columnName { return true }
  if name.hasPrefix("_scvi") || otherWords.contains(where: joined.contains) { return false }
  return joined.hasPrefix("origident")
    || words.contains { word in
      shortWords.contains(word) || longWords.contains { word.hasPrefix($0) }
    }
}
