// Steps of the method on coordinates that the caller has, such as principal components.

public import Alignment
public import Evaluation
public import Numerics
public import Support
public import UMAP

/// Aligns batches by removing each batch's offset in each cluster of cells, as Harmony does.
///
///     let aligned = try align(pca, batches: [donors])
///
/// It does not compare batches first: a cluster is expected to hold all batches. `integrate` on
/// counts keeps populations apart that only one batch has.
///
/// - Parameters:
///   - embedding: The coordinates; `(n, d)`.
///   - batches: The batch of each cell, under one batch key or several; `(n)` each.
///   - options: The options of the alignment. The default is `ClusterAlignmentOptions()`.
///   - seed: The seed of the first centroids and of the order of updates. The default is 0.
///   - threads: The number of threads; the result does not depend on it. The default is `nil`, for
///     one per core.
///   - progress: Receives the share of finished work, 0 to 1; throws to stop. The default does
///     nothing.
/// - Returns: The aligned coordinates; `(n, d)`.
/// - Throws: `OptionError` if an option is out of its range; `UsageError` if there is no key or a
///   key is of another number of cells; `CancellationError`; errors of `progress`.
public func align(
  _ embedding: Embedding, batches: [BatchAssignment],
  options: ClusterAlignmentOptions = ClusterAlignmentOptions(), seed: UInt64 = 0,
  threads: Int? = nil, progress: (Double) throws -> Void = { _ in }
) throws -> Embedding {
  try options.validate(forKeys: batches.count)
  guard !batches.isEmpty else { throw UsageError("`batches` is empty; give at least one key") }
  for key in batches where key.batchOfCell.count != embedding.cellCount {
    throw UsageError(
      "`batches` has \(key.batchOfCell.count) cells where the embedding has "
        + "\(embedding.cellCount); give the batch of each cell")
  }
  guard embedding.cellCount > 0 else { return embedding }
  return try align(
    embedding, batches: batches, populations: nil, options: options, seed: seed,
    pool: ThreadPool(threads: threads), progress: progress
  ).embedding
}

/// Computes a two-dimensional UMAP of given coordinates.
///
///     let layout = try umap(result.embedding)
///     print(layout[0])  // the first cell's position
///
/// - Parameters:
///   - embedding: The coordinates; `(n, d)`.
///   - options: The options. The default is `UMAPOptions()`.
///   - threads: The number of threads; the result does not depend on it. The default is `nil`, for
///     one per core.
///   - progress: Receives the share of finished work, 0 to 1; throws to stop. The default does
///     nothing.
/// - Returns: The positions; `(n, 2)`.
/// - Throws: ``CategorizedError`` if an option is out of its range or a coordinate is not finite;
///   errors of `progress`.
public func umap(
  _ embedding: Embedding, options: UMAPOptions = UMAPOptions(), threads: Int? = nil,
  progress: (Double) throws -> Void = { _ in }
) throws -> Embedding {
  let layout = try umap(
    Matrix(embedding), options: options, pool: ThreadPool(threads: threads), progress: progress)
  return Embedding(
    cellCount: layout.count, dimensions: 2, values: layout.flatMap { [$0.x, $0.y] })
}

/// Scores embeddings of the same cells with the metrics of scib-metrics.
///
///     let table = try evaluate(
///       [("pca", pca), ("scharmonize", result.embedding)], batches: donors, labels: types,
///       uncorrected: pca)
///     print(table.text)
///
/// - Parameters:
///   - embeddings: The embeddings by name; `(n, d)` each, with any `d`.
///   - batches: The batch of each cell; `(n)`.
///   - labels: The cell type of each cell, `nil` where it is unknown; `(n)`. The default is `nil`,
///     for the metrics that need no labels.
///   - uncorrected: The embedding before correction, `(n, d)`, which some metrics compare with. The
///     default is `nil`: these metrics are left out.
///   - threads: The number of threads; no score depends on it. The default is `nil`, for one per
///     core.
/// - Returns: The scores, in the order of `embeddings`.
/// - Throws: ``CategorizedError`` if an embedding, `labels` or `batches` are of different numbers
///   of cells, if there is only one batch or one label, or if a coordinate is not finite.
public func evaluate(
  _ embeddings: [(name: String, embedding: Embedding)], batches: BatchAssignment,
  labels: [String?]? = nil, uncorrected: Embedding? = nil, threads: Int? = nil
) throws -> ScoreTable {
  let evaluator = try Evaluator(
    batches: batches.batchOfCell.map { batches.names[Int($0)] }, labels: labels,
    uncorrected: uncorrected, pool: ThreadPool(threads: threads))
  return try evaluator.evaluate(embeddings.map { ($0.name, $0.embedding) })
}
