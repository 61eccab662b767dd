internal import CellFiles
internal import CountData
public import Kernels

/// Where some cells of a result lie in the uncorrected expression, to compare the embedding with.
public struct UncorrectedCells: Equatable, Sendable {
  /// The cells, as numbers into those of the input, ascending: all that were trained on, or as many
  /// as were asked for, drawn by seed.
  public var cells: [Int]

  /// Their first 30 principal components of `log1p(10⁴ x / t)` of the genes that the model uses, or
  /// of what entered the model where values are no counts; `(cells, components)`.
  public var coordinates: Embedding

  /// The population of each of them, within which batches are expected to mix; empty where all are
  /// one population.
  public var populations: [Int32] = []

  /// Finds the components of cells drawn from a store.
  ///
  /// - Parameters:
  ///   - limit: How many cells are drawn at most.
  ///   - cells: The cells to draw from, ascending.
  ///   - store: The selected genes of all cells.
  ///   - sources: The batch of every cell of the store.
  ///   - populations: The population of every cell of the store. The default, `nil`, takes all cells
  ///     as one population.
  ///   - seed: The seed of the draw.
  ///   - pool: The threads to use.
  init(
    _ limit: Int, of cells: [Int], in store: CountStore, sources: [Int32],
    populations: [Int32]? = nil, seed: UInt64, pool: ThreadPool
  ) {
    let drawn = draw(limit, from: cells, seed: seed)
    self.cells = drawn
    if let populations { self.populations = drawn.map { populations[$0] } }
    let matrix = UncorrectedSpace.coordinates(
      of: self.cells, in: store, sources: sources, seed: seed, pool: pool)
    coordinates = Embedding(
      cellCount: matrix.rows, dimensions: matrix.columns, values: matrix.values)
  }
}

/// Draws cells, each with the same chance; all where there are no more than asked for.
///
/// - Parameters:
///   - count: How many.
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
