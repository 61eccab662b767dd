extension CellFile {
  /// The reason why the features are taken for peaks; `nil` if they are taken for genes.
  package var peakEvidence: String? {
    let modality = matrixName.split(separator: "/").dropFirst().first.map(String.init)
    if matrixName.hasPrefix("mod/"), let modality,
      FeatureKind.peakModalities.contains(modality.lowercased())
    {
      return "the modality is '\(modality)'"
    }
    if let featureTypes, featureTypes.allSatisfy({ $0 == FeatureKind.peakType }) {
      return "their type is '\(FeatureKind.peakType)'"
    }
    return FeatureKind.interval(among: genes.lazy.map(\.name)).map(FeatureKind.evidence)
  }
}
