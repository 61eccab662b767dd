extension FeatureNoun {
  /// Returns the word for the features that files share, before a run says how it treats them.
  ///
  /// Peaks may be treated as genes, so they are called features, as are features of different kinds.
  ///
  /// - Parameter files: The files.
  /// - Returns: The word.
  static func common(of files: [CellFile]) -> FeatureNoun {
    let nouns = Set(files.map(\.feature))
    guard let noun = nouns.first, nouns.count == 1 else { return nouns.isEmpty ? .gene : .feature }
    return noun == .peak ? .feature : noun
  }
}
