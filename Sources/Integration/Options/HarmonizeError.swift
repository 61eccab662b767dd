package import Support

/// An error of an integration, or of its output.
package enum HarmonizeError: Error, Equatable, Sendable {
  /// There are no cells, or no genes.
  case nothingToIntegrate(cells: Int, genes: Int)

  /// Given coordinates have too few or too many dimensions.
  case dimensions(name: String, count: Int)

  /// Some cells have results that are not finite.
  case notFiniteResult(quantity: String, count: Int, cell: String)

  /// An output can't be one of the inputs unless it is asked to be.
  case outputIsInput(path: String)

  /// An input is another file than it was when the run began.
  case inputChanged(path: String)

  /// The name of an output says no format that can be written.
  case unknownOutputFormat(path: String)

  /// Cells are to be decoded as a batch that there is not; `batches` are those that there are.
  case noSuchBatch(name: String, batches: [String])

  /// Cells are to be decoded as a batch none of whose cells passed the filters.
  case untrainedBatch(name: String)
}

extension HarmonizeError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .nothingToIntegrate(let cells, let genes):
      "cannot integrate \(counted(cells, "cell")) and \(counted(genes, "gene"))"
    case .dimensions(let name, let count):
      "the embedding '\(name)' has \(counted(count, "dimension")); an alignment needs at least 2 and at "
        + "most 65536"
    case .notFiniteResult(let quantity, let count, let cell):
      "training failed: the \(quantity) of \(counted(count, "cell")) is not finite, first in '\(cell)'; "
        + "lower `learningRate`, or check these cells"
    case .outputIsInput(let path):
      "the output '\(path)' is one of the inputs; name another file, or give `inPlace`"
    case .inputChanged(let path):
      "'\(path)' was changed during the run, so the result does not describe its present contents; "
        + "run again"
    case .unknownOutputFormat(let path):
      "cannot tell the format of '\(path)'; name it .h5ad, .csv, .tsv, .npy or .h5, or give "
        + "`format`"
    case .noSuchBatch(let name, let batches):
      "cannot decode as batch '\(name)', which does not exist; there \(batches.count == 1 ? "is" : "are") "
        + "\(batches.count): " + batches.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (batches.count > 5 ? ", …" : "")
    case .untrainedBatch(let name):
      "no cell of batch '\(name)' passed the filters, so the model cannot decode as this batch;"
        + " lower `minimumCounts` or `minimumGenes`, or name another batch"
    }
  }
}

extension HarmonizeError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .outputIsInput, .unknownOutputFormat, .noSuchBatch: .usage
    case .nothingToIntegrate, .dimensions, .notFiniteResult, .untrainedBatch, .inputChanged: .data
    }
  }
}
