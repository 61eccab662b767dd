public import CellFiles
public import CountData
internal import Foundation
internal import Numerics
public import Support

/// The output and format of a result, checked before any work is done.
public struct Destination: Sendable {
  /// The format of a result.
  public enum Format: Equatable, Sendable {
    /// An AnnData file with the embedding in `obsm/X_scharmonize`.
    case h5ad

    /// A copy of a zarr store, with the embedding in `obsm/X_scharmonize`.
    case zarr

    /// The embedding as a table.
    case table(TableFormat)

    /// A flag that is true if the output has the cells with all that is known about them.
    package var holdsCells: Bool { if case .table = self { false } else { true } }
  }

  /// The path of the file; `-` for standard output.
  package let path: String

  /// The format of the file.
  package let format: Format

  /// A flag that is true if the result goes to standard output.
  package var isStandardOutput: Bool { path == "-" }

  /// A flag that is true to write an `.h5ad` without `X`, layers and raw.
  package let embeddingOnly: Bool

  /// A flag that is true if the output has the counts of the cells.
  package var holdsCounts: Bool { format == .h5ad && !embeddingOnly }

  /// The output's name in a sentence.
  package var name: String { isStandardOutput ? "standard output" : path }

  /// A flag that is true if the result is added to the input.
  package let isInPlace: Bool

  /// The stamps of the inputs before any work.
  private let stamps: [String: FileStamp]

  /// Checks that a result can be written, and determines its format.
  ///
  /// - Parameters:
  ///   - path: The file to write: `.h5ad`; `.csv` or `.tsv`, also with `.gz`; `.npy`, `.h5`. `-` is
  ///     standard output; `nil`, with `inPlace`, is the input itself.
  ///   - format: The format. The default is `nil`, for the one of the file's extension, and `.tsv`
  ///     on standard output.
  ///   - inputs: The input files.
  ///   - inPlace: `true` if the output may be the input. The default is `false`.
  ///   - embeddingOnly: `true` to leave out `X`, layers and raw. The default is `false`.
  ///   - umap: `true` if the result will have a ``IntegrationResult/umap``. The default is `false`.
  /// - Throws: `CategorizedError` if the name determines no format, is an input, or cannot hold the
  ///   result. That includes a table if there is also a layout to write, and a format that standard
  ///   output cannot take. Also if an input to be extended is not an AnnData file, or if the
  ///   folder is missing or not writable.
  public init(
    _ path: String?, format: Format? = nil, inputs: [String], inPlace: Bool = false,
    embeddingOnly: Bool = false, umap: Bool = false
  ) throws {
    var own: Format?
    let isInput = path.map { path in inputs.contains { isSameFile($0, path) } } ?? true
    if inPlace {
      guard inputs.count == 1, isInput else {
        throw UsageError(
          "`inPlace` adds the result to the one input; give one file, and no other output")
      }
      let found = try CellFileFormat(ofFileAt: inputs[0])
      guard found.isAnnData else {
        throw UsageError(
          "`inPlace` adds the result to an .h5ad or .zarr, and '\(inputs[0])' is \(found); "
            + "give `path = FILE.h5ad`")
      }
      own = found == .zarr ? .zarr : .h5ad
      guard format == nil || format == own else {
        throw UsageError(
          "`inPlace` adds the result to the input, which is \(found); leave `format` out")
      }
      guard own == .h5ad || !embeddingOnly else {
        throw UsageError(
          "`embeddingOnly` cannot be combined with `inPlace` for a zarr store; give `path = FILE.zarr`"
        )
      }
      guard own == .h5ad || isFolder(inputs[0]) else {
        throw UsageError(
          "`inPlace` adds the result to a zarr store in a folder, and '\(inputs[0])' is an archive; "
            + "give `path = FILE.zarr`")
      }
    } else if let path, isInput {
      throw HarmonizeError.outputIsInput(path: path)
    }
    stamps = Dictionary(
      inputs.map { ($0, FileStamp(of: $0)) }, uniquingKeysWith: { first, _ in first })
    var place = path ?? inputs[0]
    // The shell completes the name of a folder by a slash.
    while place.hasSuffix("/"), own == .zarr || place.hasSuffix(".zarr/") { place.removeLast() }
    self.path = place
    self.embeddingOnly = embeddingOnly
    isInPlace = inPlace
    guard let format = own ?? format ?? Self.format(of: self.path) else {
      throw HarmonizeError.unknownOutputFormat(path: self.path)
    }
    self.format = format
    if format == .zarr, !inPlace {
      // A model among the inputs is no format of cells.
      let found = inputs.compactMap { try? CellFileFormat(ofFileAt: $0) }
      guard found == [.zarr] else {
        throw UsageError(
          "a .zarr output is a copy of the input, which has to be one zarr store of an AnnData; give "
            + "`path = FILE.h5ad`")
      }
    }
    guard !umap || format.holdsCells else {
      throw UsageError(
        "`umap` writes to 'obsm/X_umap', and the table '\(self.path)' holds only the embedding; "
          + "give `path = FILE.h5ad`")
    }
    guard !isStandardOutput else {
      guard case .table(let table) = format, table.isStream else {
        throw UsageError(
          "standard output takes the embedding as text or .npy, not \(format.name), which "
            + "cannot be written sequentially; name a file")
      }
      return
    }
    if format == .zarr {
      try AtomicFolder.check(self.path)
    } else {
      try AtomicOutput.check(self.path)
    }
  }

