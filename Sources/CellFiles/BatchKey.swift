/// A column of `obs` that may name the source of each cell.
public struct BatchKeyCandidate: Sendable, Equatable {
  /// The column's name.
  public var name: String

  /// How many different labels it has.
  public var levels: Int

  /// Makes a candidate of its parts.
  public init(name: String, levels: Int) {
    self.name = name
    self.levels = levels
  }
}

extension CellFile {
  /// The columns that look like a batch key.
  ///
  /// They are called as sources usually are (batch, donor, library, …), and have
  /// at least two labels, and at most one for every two cells.
  ///
  /// - Returns: The columns in the order of ``columnNames``.
  public func batchKeyCandidates() -> [BatchKeyCandidate] {
    columnNames.filter(soundsLikeSource).compactMap { name in
      // One that cannot be read is not what the user means, or its name says so when it is given.
      guard let column = columnIfReadable(name).column else { return nil }
      if case .floats = column { return nil }
      let levels = column.withPlaceholdersMissing().levels().names.count
      return levels >= 2 && levels <= cellCount / 2
        ? BatchKeyCandidate(name: name, levels: levels) : nil
    }
  }
}

/// Words that begin a part of a batch key's name, as in "donor_id" or "SampleName".
private let longWords = [
  "assay", "batch", "center", "centre", "channel", "chemistry", "cohort", "dataset", "donor",
  "experiment", "individual", "institut", "library", "method", "participant", "patient",
  "platform", "project", "protocol", "replicate", "sample", "source", "study", "subject",
  "technology",
]

/// Words that are a part of a batch key's name: as beginnings they would be those of others.
private let shortWords: Set = [
  "chip", "gem", "lab", "lane", "mouse", "plate", "pool", "rep", "run", "site", "tech", "well",
]

/// Words by which a column is about what cells are, not where they come from.
private let otherWords = ["annotation", "celltype", "cluster", "label", "leiden", "louvain"]

/// Whether a column is called as those are that name sources.
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

/// The words of "orig.ident", "donor_id" or "sampleName", in lower case.
func words(in name: String) -> [String] {
  var words: [String] = []
  var word = ""
  var previous: Character = "_"
  for character in name {
    let isNewWord = character.isUppercase && !previous.isUppercase
    if !character.isLetter && !character.isNumber || isNewWord {
      words.append(word)
      word = ""
    }
    if character.isLetter || character.isNumber { word += character.lowercased() }
    previous = character
  }
  return (words + [word]).filter { !$0.isEmpty }
}
