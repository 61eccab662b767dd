/// A gene that one batch alone expresses.
public struct GeneOfOneBatch: Equatable, Sendable {
  /// The name of the gene.
  public var gene: String

  /// The name of the batch.
  public var batch: String
}
