package import Support

/// An error of counts, or of genes and cells to select from them.
package enum CountDataError: Error, Equatable, Sendable {
  /// Some values are NaN, infinite, or infinite in single precision.
  case notFinite(part: String, matrix: String, count: Int, cell: String, gene: String)

  /// The sum of a cell's values overflows single precision.
  case sumTooLarge(part: String, matrix: String, cell: String, sum: Double)

  /// Some values are below zero; `counts` names matrices of the file that hold counts.
  case negative(
    part: String, matrix: String, count: Int, cell: String, gene: String, counts: [String])

  /// The values of one or all batches look like results of `log1p`; `counts` names matrices that
  /// hold counts.
  case logNormalized(
    part: String, matrix: String, batch: String? = nil, maximum: Float, counts: [String])

  /// The values of one or all batches were divided by each cell's total, so that they sum to `sum`
  /// over all genes; `counts` names matrices that hold counts.
  case normalized(part: String, matrix: String, batch: String?, sum: Double?, counts: [String])

  /// Values of peaks are fractions, as after TF-IDF; `counts` names matrices that hold counts.
  case fractionsOfPeaks(
    part: String, matrix: String, value: Float, cell: String, peak: String, counts: [String])

  /// There are fewer peaks with counts than a model needs.
  case tooFewPeaks(count: Int, of: Int, fewest: Int)

  /// No cell passes the filters.
  case noCellsLeft(cells: Int, minimumCounts: Int, minimumGenes: Int)

  /// After filtering, only cells of one batch are left.
  case oneBatchLeft(batch: String, minimumCounts: Int, minimumGenes: Int)

  /// One cell alone passes the filters.
  case oneCellLeft(cell: String, minimumCounts: Int, minimumGenes: Int)

  /// A batch with cells measured none of the genes that are selected.
  case nothingMeasured(batch: String, genes: Int)

  /// None of the genes of a list occurs in the data.
  case noListedGenes(list: String, count: Int, example: String)

  /// Exclusions leave too few genes to select from.
  case genesExcluded(left: Int, of: Int, fewest: Int, by: [String])

  /// A list of genes could not be read.
  case unreadableList(path: String, reason: String)

  /// More genes were selected than the limit of a count store.
  case tooManyGenes(count: Int, limit: Int)

  /// Cells that do not come from files lack a column; `columns` are those that they have.
  case noSuchColumn(name: String, columns: [String])

  /// A scratch file could not be written; `reason` is the system's message, such as a full disk.
  case scratchFailed(folder: String, reason: String)
}

