internal import CellFiles
internal import Numerics
public import Support
public import UMAP

extension IntegrationResult {
  /// Computes a UMAP of the embedding of all cells.
  ///
  ///     var result = try integrate(cells)
  ///     try result.addUMAP()
  ///     try Destination("out.h5ad", inputs: ["cells.h5ad"]).write(&result, of: cells)
  ///
  /// The layout becomes ``umap``, and is written to `obsm/X_umap` of every `.h5ad`. It includes all
  /// cells with an ``embedding``, also those that were not in the training.
  ///
  /// - Parameters:
  ///   - options: The options of the layout. The default is `UMAPOptions()`.
  ///   - progress: Receives the progress of the layout; throws to stop. The default does nothing.
  /// - Throws: `CategorizedError` if an option is invalid; errors of `progress`; `CancellationError`.
  public mutating func addUMAP(
    options: UMAPOptions = UMAPOptions(), progress: ProgressHandler = { _ in }
  ) throws {
    let stopwatch = Stopwatch()
    let pool = ThreadPool(threads: record.options.threads)
    let meter = ProgressMeter(Workload([.umap: 1]))
    let layout = try stopwatch.time(.umap) {
      try UMAP.umap(Matrix(embedding), options: options, pool: pool) {
        try Task.checkCancellation()
        try progress(meter.progress(.umap, $0))
      }
    }
    try progress(meter.progress(.umap, 1))
    umap = Embedding(
      cellCount: layout.count, dimensions: 2, values: layout.flatMap { [$0.x, $0.y] })
    record.umap = options
    record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    record.peakMemoryBytes = peakMemoryBytes()
  }
}

extension UMAPOptions {
  /// The options by their names in umap-learn.
  var unsValue: UnsValue {
    .dictionary(unsValues.merging(epochs == nil ? ["n_epochs": "auto"] : [:]) { $1 })
  }
}
