extension CellFile {
  /// The modality that is read; `nil` in files without.
  var modality: String? {
    let parts = matrixName.split(separator: "/")
    return parts.first == "mod" && parts.count > 1 ? String(parts[1]) : nil
  }

  /// The word for the features that are read.
  package var feature: FeatureNoun {
    if peakEvidence != nil { return .peak }
    return proteinEvidence == nil ? FeatureNoun(types: featureTypes, modality: modality) : .protein
  }

  /// The reason why the features are taken for peaks; `nil` if they are taken for genes.
  package var peakEvidence: String? {
    if let modality, FeatureKind.peakModalities.contains(modality.lowercased()) {
      return "the modality is '\(modality)'"
    }
    if let featureTypes, featureTypes.allSatisfy({ $0 == FeatureKind.peakType }) {
      return "their type is '\(FeatureKind.peakType)'"
    }
    return FeatureKind.interval(among: genes.lazy.map(\.name)).map(FeatureKind.evidence)
  }

  /// The reason why the features are taken for proteins; `nil` if nothing speaks for proteins.
  package var proteinEvidence: String? {
    if let key = options.obsmKey {
      return FeatureNoun.isNameOfProteins(key) ? "the table is '\(matrixName)'" : nil
    }
    if let modality, FeatureNoun.isNameOfProteins(modality) {
      return "the modality is '\(modality)'"
    }
    let types = featureTypes ?? typesInTable(variables, ofFileAt: path)
    guard let types, types.allSatisfy({ $0 == FeatureKind.proteinType }) else { return nil }
    return "their type is '\(FeatureKind.proteinType)'"
  }
}

/// Returns the types that scanpy keeps of files of 10x in a column of `var`; `nil` if there are none.
func typesInTable(_ variables: (any ColumnTable)?, ofFileAt path: String) -> [String]? {
  let name = "feature_types"
  // A damaged column is no reason to refuse the counts.
  guard let variables, variables.columns.contains(name),
    let column = try? variables.column(name, ofFileAt: path)
  else { return nil }
  return column.labels().map { $0 ?? "" }
}