  private static func format(of path: String) -> Format? {
    if path == "-" { return .table(.tsv) }
    let name = path.lowercased()
    if name.hasSuffix(".zarr") || name.hasSuffix(".zarr/") { return .zarr }
    return name.hasSuffix(".h5ad") ? .h5ad : TableFormat(path: path).map(Format.table)
  }

  /// Writes a result; the file appears under its name when it is complete.
  ///
  /// A copy of a single `.h5ad` keeps all of its cells; other outputs have those that passed the
  /// filters.
  ///
  /// - Parameters:
  ///   - result: The result; the time of writing is added to its record.
  ///   - cells: The integrated cells, which must come from files.
  ///   - progress: Receives the progress of writing; throws to stop. The default does nothing.
  /// - Throws: `CategorizedError` if writing fails; errors of reading the counts and of
  ///   `progress`; `CancellationError`.
  public func write(
    _ result: inout IntegrationResult, of cells: CellDataset, progress: ProgressHandler = { _ in }
  ) throws {
    guard let joined = cells.joined else {
      throw UsageError(
        "cells in memory cannot be written as a copy of a file")
    }
    let stopwatch = Stopwatch()
    let meter = ProgressMeter(Workload([.writing: 1]))
    try progress(meter.progress(.writing, 0))
    try Task.checkCancellation()
    try stopwatch.time(.writing) {
      switch format {
      case .table(let format):
        try writeTable(
          to: path, cellNames: cells.cellNames.selecting(result.cellsUsed),
          table: DenseTable(result.embedding, ofCells: result.cellsUsed), format: format)
      case .h5ad, .zarr:
        try writeAnnData(result, joined)
      }
    }
    try progress(meter.progress(.writing, 1))
    result.record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    result.record.peakMemoryBytes = peakMemoryBytes()
  }

  /// Checks that the input files have not changed since before any work.
  ///
  /// The result describes what was read; a changed file may have other cells.
  func checkInputs(of joined: JoinedCells) throws(HarmonizeError) {
    for file in joined.files {
      if let stamp = stamps[file.path], FileStamp(of: file.path) != stamp {
        throw .inputChanged(path: file.path)
      }
    }
  }

  private func writeAnnData(_ result: IntegrationResult, _ joined: JoinedCells) throws {
    try checkInputs(of: joined)
    if joined.isOneAnnData || format == .zarr {
      var additions = result.additions(toCells: Array(0..<joined.cellCount))
      additions.add(joined.files[0].addedColumns)
      result.markTrained(in: &additions, of: joined)
      if result.trained != nil {
        let used = membership(result.genesUsed, of: joined.geneCount)
        additions.markGenes(of: joined) { used[$0] }
      }
      try writeCopy(of: joined.files[0], adding: additions)
    } else {
      try writeJoined(
        to: path, cells: joined, isKept: membership(result.cellsUsed, of: joined.cellCount),
        usedGenes: result.trained == nil
          ? nil : membership(result.genesUsed, of: joined.geneCount),
        includesExpression: !embeddingOnly, adding: result.additions(toCells: result.cellsUsed))
    }
  }
}

