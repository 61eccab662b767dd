package import CellFiles
internal import CountData

/// The total counts and the numbers of expressed genes of some cells, for pictures.
package struct CellDepths: Equatable, Sendable {
  /// The sum of each cell's counts over all genes of its file; empty if values are not counts.
  package var totals: [Float] = []

  /// The number of genes with a value in each cell, of all genes of its file; empty if values are
  /// scaled, so that no gene is zero.
  package var genes: [Float] = []

  /// The word for the genes, or other features.
  package var feature = FeatureNoun.gene

  /// Makes the depths of cells without expression.
  init() {}

  /// Takes the depths of some cells, in their order, from the findings of the first pass.
  init(of cells: [Int], in summary: CellSummary) {
    if summary.kind == .counts || summary.kind == .fractionalCounts {
      totals = cells.map { Float(summary.totals[$0]) }
    }
    if summary.kind != .scaled { genes = cells.map { Float(summary.expressedGenes[$0]) } }
  }
}
