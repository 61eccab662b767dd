/// Why cells could not be integrated.
public enum HarmonizeError: Error, Equatable, Sendable {
  /// An option has a value that it cannot have.
  case badOption(name: String, value: String, expected: String)

  /// Some values are NaN, infinite, or infinite in single precision.
  case notFinite(part: String, matrix: String, count: Int, cell: String, gene: String)

  /// The values of a cell add to more than a single-precision number holds.
  case sumTooLarge(part: String, matrix: String, cell: String, sum: Double)

  /// Some values are below zero; `counts` names matrices of the file that hold counts.
  case negative(
    part: String, matrix: String, count: Int, cell: String, gene: String, counts: [String])

  /// The values, of one batch or of all, look as `log1p` leaves them; `counts` names matrices that
  /// hold counts.
  case logNormalized(
    part: String, matrix: String, batch: String? = nil, maximum: Float, counts: [String])

  /// The values, of one batch or of all, were divided by each cell's total, so that they add to
  /// `sum` where all genes are there; `counts` names matrices that hold counts.
  case normalized(part: String, matrix: String, batch: String?, sum: Double?, counts: [String])

  /// There are no cells, or no genes.
  case nothingToIntegrate(cells: Int, genes: Int)

  /// No cell passes the filters.
  case noCellsLeft(cells: Int, minimumCounts: Int, minimumGenes: Int)

  /// One cell alone passes the filters.
  case oneCellLeft(cell: String, minimumCounts: Int, minimumGenes: Int)

  /// After filtering, the cells of one source alone are left.
  case oneSourceLeft(source: String, minimumCounts: Int, minimumGenes: Int)

  /// None of the genes that a list names is in the data.
  case noListedGenes(list: String, count: Int, example: String)

  /// Exclusions leave too few genes to select from.
  case genesExcluded(left: Int, of: Int, fewest: Int, by: [String])

  /// A source with cells measured none of the genes that are selected.
  case nothingMeasured(source: String, genes: Int)

  /// A list of genes could not be read.
  case unreadableList(path: String, reason: String)

  /// More genes were selected than a count store can number.
  case tooManyGenes(count: Int, limit: Int)

  /// A loss or a gradient stopped being a number.
  case diverged(step: Int, quantity: String, cells: [String])

  /// What a trained model makes of some cells is not a number.
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

  /// A scratch file could not be written; `reason` is the system's, such as a full disk.
  case scratchFailed(folder: String, reason: String)

  /// Something asked for needs another kind of input or output.
  case unsuitable(String)
}

