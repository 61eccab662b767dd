internal import CellFiles
public import CountData
internal import Machine
internal import NeuralNet

/// Where corrected expression goes, and as which source; found out before any work is done.
///
///     let corrected = try CorrectedOutput("corrected.h5ad", as: "lab_a", inputs: ["cells.h5ad"])
///     try corrected.check(cells)
///     var result = try integrate(cells)
///     try corrected.write(&result, of: cells)
public struct CorrectedOutput: Sendable {
  /// The file that is written.
  public let path: String

  /// The source that cells are decoded as; `nil` for the average over all.
  public let source: String?

  /// Checks that corrected expression can be written.
  ///
  /// - Parameters:
  ///   - path: The `.h5ad` file to write.
  ///   - source: The name of the source to decode as. The default, `nil`, is the average over all.
  ///   - inputs: The files that are read.
  ///   - outputs: The other files that are written. The default is none.
  /// - Throws: ``HarmonizeError``, where the name does not end in `.h5ad`, or is that of an input
  ///   or of another output; `OutputError`, where the folder is missing or can't be written to.
  public init(
    _ path: String, as source: String? = nil, inputs: [String], outputs: [String] = []
  ) throws {
    guard path.lowercased().hasSuffix(".h5ad") else {
      throw OptionError(option: "--corrected", value: path, expected: "a name that ends in .h5ad")
    }
    try checkOutput(path, of: "--corrected", inputs: inputs, outputs: outputs)
    self.path = path
    self.source = source
  }

  /// Checks, before anything is trained, that the source is one of the cells'.
  ///
  /// - Parameter cells: The cells that will be integrated.
  /// - Throws: ``HarmonizeError/noSuchSource(name:sources:)``.
  public func check(_ cells: Cells) throws(HarmonizeError) {
    if let source { _ = try number(ofSource: source, among: cells.sources.names) }
  }

  /// Adds a warning to a result about genes that one batch alone expresses, unless it is there.
  ///
  /// Nothing shows how other batches would express them, so their corrected values are guesses.
  ///
  /// - Parameter result: The result that will be written.
  public func warn(about result: inout Integration) {
    let genes = result.genesOfOneBatch
    guard !genes.isEmpty else { return }
    let examples = genes.prefix(5).map { "'\($0.gene)' (batch '\($0.batch)')" }
    let warning =
      "\(counted(genes.count, "gene")) of the \(result.genesUsed.count) in '\(path)' "
      + "\(genes.count == 1 ? "is" : "are") expressed in one batch only: "
      + examples.joined(separator: ", ") + (genes.count > 5 ? ", …" : "")
      + "; what is written of \(genes.count == 1 ? "it" : "them") for cells of other batches is a "
      + "guess, so do not compare batches by \(genes.count == 1 ? "it" : "them")"
    if !result.record.warnings.contains(warning) { result.record.warnings.append(warning) }
  }

  /// Writes the corrected expression of all cells; the file appears when it is complete.
  ///
  /// It has the cells that an `.h5ad` with the embedding has: all of a single `.h5ad`; of other
  /// inputs those that passed the filters. `X` is what
  /// ``Integration/correctedExpression(of:as:)`` gives, made and written by blocks of cells, so
  /// that memory does not grow with them; `obs` has all columns of the inputs, and `batch` for
  /// several files; `var` the genes that the model uses; `obsm` both embeddings. The record in
  /// `uns/scharmonize` names, as `decoded_as`, the sources that the expression is averaged over.
  ///
  /// - Parameters:
  ///   - result: The result; the time that writing takes is added to its record.
  ///   - cells: The cells that were integrated; they come from files.
  ///   - progress: Is told how far the writing has come; by throwing it stops it.
  /// - Throws: ``HarmonizeError``, where the source is none, or has no cell that was trained on;
  ///   `OutputError`, where writing fails; what reading `obs` throws. No half-written file is left.
  public func write(
    _ result: inout Integration, of cells: Cells, progress: ProgressHandler = { _ in }
  ) throws {
    guard let joined = cells.joined else {
      throw UsageError(
        "cells that do not come from files have no file to be written with")
    }
    let decoded = try result.model.source(named: source)
    if case .source(let number) = decoded, result.record.sources[number].cellsUsed == 0 {
      throw HarmonizeError.untrainedSource(name: result.model.sources[number])
    }
    let isCopy = joined.isOneAnnData
    let rows = isCopy ? Array(0..<cells.count) : result.cellsUsed
    var stopwatch = Stopwatch()
    warn(about: &result)
    var additions = result.additions(
      toCells: rows,
      decodedAs: source.map { [$0] }
        ?? result.model.network.averagedSources.map { result.record.sources[$0] }
        .filter { $0.cellsUsed > 0 }.map(\.name))
    if isCopy { result.markTrained(in: &additions, of: joined) }
    try stopwatch.time(.correcting) {
      try progress(StageProgress(stage: .correcting, fraction: 0))
      try writeJoined(
        to: path, cells: joined, isKept: membership(rows, of: cells.count),
        genes: result.genesUsed, sourceColumn: joined.files.count > 1 ? "batch" : nil,
        adding: additions
      ) { part in
        let table = result.correctedExpression(of: rows[part], as: decoded)
        try progress(
          StageProgress(
            stage: .correcting, fraction: Double(part.upperBound) / Double(rows.count)))
        return table.values
      }
    }
    result.record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    result.record.peakMemoryBytes = peakMemoryBytes()
  }
}
