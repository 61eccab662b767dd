// Asynchronous forms of the long-running calls. Each runs on its own thread, and stops soon after
// the task is cancelled.

public import CellFiles

/// A handler that receives the progress of a run on the run's thread; throwing stops the run.
public typealias AsyncProgressHandler = @Sendable (StageProgress) throws -> Void

/// Trains an autoencoder on minibatches that mix the batches, and embeds every cell with it,
/// without blocking other tasks.
///
/// It runs on its own thread. After cancellation it stops before the next training step, block of
/// rows or alignment sweep. If the options have a checkpoint, an interrupted training is saved
/// first.
///
///     let task = Task {
///       try await integrate(cells) { progress in
///         print(progress.stage, progress.fraction)
///       }
///     }
///     // … and if the user changes their mind:
///     task.cancel()
///
/// - Parameters:
///   - cells: The cells with their counts and batches.
///   - options: The options of the run. The default is `IntegrationOptions()`.
///   - progress: Receives the progress on the run's thread, also after every training step; throws
///     to stop the run. The default does nothing.
/// - Returns: The embedding and the run's record.
/// - Throws: ``HarmonizeError``; errors of reading; errors of `progress`; `CancellationError`;
///   ``CheckpointError`` if the training cannot be resumed from the checkpoint.
public func integrate(
  _ cells: CellDataset, options: IntegrationOptions = IntegrationOptions(),
  progress: @escaping AsyncProgressHandler = { _ in }
) async throws -> IntegrationResult {
  try await onOwnThread { try integrate(cells, options: options, progress: progress) }
}

extension CellDataset {
  /// Opens files and joins their cells, without blocking other tasks.
  ///
  /// - Parameters:
  ///   - paths: The files: `.h5ad`, `.h5mu`, `.loom`, 10x `.h5`, or folders of a Matrix Market
  ///     matrix. The format is recognized by the contents, not by the name.
  ///   - batchKey: The column of `obs` that names a cell's batch, or several, comma-separated. The
  ///     default is `nil`: `batch` for one file, and one batch per file for several.
  ///   - options: The options that select the matrix of each file. The default is
  ///     `ReadingOptions()`.
  ///   - joining: The options for joining the genes of several files. The default keeps the genes
  ///     that all files have.
  /// - Throws: `HDF5Error`, `CellFileError`; `CancellationError` between two files.
  public init(
    readingAt paths: [String], batchKey: String? = nil,
    options: ReadingOptions = ReadingOptions(), joining: JoiningOptions = JoiningOptions()
  ) async throws {
    self = try await onOwnThread {
      try CellDataset(readingAt: paths, batchKey: batchKey, options: options, joining: joining)
    }
  }
}

extension Model {
  /// Maps new cells to the embedding of the training, without blocking other tasks.
  ///
  /// After cancellation it stops before the next block of cells, fine-tuning step, or stage.
  ///
  /// - Parameters:
  ///   - query: The new cells; their batches may have any names.
  ///   - options: The options of the mapping. The default is `MappingOptions()`.
  ///   - progress: Receives the progress on the run's thread; throws to stop the run. The default
  ///     does nothing.
  /// - Returns: The positions of the cells, and their labels.
  /// - Throws: ``MappingError``, ``HarmonizeError``; ``CertificateError`` if a radius is requested
  ///   for a model that cannot be certified; `CancellationError`; errors of reading and of
  ///   `progress`.
  public func map(
    _ query: CellDataset, options: MappingOptions = MappingOptions(),
    progress: @escaping AsyncProgressHandler = { _ in }
  ) async throws -> Mapping {
    try await onOwnThread { try self.map(query, options: options, progress: progress) }
  }
}

extension Destination {
  /// Writes a result without blocking other tasks; the file appears under its name when it is
  /// complete.
  ///
  /// After cancellation it stops before the next block of rows, and leaves no file.
  ///
  /// - Parameters:
  ///   - result: The result; the time of writing is added to its record.
  ///   - cells: The integrated cells, which must come from files.
  ///   - progress: Receives the progress of writing, on a separate thread. The default does
  ///     nothing.
  /// - Throws: `OutputError`, `HDF5Error` if writing fails; `CancellationError`; errors of reading
  ///   the counts.
  public func write(
    _ result: inout IntegrationResult, of cells: CellDataset,
    progress: @escaping AsyncProgressHandler = { _ in }
  ) async throws {
    let before = result
    result = try await onOwnThread {
      var result = before
      try self.write(&result, of: cells, progress: progress)
      return result
    }
  }

  /// Writes a mapping of new cells without blocking other tasks; the file appears under its name
  /// when it is complete.
  ///
  /// After cancellation it stops before the next block of rows, and leaves no file.
  ///
  /// - Parameters:
  ///   - mapping: The mapping.
  ///   - query: The new cells, which must come from files.
  ///   - model: The model, to write the cells of the training before the new ones. The default is
  ///     `nil`, for the new cells only.
  /// - Throws: `OutputError`, `HDF5Error` if writing fails; `CancellationError`; errors of reading
  ///   the inputs.
  public func write(
    _ mapping: Mapping, of query: CellDataset, after model: Model? = nil
  ) async throws {
    try await onOwnThread { try self.write(mapping, of: query, after: model) }
  }
}

/// Evaluates embeddings of an `.h5ad` file without blocking other tasks.
///
/// After cancellation it stops before the next embedding.
///
/// - Parameters:
///   - path: The file.
///   - keys: The names of the embeddings in `obsm`.
///   - batchKey: The column of `obs` that names each cell's batch. The default is `batch`.
///   - labelKey: The column with cell types. The default is `nil`, for the metrics that need no
///     labels.
///   - uncorrectedKey: The embedding in `obsm` before correction. The default is `nil`, for the
///     principal components of the file's counts; without counts, metrics that compare with them
///     are left out.
///   - cellTable: A table with one row per cell, whose columns are added to `obs`. The default is
///     `nil`, for none.
///   - threads: The number of threads. The default is `nil`, for one per core.
///   - memory: The bytes of memory for the file's counts. The default is `nil`, for half of the
///     machine's memory; the rest goes to a scratch file.
///   - scratchFolder: The folder of the scratch file. The default is `nil`, for `TMPDIR`.
/// - Returns: The scores.
/// - Throws: `CellFileError`, `HDF5Error`, `EvaluationError`, `CancellationError`.
public func evaluateEmbeddings(
  ofFileAt path: String, keys: [String], batchKey: String = CellDataset.defaultBatchKey,
  labelKey: String? = nil, uncorrectedKey: String? = nil, cellTable: String? = nil,
  threads: Int? = nil, memory: Int? = nil, scratchFolder: String? = nil
) async throws -> EmbeddingEvaluation {
  try await onOwnThread {
    try evaluateEmbeddings(
      ofFileAt: path, keys: keys, batchKey: batchKey, labelKey: labelKey,
      uncorrectedKey: uncorrectedKey, cellTable: cellTable, threads: threads, memory: memory,
      scratchFolder: scratchFolder)
  }
}