extension HarmonizeError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  public var description: String {
    switch self {
    case .badOption(let name, let value, let expected):
      "'\(name)' cannot be \(value); give \(expected)"
    case .notFinite(let part, let matrix, let count, let cell, let gene):
      "'\(matrix)' in '\(part)' holds \(counted(count, "value")) that \(count == 1 ? "is" : "are") "
        + "NaN, infinite or too large for single precision, first in cell '\(cell)', gene '\(gene)'; remove or replace them"
    case .sumTooLarge(let part, let matrix, let cell, let sum):
      "the values of cell '\(cell)' in '\(matrix)' of '\(part)' add to \(sum), beyond "
        + "\(Float.greatestFiniteMagnitude), the largest number in single precision; divide all "
        + "values by one number"
    case .negative(let part, let matrix, let count, let cell, let gene, let counts):
      "'\(matrix)' in '\(part)' holds \(counted(count, "negative value")), first in cell '\(cell)', "
        + "gene '\(gene)', so it is not counts; " + advice(counts)
    case .logNormalized(let part, let matrix, let batch, let maximum, let counts):
      "'\(matrix)' in '\(part)' looks log-normalized\(among(batch)) (fractions, none over "
        + "\(maximum)), not like counts; " + advice(counts)
    case .normalized(let part, let matrix, let batch, let sum, let counts):
      "'\(matrix)' in '\(part)' looks divided by each cell's total\(among(batch)) ("
        + (sum.map { "fractions that add to \(shortened($0)) in every cell" }
          ?? "fractions that are multiples of the cell's smallest")
        + "), not like counts; " + advice(counts)
    case .nothingToIntegrate(let cells, let genes):
      "there is nothing to integrate in \(counted(cells, "cell")) and \(counted(genes, "gene"))"
    case .noCellsLeft(let cells, let minimumCounts, let minimumGenes):
      "none of \(counted(cells, "cell")) has at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")); lower '--min-counts' or '--min-genes'"
    case .oneCellLeft(let cell, let minimumCounts, let minimumGenes):
      "only cell '\(cell)' has at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")), and one cell cannot be compared with others; "
        + "lower '--min-counts' or '--min-genes'"
    case .oneSourceLeft(let source, let minimumCounts, let minimumGenes):
      "only cells of source '\(source)' have at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")); lower '--min-counts' or '--min-genes'"
    case .noListedGenes(let list, let count, let example):
      "none of the \(counted(count, "gene")) in '\(list)' is in the data, whose genes are named "
        + "like '\(example)'"
    case .genesExcluded(let left, let count, let fewest, let names):
      "excluding " + names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (names.count > 5 ? ", …" : "")
        + " leaves \(counted(left, "gene")) of \(count), and at least \(fewest) "
        + "\(fewest == 1 ? "is" : "are") needed; exclude fewer with '--exclude-genes'"
    case .nothingMeasured(let source, let genes):
      "source '\(source)' measured none of the \(counted(genes, "gene")) that \(genes == 1 ? "is" : "are") "
        + "selected; raise '--n-genes', list genes that it has with '--genes', or leave it out"
    case .unreadableList(let path, let reason):
      "cannot read the list of genes '\(path)': \(reason)"
    case .tooManyGenes(let count, let limit):
      "\(count) genes are selected, but at most \(limit) can be; lower '--n-genes'"
    case .diverged(let step, let quantity, let cells):
      "training failed at step \(step): \(quantity) is not finite, in a minibatch with cells "
        + cells.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + "; lower '--learning-rate', or look at these cells"
    case .notFiniteResult(let quantity, let count, let cell):
      "training failed: the \(quantity) of \(counted(count, "cell")) is not finite, first of '\(cell)'; "
        + "lower '--learning-rate', or look at these cells"
    case .outputIsInput(let path):
      "the output '\(path)' is one of the inputs; name another file, or give '--in-place'"
    case .inputChanged(let path):
      "'\(path)' was changed while the run was at work, so the result is not about what is in it "
        + "now; run again"
    case .unknownOutputFormat(let path):
      "cannot tell the format of '\(path)'; name it .h5ad, .csv, .tsv, .npy or .h5, or give "
        + "'--output-format'"
    case .noSuchSource(let name, let sources):
      "there is no source '\(name)' to decode as; there \(sources.count == 1 ? "is" : "are") "
        + "\(sources.count): " + sources.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (sources.count > 5 ? ", …" : "")
    case .untrainedSource(let name):
      "no cell of source '\(name)' passed the filters, so nothing was learned about it to decode as;"
        + " lower '--min-counts' or '--min-genes', or name another source"
    case .scratchFailed(let folder, let reason):
      "cannot write the scratch file in '\(folder)': \(reason); give '--scratch' a folder with more "
        + "room, or '--memory' more"
    case .unsuitable(let sentence):
      sentence
    }
  }

  /// The batch whose values are meant, where it is not all.
  private func among(_ batch: String?) -> String {
    batch.map { " in batch '\($0)'" } ?? ""
  }

  /// What to do about values that are not counts.
  private func advice(_ counts: [String]) -> String {
    guard let option = counts.first else {
      return "give a file with counts, or '--loss mse' to take the values as they are"
    }
    return "give '\(option)', which holds counts, or '--loss mse' to take the values as they are"
  }
}

/// A number of about four digits, without a fraction where it has none.
func shortened(_ number: Double) -> String {
  guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
  var unit = 1.0
  while abs(number) * unit < 1000, unit < 1e6 { unit *= 10 }
  let value = (number * unit).rounded() / unit
  return value.rounded() == value ? "\(Int(value))" : "\(value)"
}

/// A number with its noun: `1 cell`, `2 cells`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
