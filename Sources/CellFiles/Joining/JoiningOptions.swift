/// Options for joining the genes of several files into one matrix.
public struct JoiningOptions: Sendable, Equatable, Codable {
  /// The selection of genes.
  public enum Genes: String, Sendable, Codable, CaseIterable {
    /// The genes that every file has.
    case inner

    /// The genes that any file has; a gene that a file lacks counts as not measured there, not as
    /// zero.
    case outer
  }

  /// The selection of genes.
  ///
  /// The default is ``Genes/inner``.
  public var genes = Genes.inner

  /// The kind of gene names for matching and naming; `nil` for the kind that the files share most.
  ///
  /// The default is `nil`: genes are matched by identifiers or by symbols, whichever more genes in
  /// every file share. Each gene keeps its name from the first file that has it.
  public var geneNaming: GeneNaming?

  /// Makes the default options.
  public init() {}

  init(genes: Genes, geneNaming: GeneNaming?) {
    (self.genes, self.geneNaming) = (genes, geneNaming)
  }
}
