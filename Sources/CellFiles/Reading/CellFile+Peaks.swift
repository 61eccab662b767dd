extension CellFile {
  /// The modality that is read; `nil` in files without.
  var modality: String? {
    let parts = matrixName.split(separator: "/")
    return parts.first == "mod" && parts.count > 1 ? String(parts[1]) : nil
  }

  /// The word for the features that are read.
  package var feature: FeatureNoun {
    peakEvidence == nil ? FeatureNoun(types: featureTypes, modality: modality) : .peak
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
}
