internal import CellFiles
internal import Kernels
public import UMAP

extension Integration {
  /// Lays all cells out in a plane by their embedding, for pictures.
  ///
  ///     var result = try integrate(cells)
  ///     try result.addUMAP()
  ///     try Destination("out.h5ad", inputs: ["cells.h5ad"]).write(&result, of: cells)
  ///
  /// The layout becomes ``umap``, and is written to `obsm/X_umap` of every `.h5ad`. It is of the
  /// cells that have an ``embedding``, those among them that had no part in the training too.
  ///
  /// - Parameters:
  ///   - options: How the layout is made. The default is that of `UMAPOptions`.
  ///   - progress: Is told how far the layout has come; by throwing it stops it.
  /// - Throws: `UMAPError`, where an option can't be used; what `progress` throws;
  ///   `CancellationError`.
  public mutating func addUMAP(
    options: UMAPOptions = UMAPOptions(), progress: ProgressHandler = { _ in }
  ) throws {
    var stopwatch = Stopwatch()
    let pool = ThreadPool(threads: record.options.threads)
    let layout = try stopwatch.time(.umap) {
      try UMAP.umap(Matrix(embedding), options: options, pool: pool) {
        try Task.checkCancellation()
        try progress(StageProgress(stage: .umap, fraction: $0))
      }
    }
    umap = Embedding(
      cellCount: layout.count, dimensions: 2, values: layout.flatMap { [$0.x, $0.y] })
    record.umap = options
    record.seconds.merge(stopwatch.seconds, uniquingKeysWith: +)
    record.peakMemoryBytes = peakMemoryBytes()
  }
}

extension UMAPOptions {
  /// The options by the names that umap-learn has for them.
  var unsValue: UnsValue {
    [
      "n_neighbors": .integer(neighbours), "min_dist": .double(minimumDistance),
      "spread": .double(spread), "n_epochs": epochs.map(UnsValue.integer) ?? "auto",
      "init": .string(initialization.rawValue), "random_state": .string(String(seed)),
    ]
  }
}
