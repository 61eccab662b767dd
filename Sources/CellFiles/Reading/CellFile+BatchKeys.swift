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
}

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
