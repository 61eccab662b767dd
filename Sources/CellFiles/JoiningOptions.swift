/// How the genes of several files become those of one matrix.
public struct JoiningOptions: Sendable, Equatable, Codable {
  /// Which genes are kept.
  public enum Genes: String, Sendable, Codable, CaseIterable {
    /// Those that every file has.
    case inner

    /// Those of any file. What a file lacks was not measured there, which is not a zero.
    case outer
  }

  /// Which genes are kept.
  ///
  /// The default is ``Genes/inner``.
  public var genes = Genes.inner

  /// What genes are called and matched by, or `nil` for what the files share most.
  ///
  /// The default is `nil`: genes are matched by identifiers or by symbols, whichever more of
  /// are in every file, and keep the names that the first of their files gives them.
  public var geneNaming: GeneNaming?

  /// Makes the default options.
  public init() {}

  init(genes: Genes, geneNaming: GeneNaming?) {
    (self.genes, self.geneNaming) = (genes, geneNaming)
  }
}
