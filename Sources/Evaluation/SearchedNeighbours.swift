internal import Kernels
internal import Neighbours
internal import Synchronization

/// The nearest neighbours in the embedding that was searched last, which several measures start from.
final class SearchedNeighbours: Sendable {
  /// The most neighbours that a measure takes: of 90, 50 and 15 the first is the cell itself.
  static let most = 89

  private let last = Mutex<(embedding: Matrix, table: NeighbourTable)?>(nil)

  /// The nearest neighbours of all cells, searched for once.
  ///
  /// - Parameters:
  ///   - k: How many, at most ``most``.
  ///   - embedding: The embedding; `(n, d)`.
  ///   - pool: The threads to use.
  /// - Returns: The neighbours; `(n, k)`, or `n - 1` where there are no more.
  func nearest(_ k: Int, of embedding: Matrix, pool: ThreadPool) -> NeighbourTable {
    let known = last.withLock { $0?.embedding == embedding ? $0?.table : nil }
    if let known { return known.nearest(k) }
    var options = NeighbourOptions()
    options.maximumQueries = .max
    let table = nearestNeighbours(of: embedding, k: Self.most, options: options, pool: pool)
    last.withLock { $0 = (embedding, table) }
    return table.nearest(k)
  }
}
