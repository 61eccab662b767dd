internal import CellFiles
internal import CountData
package import Numerics

/// The positions of some cells of a result in the uncorrected expression, for comparison with the
/// embedding.
package struct UncorrectedCells: Equatable, Sendable {
  /// The indices of the cells in the input, ascending.
  ///
  /// They are all cells of the training, or a random sample of the requested size.
  package var cells: [Int]

  /// The first 30 principal components of the cells; `(cells, components)`.
  ///
  /// They are computed from `log1p(10⁴ x / t)` of the genes that the model uses; if values are not
  /// counts, from the model's inputs.
  package var coordinates: Embedding

  /// The population of each cell, within which batches are expected to mix; empty if all cells are
  /// one population.
  package var populations: [Int32] = []

  /// The counts and expressed genes of each cell.
  package var depths: CellDepths
}

extension UncorrectedCells {
  /// Computes the components of cells drawn from a store.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of cells to draw.
  ///   - summary: The findings about all cells; those that passed the filters are drawn from.
  ///   - store: The selected genes of all cells.
  ///   - batches: The batch of every cell of the store.
  ///   - populations: The population of every cell of the store. The default is `nil`, for one
  ///     population of all cells.
  ///   - seed: The seed of the draw.
  ///   - pool: The threads to use.
  init(
    _ limit: Int, of summary: CellSummary, in store: CountStore, batches: [Int32],
    populations: [Int32]? = nil, seed: UInt64, pool: ThreadPool
  ) {
    let drawn = draw(limit, from: summary.kept, seed: seed)
    let matrix = UncorrectedSpace.coordinates(
      of: drawn, in: store, batches: batches, seed: seed, pool: pool)
    self.init(
      cells: drawn,
      coordinates: Embedding(
        cellCount: matrix.rows, dimensions: matrix.columns, values: matrix.values),
      populations: populations.map { populations in drawn.map { populations[$0] } } ?? [],
      depths: CellDepths(of: drawn, in: summary))
  }
}

extension UncorrectedCells {
  /// Takes cells drawn from given coordinates.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of cells to draw.
  ///   - embedding: The coordinates of all cells.
  ///   - populations: The population of every cell; `nil` for one population of all cells.
  ///   - seed: The seed of the draw.
  init(_ limit: Int, of embedding: Embedding, populations: [Int32]?, seed: UInt64) {
    let drawn = draw(limit, from: Array(0..<embedding.cellCount), seed: seed)
    self.init(
      cells: drawn, coordinates: embedding.rows(drawn),
      populations: populations.map { populations in drawn.map { populations[$0] } } ?? [],
      depths: CellDepths())
  }
}

/// Draws cells with equal probability; returns all if there are no more than requested.
///
/// - Parameters:
///   - count: The number of cells to draw.
///   - cells: The cells, ascending.
///   - seed: The seed of the draw.
/// - Returns: The cells drawn, ascending.
package func draw(_ count: Int, from cells: [Int], seed: UInt64) -> [Int] {
  guard cells.count > count else { return cells }
  var generator = Xoshiro256(seed: seed)
  var shuffled = cells
  generator.shuffle(&shuffled)
  return shuffled.prefix(count).sorted()
}
