// The calls that take long, for code that may not wait: each does what its namesake does, on a
// thread of its own, and stops soon where the task is cancelled.

public import CellFiles

/// Is told how far a run has come, on the thread of the run; by throwing it stops the run.
public typealias AsyncProgressHandler = @Sendable (StageProgress) throws -> Void

/// Trains an autoencoder on minibatches that mix the sources, and embeds every cell with it,
/// while other tasks go on.
///
/// It runs on a thread of its own. Where the task is cancelled it stops before the next step of
/// the training, the next block of rows that is read, or the next sweep of the alignment. Where
/// the options name a checkpoint, a training that is stopped is saved first.
///
///     let task = Task {
///       try await integrate(cells) { progress in
///         print(progress.stage, progress.fraction)
///       }
///     }
///     // … and where the user has thought better of it:
///     task.cancel()
///
/// - Parameters:
///   - cells: The cells with their counts and sources.
///   - options: What to do differently from the defaults.
///   - progress: Is told how far the run has come, on the thread of the run, and after every step
///     of the training; by throwing it stops the run.
/// - Returns: The embedding and the run's record.
/// - Throws: ``HarmonizeError``; errors of reading; what `progress` throws; `CancellationError`;
///   ``CheckpointError``, where the training cannot go on from the checkpoint.
public func integrate(
  _ cells: Cells, options: IntegrationOptions = IntegrationOptions(),
  progress: @escaping AsyncProgressHandler = { _ in }
) async throws -> Integration {
  try await onOwnThread { try integrate(cells, options: options, progress: progress) }
}

extension Cells {
  /// Opens files and joins their cells, while other tasks go on.
  ///
  /// - Parameters:
  ///   - paths: The files: `.h5ad`, `.h5mu`, `.loom`, 10x `.h5`, or folders of a matrix in Matrix
  ///     Market's format; the content decides, not the name.
  ///   - sourceKey: The column of `obs` that names a cell's source, or several, parted by commas.
  ///     The default, `nil`, takes `batch` of one file, and each of several files as a source.
  ///   - options: Which matrix of the files is read.
  ///   - joining: Which genes of several files are kept. The default is those that all have.
  /// - Throws: `HDF5Error`, `CellFileError`; `CancellationError`, between two files.
  public init(
    readingAt paths: [String], sourceKey: String? = nil,
    options: ReadingOptions = ReadingOptions(), joining: JoiningOptions = JoiningOptions()
  ) async throws {
    self = try await onOwnThread {
      try Cells(readingAt: paths, sourceKey: sourceKey, options: options, joining: joining)
    }
  }
}

extension Model {
  /// Places new cells beside those of the training, while other tasks go on.
  ///
  /// Where the task is cancelled it stops before the next block of cells, the next step of a
  /// fine-tuning, or the next stage.
  ///
  /// - Parameters:
  ///   - query: The new cells; their sources may have any names.
  ///   - options: What to do differently from the defaults.
  ///   - progress: Is told how far the run has come, on the thread of the run; by throwing it
  ///     stops the run.
  /// - Returns: Where the cells lie, and their labels.
  /// - Throws: ``MappingError``, ``HarmonizeError``; ``CertificateError``, where a radius is asked
  ///   for of a model that can't be certified; `CancellationError`; what reading and `progress`
  ///   throw.
  public func map(
    _ query: Cells, options: MappingOptions = MappingOptions(),
    progress: @escaping AsyncProgressHandler = { _ in }
  ) async throws -> Mapping {
    try await onOwnThread { try self.map(query, options: options, progress: progress) }
  }
}

extension Destination {
  /// Writes a result, while other tasks go on; the file appears under its name when it is
  /// complete.
  ///
  /// Where the task is cancelled it stops before the next block of rows, and leaves no file.
  ///
  /// - Parameters:
  ///   - result: The result; the time that writing takes is added to its record.
  ///   - cells: The cells that were integrated; they come from files.
  ///   - progress: Is told how far the writing has come, on a thread of its own.
  /// - Throws: `OutputError`, `HDF5Error`, where writing fails; `CancellationError`; what reading
  ///   the counts throws.
  public func write(
    _ result: inout Integration, of cells: Cells,
    progress: @escaping AsyncProgressHandler = { _ in }
  ) async throws {
    let before = result
    result = try await onOwnThread {
      var result = before
      try self.write(&result, of: cells, progress: progress)
      return result
    }
  }

  /// Writes where new cells lie, while other tasks go on; the file appears under its name when it
  /// is complete.
  ///
  /// Where the task is cancelled it stops before the next block of rows, and leaves no file.
  ///
  /// - Parameters:
  ///   - mapping: The result.
  ///   - query: The new cells; they come from files.
  ///   - model: The model, where the cells of the training are to be written before the new ones.
  ///     The default is the new cells alone.
  /// - Throws: `OutputError`, `HDF5Error`, where writing fails; `CancellationError`; what reading
  ///   the inputs throws.
  public func write(
    _ mapping: Mapping, of query: Cells, after model: Model? = nil
  ) async throws {
    try await onOwnThread { try self.write(mapping, of: query, after: model) }
  }
}

/// Judges embeddings of an `.h5ad`, ours or other tools', while other tasks go on.
///
/// Where the task is cancelled it stops before the next embedding.
///
/// - Parameters:
///   - path: The file.
///   - keys: The names of the embeddings in `obsm`.
///   - sourceKey: The column of `obs` that names each cell's source. The default is `batch`.
///   - labelKey: The column with cell types, or `nil` for the metrics that need none.
///   - uncorrectedKey: The embedding in `obsm` before correction. The default, `nil`, takes the
///     principal components of the file's counts; where there are none, metrics that compare
///     with them are left out.
///   - cellTable: A table with a row for each cell, whose columns are taken for columns of `obs`. The
///     default is `nil`: there is none.
///   - threads: The number of threads, or `nil` for one a core.
///   - memory: How many bytes to take for the file's counts. The default, `nil`, is half of the
///     machine's memory; what does not fit goes to a scratch file.
///   - scratchFolder: Where that is made. The default, `nil`, takes `TMPDIR`.
/// - Returns: The scores.
/// - Throws: `CellFileError`, `HDF5Error`, `EvaluationError`, `CancellationError`.
public func evaluateEmbeddings(
  ofFileAt path: String, keys: [String], sourceKey: String = Cells.defaultSourceKey,
  labelKey: String? = nil, uncorrectedKey: String? = nil, cellTable: String? = nil,
  threads: Int? = nil, memory: Int? = nil, scratchFolder: String? = nil
) async throws -> EmbeddingEvaluation {
  try await onOwnThread {
    try evaluateEmbeddings(
      ofFileAt: path, keys: keys, sourceKey: sourceKey, labelKey: labelKey,
      uncorrectedKey: uncorrectedKey, cellTable: cellTable, threads: threads, memory: memory,
      scratchFolder: scratchFolder)
  }
}
