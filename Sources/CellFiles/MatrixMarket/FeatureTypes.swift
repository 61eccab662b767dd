internal import Foundation

/// What each feature of a folder is: the third column of `features.tsv`, where it says so.
///
/// The third column of other tables may be a chromosome or the kind of a transcript. It is types
/// where a few are repeated and one of them is a type that programs write. Before version 3 Cell
/// Ranger wrote `genes.tsv`, which has none.
struct FeatureTypes {
  /// The type of each feature, `nil` where its line has none.
  let ofFeature: [String?]

  /// The most types there are.
  private static let most = 50

  /// Types that programs write, in lower case.
  private static let known: Set = [
    "gene expression", "antibody capture", "crispr guide capture", "multiplexing capture",
    "antigen capture", "vdj", "vdj-b", "vdj-t", "custom", "peaks", "gene", "genes", "rna", "mrna",
    "adt", "hto", "protein", "protein expression", "antibody", "crispr", "spike-in", "atac",
    "chromatin accessibility", "cell multiplexing oligo",
  ]

  /// Finds the types in a table; `nil` where it has none.
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

  /// The number of the column that may hold types.
  private static func place(in table: MarketTable) -> Int? {
    if let heading = table.heading {
      return heading.firstIndex {
        ["featuretype", "featuretypes", "type"].contains(plain($0))
      }
    }
    let isGenes = (table.path as NSString).lastPathComponent.lowercased().contains("genes")
    return isGenes ? nil : 2
  }
}
