package import CellFiles

/// The rules of a scan: the cells and values that it accepts, and the genes whose counts it gathers.
package struct ScanRules: Sendable {
  /// The choice of the genes whose counts are gathered.
  package enum Genes: Sendable {
    /// The listed or the most variable genes. Genes that some batches lack are padded.
    case selected(GeneSelectionOptions)

    /// All genes of the cells, in their order, with a given transformation to the network's input.
    case all(input: CountStore.Input)
  }

  /// The genes whose counts are gathered; the default is the selection with default options.
  package var genes: Genes = .selected(GeneSelectionOptions())

  /// The minimum total of a kept cell; the default is 0.
  package var minimumCounts = 0

  /// The minimum number of expressed genes of a kept cell; the default is 0.
  package var minimumGenes = 0

  /// A flag that is true if values that are not counts are accepted; the default is false.
  package var anyScale = false

  /// The kind of the features; the default is genes.
  ///
  /// The counts of peaks must be of fragments, as from
  /// ``CellDataset/countingFragments(_:progress:)``.
  package var kind = FeatureKind.genes

  /// The size of each cell in any unit, by which its counts are divided, `(n)`; `nil`, the default,
  /// for its total.
  package var sizes: [Double]?

  /// A flag that is true if a comparison of cells follows, which needs two of them, and a selected
  /// gene in each batch; the default is false.
  package var comparesCells = false

  /// Makes the default rules.
  package init() {}
}
