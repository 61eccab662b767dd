internal import CellFiles
public import CountData
internal import Numerics
public import Support
internal import NeuralNet

/// The output of corrected expression, checked before any work is done.
///
///     let corrected = try CorrectedOutput("corrected.h5ad", as: "lab_a", inputs: ["cells.h5ad"])
///     var result = try integrate(cells)
///     try corrected.write(&result, of: cells)
public struct CorrectedOutput: Sendable {
  /// The path of the file.
  package let path: String

  /// The batch that cells are decoded as; `nil` for the average over all.
  package let batch: String?

  /// The genes whose counts are written, each with a factor for each batch; `nil` for the decoded
  /// expression of the genes that the model uses.
  package let genes: CorrectedGenes?

  /// Checks that corrected expression can be written.
  ///
  /// - Parameters:
  ///   - path: The `.h5ad` file to write.
  ///   - batch: The name of the batch to decode as. The default is `nil`, for the average over all
  ///     batches.
  ///   - genes: The genes whose counts are written, each multiplied by one factor for each batch.
  ///     Ratios between cells of a batch stay as they are. The default is `nil`, for the decoded
  ///     expression of the genes that the model uses.
  ///   - inputs: The input files.
  ///   - outputs: The other output files. The default is empty.
  /// - Throws: `CategorizedError` if a batch and genes are both given, if the name does not end in `.h5ad`, or is an input or another
  ///   output, or if the folder is missing or not writable.
  public init(
    _ path: String, as batch: String? = nil, genes: CorrectedGenes? = nil, inputs: [String],
    outputs: [String] = []
  ) throws {
    guard path.lowercased().hasSuffix(".h5ad") else {
      throw OptionError(
        option: "CorrectedOutput", value: path, expected: "a name that ends in .h5ad")
    }
    guard batch == nil || genes == nil else {
      throw UsageError(
        "`correctedGenes` scales counts to the level of all batches, and `correctedAs` decodes as one "
          + "batch; leave one of the two out")
    }
    try checkOutput(path, of: "CorrectedOutput", inputs: inputs, outputs: outputs)
    self.path = path
    self.batch = batch
    self.genes = genes
  }

  /// Checks, before training, that the batch is one of the cells' batches, and that some gene is in
  /// the data.
  ///
  /// - Parameters:
  ///   - cells: The cells to integrate.
  ///   - options: The options of the run.
  /// - Throws: ``HarmonizeError/noSuchBatch(name:batches:)``, `UsageError`.
  package func check(_ cells: CellDataset, _ options: IntegrationOptions) throws {
    if let batch { _ = try number(ofBatch: batch, among: cells.batches.names) }
    guard let genes else { return }
    for (name, isGiven) in [
      ("covariates", options.covariates != nil), ("protect", options.protect != nil),
    ] where isGiven {
      throw UsageError(
        "`correctedGenes` removes the effects of batches alone, and cannot be combined with `\(name)` "
          + "yet; leave one of the two out")
    }
    guard options.featureKind != .peaks else {
      throw UsageError(
        "`correctedGenes` scales counts of genes, and the features are peaks; leave it out, or give "
          + "`featureKind = genes`")
    }
    _ = try FoundGenes(genes, of: cells)
    guard options.model.loss != .meanSquaredError else {
      throw UsageError(
        "`correctedGenes` scales counts, and `loss = mse` takes values of any scale; leave one of the "
          + "two out")
    }
  }

  /// Estimates the factors of the genes of interest, unless the result already has them.
  ///
  /// - Parameters:
  ///   - result: The result; its record gets the findings and warnings about genes.
  ///   - cells: The integrated cells.
  ///   - progress: Receives the progress; throws to stop. The default does nothing.
  /// - Throws: `CategorizedError` if no gene is in the data or values are not counts; errors of
  ///   reading and of `progress`.
  package func measure(
    _ result: inout IntegrationResult, of cells: CellDataset, progress: ProgressHandler = { _ in }
  ) throws {
    guard let genes, result.scaledGenes?.selection != genes else { return }
    let stopwatch = Stopwatch()
    let meter = ProgressMeter(Workload([.correcting: 1]))
    let scaled = try stopwatch.time(.correcting) {
      try ScaledGenes(genes, of: result, cells) {
        try progress(meter.progress(.correcting, $0))
      }
    }
    try progress(meter.progress(.correcting, 1))
    result.record.corrected = scaled.record
    result.record.warnings += scaled.record.warnings(path: path)
    result.scaledGenes = scaled
    result.record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
  }