extension Destination {
  /// Writes a copy of the one input with additions, or adds them to it.
  ///
  /// - Throws: `OutputError`; errors of reading the input.
  func writeCopy(of file: CellFile, adding additions: AnnDataAdditions) throws {
    switch format {
    case .zarr:
      var additions = additions
      for label in file.labels where additions.obs[label.column] == nil {
        additions.obs[label.column] = try file.column(label.column)
      }
      if isInPlace {
        try addToZarr(at: path, additions)
      } else {
        try writeZarrCopy(
          of: file.path, to: path, withoutExpression: embeddingOnly, adding: additions)
      }
    case .h5ad where embeddingOnly:
      try writeCopyWithoutExpression(of: file.path, to: path, adding: additions)
    case .h5ad, .table: try CellFiles.writeCopy(of: file.path, to: path, adding: additions)
    }
  }
}

extension Destination.Format: RawRepresentable, CaseIterable {
  /// All formats.
  public static var allCases: [Self] { [.h5ad, .zarr] + TableFormat.allCases.map(Self.table) }

  /// The format's file extension without the dot, such as `tsv.gz`.
  public var rawValue: String {
    switch self {
    case .h5ad: "h5ad"
    case .zarr: "zarr"
    case .table(let format): String(format.ending.dropFirst())
    }
  }

  /// Makes a format from a file extension without the dot.
  public init?(rawValue: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = format
  }

  /// The format's name in a sentence.
  fileprivate var name: String { ".\(rawValue)" }
}

extension DenseTable {
  /// Makes a table of the coordinates of an embedding.
  init(_ embedding: Embedding) {
    self.init(rows: embedding.cellCount, columns: embedding.dimensions) {
      embedding.values(ofCells: $0)
    }
  }
}

extension DenseTable {
  /// Makes a table of the coordinates of some cells of an embedding, in their order.
  init(_ embedding: Embedding, ofCells cells: [Int]) {
    guard cells.count < embedding.cellCount else {
      self.init(embedding)
      return
    }
    self.init(rows: cells.count, columns: embedding.dimensions) { rows in
      cells[rows].flatMap { embedding[$0] }
    }
  }
}

extension IntegrationResult {
  /// Returns the additions to an AnnData file with the given cells.
  ///
  /// - Parameters:
  ///   - cells: The cells of the file.
  ///   - batches: The batches over which the file's expression is decoded and averaged. The default
  ///     is `nil`, for expression as it was read.
  /// - Returns: The embeddings and the record.
  func additions(toCells cells: [Int], decodedAs batches: [String]? = nil) -> AnnDataAdditions {
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(embedding, ofCells: cells)
    if latent.dimensions > 0 {
      additions.obsm["X_scharmonize_latent"] = DenseTable(latent, ofCells: cells)
    }
    if let umap { additions.obsm["X_umap"] = DenseTable(umap, ofCells: cells) }
    additions.uns["scharmonize"] = record.unsValue(
      cells: cells, cellsUsed: cellsUsed, decodedAs: batches)
    return additions
  }
}

extension IntegrationResult {
  /// The column of `obs` with a flag that is true for cells of the training.
  static let trainedColumn = "scharmonize_trained"

  /// Marks the cells of the training, if some cells were left out or if an earlier run marked them.
  func markTrained(in additions: inout AnnDataAdditions, of joined: JoinedCells) {
    guard
      cellsUsed.count < joined.cellCount
        || joined.files.contains(where: { $0.columnNames.contains(Self.trainedColumn) })
    else { return }
    additions.obs[Self.trainedColumn] = .booleans(membership(cellsUsed, of: joined.cellCount))
  }
}

extension JoinedCells {
  /// A flag that is true if all cells come from one `.h5ad` file, without sample sheet labels.
  var isOneAnnData: Bool {
    files.count == 1 && files[0].format == .h5ad && files[0].labels.isEmpty
  }
}

extension AnnDataAdditions {
  /// Marks the genes that the model uses, in the table of the genes of a single file.
  mutating func markGenes(of joined: JoinedCells, isUsed: (Int) -> Bool) {
    geneTable = joined.files[0].geneTable
    genes[usedGenesColumn] = .booleans(
      joined.geneColumns[0].map { $0 >= 0 && isUsed(Int($0)) })
  }

  /// Adds columns of `obs` that the additions do not have yet.
  mutating func add(_ columns: DataFrame) {
    for column in columns.columns where obs[column.name] == nil { obs[column.name] = column.values }
  }
}
