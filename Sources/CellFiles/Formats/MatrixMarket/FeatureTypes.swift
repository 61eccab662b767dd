internal import Foundation
internal import Support

/// The type of each feature of a folder, from the third column of `features.tsv`.
///
/// In other tables the third column may be a chromosome or a transcript type. It holds feature
/// types if it has few repeated values and one of them is a known type. The `genes.tsv` of Cell
/// Ranger before version 3 has no types.
struct FeatureTypes {
  /// The type of each feature, `nil` if its line has none.
  let ofFeature: [String?]

  /// The largest number of distinct types.
  private static let most = 50

  /// Known types, in lower case.
  private static let known: Set = [
    "gene expression", "antibody capture", "crispr guide capture", "multiplexing capture",
    "antigen capture", "vdj", "vdj-b", "vdj-t", "custom", "peaks", "gene", "genes", "rna", "mrna",
    "adt", "hto", "protein", "protein expression", "antibody", "crispr", "spike-in", "atac",
    "chromatin accessibility", "cell multiplexing oligo",
  ]

  /// Finds the types in a table; `nil` if it has none.
  init?(of table: MarketTable) {
    guard let place = Self.place(in: table), table.rows.contains(where: { $0.count > place }) else {
      return nil
    }
    ofFeature = table.rows.map {
      $0.count > place && !isPlaceholder($0[place]) ? $0[place] : nil
    }
    let types = Set(ofFeature.compactMap(\.self))
    guard types.count <= Self.most,
      types.contains(where: { Self.known.contains($0.lowercased()) })
    else { return nil }
  }

  /// Returns the number of the column that may hold types.
  private static func place(in table: MarketTable) -> Int? {
    if let heading = table.heading {
      return heading.firstIndex {
        ["featuretype", "featuretypes", "type"].contains(plain($0))
      }
    }
    let isGenes = fileName(of: table.path).lowercased().holds("genes")
    return isGenes ? nil : 2
  }
}