extension CountDataError: CustomStringConvertible {
  /// One sentence with the finding, its place, and what to do.
  package var description: String {
    switch self {
    case .notFinite(let part, let matrix, let count, let cell, let gene):
      "'\(matrix)' in '\(part)' holds \(counted(count, "value")) that \(count == 1 ? "is" : "are") "
        + "NaN, infinite or too large for single precision, first in cell '\(cell)', gene '\(gene)'; remove or replace them"
    case .sumTooLarge(let part, let matrix, let cell, let sum):
      "the values of cell '\(cell)' in '\(matrix)' of '\(part)' sum to \(sum), more than "
        + "\(Float.greatestFiniteMagnitude), the largest number in single precision; divide all "
        + "values by one number"
    case .negative(let part, let matrix, let count, let cell, let gene, let counts):
      "'\(matrix)' in '\(part)' holds \(counted(count, "negative value")), first in cell '\(cell)', "
        + "gene '\(gene)', so these are not counts; " + advice(counts)
    case .logNormalized(let part, let matrix, let batch, let maximum, let counts):
      "'\(matrix)' in '\(part)' looks log-normalized\(among(batch)) (fractions up to "
        + "\(maximum)), not like counts; " + advice(counts)
    case .normalized(let part, let matrix, let batch, let sum, let counts):
      "'\(matrix)' in '\(part)' looks divided by each cell's total\(among(batch)) ("
        + (sum.map { "fractions that sum to \(shortened($0)) in every cell" }
          ?? "fractions that are multiples of the cell's smallest")
        + "), not like counts; " + advice(counts)
    case .fractionsOfPeaks(let part, let matrix, let value, let cell, let peak, let counts):
      "'\(matrix)' in '\(part)' holds fractions, first \(value) in cell '\(cell)', peak '\(peak)', as "
        + "after TF-IDF or normalization, and peaks need counts of reads or fragments; "
        + advice(counts)
    case .tooFewPeaks(let count, let all, let fewest):
      "\(counted(count, "peak")) of \(all) \(count == 1 ? "is" : "are") accessible in some cell and "
        + "selected, and at least \(fewest) are needed; give `featureKind = genes` if the features are "
        + "not peaks"
    case .noCellsLeft(let cells, let minimumCounts, let minimumGenes):
      "none of \(counted(cells, "cell")) has at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")); lower `minimumCounts` or `minimumGenes`"
    case .oneBatchLeft(let batch, let minimumCounts, let minimumGenes):
      "only cells of batch '\(batch)' have at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")); lower `minimumCounts` or `minimumGenes`"
    case .oneCellLeft(let cell, let minimumCounts, let minimumGenes):
      "only cell '\(cell)' has at least \(counted(minimumCounts, "count")) and "
        + "\(counted(minimumGenes, "gene")), and one cell cannot be compared with others; "
        + "lower `minimumCounts` or `minimumGenes`"
    case .nothingMeasured(let batch, let genes):
      "batch '\(batch)' measured none of the \(counted(genes, "gene")) that \(genes == 1 ? "is" : "are") "
        + "selected; raise `geneCount`, list genes that it has with `geneList`, or leave it out"
    case .noListedGenes(let list, let count, let example):
      "none of the \(counted(count, "gene")) in `\(list)` is in the data, whose genes have names "
        + "such as '\(example)'; give names of the same kind"
    case .genesExcluded(let left, let count, let fewest, let names):
      "excluding " + names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        + (names.count > 5 ? ", …" : "")
        + " leaves \(counted(left, "gene")) of \(count), and at least \(fewest) "
        + "\(fewest == 1 ? "is" : "are") needed; exclude fewer with `excludedGenes`"
    case .unreadableList(let path, let reason):
      "cannot read the list of genes '\(path)': \(reason)"
    case .tooManyGenes(let count, let limit):
      "\(count) genes are selected, but at most \(limit) can be; lower `geneCount`"
    case .noSuchColumn(let name, let columns):
      "the cells have no column '\(name)'; they have "
        + (columns.isEmpty ? "none" : columns.map { "'\($0)'" }.joined(separator: ", "))
    case .scratchFailed(let folder, let reason):
      "cannot write the scratch file in '\(folder)': \(reason); name a folder with more space as "
        + "`scratchFolder`, or give more `memory`"
    }
  }

  /// Returns a phrase that names the batch of the values, unless it is all batches.
  private func among(_ batch: String?) -> String {
    batch.map { " in batch '\($0)'" } ?? ""
  }

  /// Returns the advice about values that are not counts.
  private func advice(_ counts: [String]) -> String {
    guard let option = counts.first else {
      return "give a file with counts, or `loss = mse` to use the values unchanged"
    }
    return "give \(option), which holds counts, or `loss = mse` to use the values unchanged"
  }
}

extension CountDataError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .tooManyGenes: .usage
    case .notFinite, .sumTooLarge, .negative, .logNormalized, .normalized, .noCellsLeft,
      .fractionsOfPeaks, .tooFewPeaks,
      .oneBatchLeft, .oneCellLeft, .nothingMeasured, .noListedGenes, .genesExcluded,
      .noSuchColumn:
      .data
    case .unreadableList: .noInput
    case .scratchFailed: .inputOutput
    }
  }
}
