package import CellFiles

/// The genes that a model shall use.
package struct GeneSelectionOptions: Sendable {
  /// The number of highly variable genes; the default is 2,000.
  package var count = 2_000

  /// The genes to use instead, by name; `nil`, the default, for the highly variable ones.
  package var list: [String]?

  /// The genes that are left out of the selection; `nil`, the default, for none.
  package var excluded: [GeneExclusion]?

  /// The kind of the features; the default is genes.
  ///
  /// Of peaks, those that are accessible in the most cells are selected.
  package var kind = FeatureKind.genes

  /// The fewest peaks that a model needs.
  package static let fewestPeaks = 100

  /// The fewest genes that exclusions may leave to select from.
  package static let fewestGenes = 10

  /// Makes the default options.
  package init() {}
}
