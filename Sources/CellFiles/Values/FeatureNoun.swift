/// The word for what a matrix counts, in messages, reports and records.
package enum FeatureNoun: String, Sendable, Codable, CaseIterable {
  /// A gene, whose expression is counted.
  case gene

  /// A peak of open chromatin.
  case peak

  /// A protein, counted by antibodies.
  case protein

  /// Any other feature.
  case feature

  /// The word in the plural.
  package var plural: String { "\(rawValue)s" }

  /// The word for what the values measure.
  package var signal: String { self == .peak ? "accessibility" : "expression" }

  /// The words for proteins in names of modalities and tables, in lower case.
  private static let proteinWords: Set = [
    "prot", "adt", "adts", "protein", "proteins", "antibody", "antibodies",
  ]

  /// Returns whether the name of a modality or table has a word for proteins, such as
  /// `protein_expression`.
  static func isNameOfProteins(_ name: String) -> Bool {
    name.lowercased().split { !$0.isLetter }.contains { proteinWords.contains(String($0)) }
  }

  /// Finds the word for features by their types, or else by their modality.
  ///
  /// - Parameters:
  ///   - types: The type of each feature; `nil` if the file names none.
  ///   - modality: The modality; `nil` in files without.
  init(types: [String]?, modality: String?) {
    let modality = modality?.lowercased() ?? ""
    guard let types, let first = types.first else {
      self =
        FeatureKind.peakModalities.contains(modality)
        ? .peak : Self.isNameOfProteins(modality) ? .protein : .gene
      return
    }
    guard types.allSatisfy({ $0 == first }) else {
      self = .feature
      return
    }
    self =
      switch first {
      case "Gene Expression": .gene
      case FeatureKind.peakType: .peak
      case FeatureKind.proteinType: .protein
      default: .feature
      }
  }
}
