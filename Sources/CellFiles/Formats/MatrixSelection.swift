/// An option that selects what is read of a file, and that not every format has a use for.
enum MatrixSelection: Sendable {
  case layer
  case raw
  case genome
  case modality
  case featureType
}

extension ReadingOptions {
  /// A flag that is true if a matrix other than the main one is selected in some way.
  var selectsMatrix: Bool { layer != nil || useRaw || genome != nil || modality != nil }

  /// Removes what a format has nothing for and other files of the same run have.
  ///
  /// So layers of an AnnData can be integrated with files of 10x, which have one matrix.
  ///
  /// - Parameters:
  ///   - selections: The selections of the format.
  ///   - others: Those of the formats of all files.
  ///   - path: The file.
  /// - Returns: A notice for each selection that is removed.
  mutating func remove(
    allBut selections: Set<MatrixSelection>, for others: Set<MatrixSelection>,
    ofFileAt path: String
  ) -> [String] {
    let missing = others.subtracting(selections)
    var notices: [String] = []
    func note(_ what: String) {
      notices.append("'\(path)' has no \(what); all that it holds is read")
    }
    if let layer, missing.contains(.layer) {
      note("layers such as '\(layer)'")
      self.layer = nil
    }
    if useRaw, missing.contains(.raw) {
      note("'raw'")
      useRaw = false
    }
    if genome != nil, missing.contains(.genome) {
      note("genomes")
      genome = nil
    }
    if modality != nil, missing.contains(.modality) {
      note("modalities")
      modality = nil
    }
    return notices
  }

  /// Checks that files of a format can hold what the options select, so that no option is ignored.
  ///
  /// - Parameters:
  ///   - selections: The selections of the format.
  ///   - path: The file.
  /// - Throws: ``CellFileError``, as about a file of a format that lacks just this one.
  func check(_ selections: Set<MatrixSelection>, ofFileAt path: String) throws(CellFileError) {
    if let layer, !selections.contains(.layer) {
      throw .noSuchLayer(path: path, layer: layer, layers: [])
    }
    if useRaw, !selections.contains(.raw) { throw .noRaw(path: path) }
    if let genome, !selections.contains(.genome) {
      throw .noSuchGenome(path: path, genome: genome, genomes: [])
    }
    if let modality, !selections.contains(.modality) {
      throw .noSuchModality(path: path, modality: modality, modalities: [])
    }
  }

  /// Checks the types of the features of a file of which all are read.
  ///
  /// - Parameters:
  ///   - types: The type of each feature; `nil` if the file names no types.
  ///   - path: The file.
  /// - Returns: A notice if genes are read together with other features.
  /// - Throws: ``CellFileError`` if the options ask for the features of one type among several, or of
  ///   another type.
  func check(types: [String]?, ofFileAt path: String) throws(CellFileError) -> String? {
    guard let featureType else { return nil }
    let isAsked = featureType != Self.usualType || requiresType
    guard let types else {
      guard featureType == Self.usualType else {
        throw .noSuchFeatureType(path: path, featureType: featureType, featureTypes: [])
      }
      return nil
    }
    var counts: [String: Int] = [:]
    for type in types { counts[type, default: 0] += 1 }
    let found = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    guard !isAsked || counts[featureType] != nil else {
      throw .noSuchFeatureType(
        path: path, featureType: featureType, featureTypes: counts.keys.sorted())
    }
    guard counts.count > 1 else { return nil }
    let described = found.map { "\($0.value) of '\($0.key)'" }
    guard !isAsked else {
      throw .typesTogether(path: path, featureType: featureType, types: described)
    }
    return
      "'\(path)' holds features of several types (column 'feature_types' of 'var': "
      + "\(described.joined(separator: ", "))), and all are read together; to integrate those of one "
      + "type, write a file with these alone"
  }
}