  /// Adds a warning about genes that only one batch expresses, unless the result already has it.
  ///
  /// Their expression in other batches is unknown, so their corrected values are guesses.
  ///
  /// - Parameter result: The result to be written.
  package func warn(about result: inout IntegrationResult) {
    let genes = result.genesOfOneBatch
    guard self.genes == nil, !genes.isEmpty else { return }
    let examples = genes.prefix(5).map { "'\($0.gene)' (batch '\($0.batch)')" }
    let warning =
      "\(counted(genes.count, "gene")) of the \(result.genesUsed.count) in '\(path)' "
      + "\(genes.count == 1 ? "is" : "are") expressed in one batch only: "
      + examples.joined(separator: ", ") + (genes.count > 5 ? ", …" : "")
      + "; \(genes.count == 1 ? "its values" : "their values") for cells of other batches are "
      + "extrapolated, so do not compare batches by \(genes.count == 1 ? "it" : "them")"
    if !result.record.warnings.contains(warning) { result.record.warnings.append(warning) }
  }

  /// Writes the corrected expression of all cells; the file appears when it is complete.
  ///
  /// With genes of interest, `X` has their counts times the factors of <doc:CorrectedCounts>, as a sparse
  /// matrix. The following is about decoded expression.
  ///
  /// It has the same cells as an `.h5ad` with the embedding: all cells of a single `.h5ad`,
  /// otherwise those that passed the filters. `X` is computed and
  /// written in blocks of cells, so that memory use is constant. `obs` has all columns of the inputs, and `batch` for several files.
  /// `var` has the genes that the model uses, and `obsm` both embeddings. The record in
  /// `uns/scharmonize` names, as `decoded_as`, the batches over which the expression is averaged.
  ///
  /// - Parameters:
  ///   - result: The result; the time of writing is added to its record.
  ///   - cells: The integrated cells, which must come from files.
  ///   - progress: Receives the progress of writing; throws to stop. The default does nothing.
  /// - Throws: `CategorizedError` if the batch does not exist or has no cell in the training, or if
  ///   writing fails; errors of reading `obs`. A failure leaves no partial file.
  public func write(
    _ result: inout IntegrationResult, of cells: CellDataset, progress: ProgressHandler = { _ in }
  ) throws {
    guard let joined = cells.joined else {
      throw UsageError(
        "cells in memory cannot be written as a copy of a file")
    }
    guard result.trained != nil else {
      throw UsageError(
        "`CorrectedOutput` needs a network, and an embedding was aligned without one; leave it or "
          + "`fromEmbedding` out")
    }
    guard genes == nil else {
      return try writeScaled(&result, of: cells, joined, progress: progress)
    }
    let decoded = try result.model.batch(named: batch)
    if case .batch(let number) = decoded, result.record.batches[number].cellsUsed == 0 {
      throw HarmonizeError.untrainedBatch(name: result.model.batches[number])
    }
    let isCopy = joined.isOneAnnData
    let rows = isCopy ? Array(0..<cells.count) : result.cellsUsed
    let stopwatch = Stopwatch()
    let pool = ThreadPool(threads: result.record.options.threads)
    warn(about: &result)
    var additions = result.additions(
      toCells: rows,
      decodedAs: batch.map { [$0] }
        ?? result.model.network.averagedBatches.map { result.record.batches[$0] }
        .filter { $0.cellsUsed > 0 }.map(\.name))
    if isCopy { result.markTrained(in: &additions, of: joined) }
    let meter = ProgressMeter(Workload([.correcting: 1]))
    try stopwatch.time(.correcting) {
      try progress(meter.progress(.correcting, 0))
      try writeJoined(
        to: path, cells: joined, isKept: membership(rows, of: cells.count),
        genes: result.genesUsed, batchColumn: joined.files.count > 1 ? "batch" : nil,
        adding: additions
      ) { part in
        let table = result.correctedExpression(of: rows[part], as: decoded, pool: pool)
        try progress(
          meter.progress(.correcting, Double(part.upperBound) / Double(rows.count)))
        return table.values
      }
    }
    result.record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    result.record.peakMemoryBytes = peakMemoryBytes()
  }

  /// Writes the counts of the genes of interest, each times the factor of its batch.
  private func writeScaled(
    _ result: inout IntegrationResult, of cells: CellDataset, _ joined: JoinedCells,
    progress: ProgressHandler
  ) throws {
    try measure(&result, of: cells)
    guard let scaled = result.scaledGenes else { return }
    let isCopy = joined.isOneAnnData
    let rows = isCopy ? Array(0..<cells.count) : result.cellsUsed
    let stopwatch = Stopwatch()
    var additions = result.additions(toCells: rows)
    if isCopy { result.markTrained(in: &additions, of: joined) }
    let meter = ProgressMeter(Workload([.correcting: 1]))
    try stopwatch.time(.correcting) {
      try progress(meter.progress(.correcting, 0))
      try writeJoined(
        to: path, cells: joined, isKept: membership(rows, of: cells.count),
        genes: scaled.found.genes,
        batchColumn: joined.files.count > 1 ? "batch" : nil,
        matrix: ScaledCells(cells: cells, genes: scaled.found.genes, factors: scaled.factors),
        adding: additions)
      try progress(meter.progress(.correcting, 1))
    }
    result.record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    result.record.peakMemoryBytes = peakMemoryBytes()
  }
}
