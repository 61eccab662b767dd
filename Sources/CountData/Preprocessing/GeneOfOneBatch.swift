/// A gene that one batch alone expresses.
package struct GeneOfOneBatch: Equatable, Sendable {
  /// The name of the gene.
  package var gene: String

  /// The name of the batch.
  package var batch: String
}
