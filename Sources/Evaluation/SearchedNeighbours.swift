internal import Numerics
internal import Neighbours
internal import Synchronization

/// The nearest neighbours in the latest embedding, shared by several metrics.
final class SearchedNeighbours: Sendable {
  /// The largest number of neighbours that a metric needs: of 90, 50 and 15 the first is the cell
  /// itself.
  static let most = 89

  private let last = Mutex<(embedding: Matrix, table: NeighbourTable)?>(nil)

  /// Returns the nearest neighbours of all cells, searched only once per embedding.
  ///
  /// - Parameters:
  ///   - k: The number of neighbours, at most ``most``.
  ///   - embedding: The embedding; `(n, d)`.
  ///   - pool: The threads to use.
  /// - Returns: The neighbours; `(n, k)`, or `n - 1` per cell if there are fewer cells.
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
