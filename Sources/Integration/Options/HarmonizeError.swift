public import Machine

/// An error of an integration, or of its output.
public enum HarmonizeError: Error, Equatable, Sendable {
  /// There are no cells, or no genes.
  case nothingToIntegrate(cells: Int, genes: Int)

  /// One cell alone passes the filters.
  case oneCellLeft(cell: String, minimumCounts: Int, minimumGenes: Int)

  /// A source with cells measured none of the genes that are selected.
  case nothingMeasured(source: String, genes: Int)

  /// Some cells have results that are not finite.
  case notFiniteResult(quantity: String, count: Int, cell: String)

  /// An output can't be one of the inputs unless it is asked to be.
  case outputIsInput(path: String)

  /// An input is another file than it was when the run began.
  case inputChanged(path: String)

  /// The name of an output says no format that can be written.
  case unknownOutputFormat(path: String)

  /// Cells are to be decoded as a source that there is not; `sources` are those that there are.
  case noSuchSource(name: String, sources: [String])

  /// Cells are to be decoded as a source none of whose cells passed the filters.
  case untrainedSource(name: String)
}

extension HarmonizeError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  public var description: String {
    switch self {
    case .nothingToIntegrate(let cells, let genes):
      "there is nothing to integrate in \(counted(cells, "cell")) and \(counted(genes, "gene"))"
    case .oneCellLeft(let cell, let minimumCounts, let minimumGenes):
      "only cell '\(cell)' has at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")), and one cell cannot be compared with others; "
        + "lower `minimumCounts` or `minimumGenes`"
    case .nothingMeasured(let source, let genes):
      "source '\(source)' measured none of the \(counted(genes, "gene")) that \(genes == 1 ? "is" : "are") "
        + "selected; raise `geneCount`, list genes that it has with `geneList`, or leave it out"
    case .notFiniteResult(let quantity, let count, let cell):
      "training failed: the \(quantity) of \(counted(count, "cell")) is not finite, first of '\(cell)'; "
        + "lower `learningRate`, or look at these cells"
    case .outputIsInput(let path):
      "the output '\(path)' is one of the inputs; name another file, or give `inPlace`"
    case .inputChanged(let path):
      "'\(path)' was changed while the run was at work, so the result is not about what is in it "
        + "now; run again"
    case .unknownOutputFormat(let path):
      "cannot tell the format of '\(path)'; name it .h5ad, .csv, .tsv, .npy or .h5, or give "
        + "`format`"
    case .noSuchSource(let name, let sources):
      "there is no source '\(name)' to decode as; there \(sources.count == 1 ? "is" : "are") "
        + "\(sources.count): " + sources.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (sources.count > 5 ? ", …" : "")
    case .untrainedSource(let name):
      "no cell of source '\(name)' passed the filters, so nothing was learned about it to decode as;"
        + " lower `minimumCounts` or `minimumGenes`, or name another source"
    }
  }
}

extension HarmonizeError: CategorizedError {
  /// The category of the failure.
  public var category: FailureCategory {
    switch self {
    case .outputIsInput, .unknownOutputFormat, .noSuchSource: .usage
    case .nothingToIntegrate, .oneCellLeft, .nothingMeasured, .notFiniteResult, .untrainedSource,
      .inputChanged:
      .data
    }
  }
}
