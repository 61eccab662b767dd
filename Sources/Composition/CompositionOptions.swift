/// Options of the search for populations that batches share.
package struct CompositionOptions: Sendable, Equatable {
  /// The number of cells sampled from each batch; the default is 2,000.
  package var cellsPerBatch = 2_000

  /// The number of genes compared, those with the highest excess variance within batches.
  ///
  /// The default is 1,500, or all genes if the caller gives fewer.
  package var genes = 1_500

  /// A flag that is true if the samples are log expression, whose genes are selected and scaled.
  ///
  /// The default is `true`. If it is `false`, the samples are coordinates of an embedding: all are
  /// compared, and their scales are kept.
  package var comparesGenes = true

  /// The number of cells below which every cell of a batch becomes a cluster; the default is 15.
  package var smallBatch = 15

  /// The maximum number of batches for matching every pair; the default is 12.
  ///
  /// With more batches, each batch is matched to `references` batches, so that time grows linearly
  /// with the number of batches.
  package var allPairs = 12

  /// The number of reference batches to which each other batch is matched; the default is 8.
  package var references = 8

  /// The number of batches that are compared at most, those of most cells; the default is 160.
  ///
  /// Their clusters, at most 12 each, are as many as can all be measured against each other. Of
  /// further batches, what the largest frame holds is taken to be theirs.
  package var mostBatches = 160

  /// The squared distance at which two clusters no longer match, in units of the
  /// mean squared distance between clusters of one batch; the default is 0.45.
  package var matchWidth = 0.45

  /// The smallest agreement of matched clusters that indicates a common offset; the default is 0.7.
  package var agreement = 0.7

  /// The smallest share of a set's own spread that a match has to explain; the default is 0.12.
  package var explained = 0.12

  /// The largest squared offset that agreement can support, in units of the structure.
  ///
  /// The default is 4.
  package var strongOffset = 4.0

  /// The largest squared offset if a single type is matched, in units of the structure.
  ///
  /// The default is 0.5.
  package var nearestOffset = 0.5

  /// The largest squared offset if a single type is matched, in units of the squared distance to
  /// the next cluster.
  ///
  /// A cluster as far from its match as the match is from other clusters of its batch may be
  /// another type. The default is 0.7.
  package var nearestRatio = 0.7

  /// The smallest structure with which a batch is matched alone, as a share of the variance within
  /// its clusters; the default is 0.1.
  package var smallestStructure = 0.1

  /// The structure above which batches are assumed to have most types, as a share of that of all
  /// batches together.
  ///
  /// Below it, joining batches takes `matchedCells`, and a match of a single type does not join
  /// batches. The default is 0.6.
  package var clearStructure = 0.6

  /// The number of matched cells in each of two batches that joins them although their structure is
  /// unclear; the default is 75.
  package var matchedCells = 75.0

  /// Makes options with the defaults.
  package init() {}

  /// The batches that are compared, ascending: all, or those of most cells.
  func compared(_ batchSizes: [Int]) -> [Int] {
    guard batchSizes.count > mostBatches else { return Array(batchSizes.indices) }
    return batchSizes.indices.sorted { (batchSizes[$1], $0) < (batchSizes[$0], $1) }
      .prefix(mostBatches).sorted()
  }
}
