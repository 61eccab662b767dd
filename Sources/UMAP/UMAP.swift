package import Numerics
internal import Neighbours

/// The purposes of random numbers; each has a separate stream.
enum UMAPStream: UInt64 {
  case noise = 1
  case components = 2
  case eigenvectors = 3
  case draws = 4
}

/// Computes a two-dimensional UMAP layout, in which each cell is near its neighbours.
///
///     let layout = try umap(embedding, pool: ThreadPool())
///     print(layout[0].x, layout[0].y)
///
/// The method is UMAP (McInnes, Healy and Melville 2018, <https://arxiv.org/abs/1802.03426>). The
/// nearest neighbours become a weighted graph, and cells start at the positions of
/// ``UMAPOptions/initialization``. Neighbours are exact up to 50,000 cells; of more cells, at least
/// 99% of the exact ones are found. In every epoch each cell moves toward its neighbours and away
/// from random cells. umap-learn moves one cell after another. Here all cells of an epoch move
/// together, by gradients at the old positions, in steps of Adam that shrink to zero. The result
/// therefore has the same bytes for any number of threads. As in every layout of this kind,
/// distances between separate groups have little meaning.
///
/// The cost is O(n² · d) for the neighbours, O(n^1.5 · d) of more than 50,000 cells, and O(n · k) per
/// epoch.
///
/// - Parameters:
///   - points: The cells, such as an embedding; `(n, d)`, finite.
///   - options: The options. The default is `UMAPOptions()`.
///   - pool: The threads to use; the result does not depend on their number.
///   - progress: Receives the share of finished work, 0 to 1; throws to stop. The default does
///     nothing.
/// - Returns: The position of each cell; `[n]`.
/// - Throws: ``UMAPError``; rethrows errors of `progress`.
package func umap(
  _ points: Matrix, options: UMAPOptions = UMAPOptions(), pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) throws -> [SIMD2<Float>] {
  try options.validate()
  try checkIsFinite(points)
  let n = points.rows
  guard n > 0 else { return [] }
  let points = brought(points)
  let epochs = options.epochCount(forCells: n)
  // The cost of the search per pair and coordinate, relative to an epoch per cell.
  let exactCells = Double(NeighbourOptions().exactCells)
  let measured = Double(n) * min(1, (exactCells / Double(n)).squareRoot() / 2)
  let search =
    Double(n) * (Double(n) <= exactCells ? Double(n) : measured) * Double(points.columns + 10)
    * 0.05
  let descent = Double(epochs) * Double(n) * 100
  let searchShare = search / (search + descent)

  var neighbourOptions = NeighbourOptions()
  neighbourOptions.maximumQueries = n
  let table = try nearestNeighbours(
    of: points, k: min(options.neighbours, n) - 1, options: neighbourOptions, pool: pool
  ) { try progress($0 * searchShare) }
  let graph = fuzzyGraph(of: table, pool: pool)
  try progress(searchShare)
  let positions = initialPositions(of: points, graph: graph, options: options, pool: pool)
  try descend(graph, from: positions, epochs: epochs, options: options, pool: pool) {
    try progress(searchShare + $0 * (1 - searchShare))
  }
  return (0..<n).map { SIMD2(positions[2 * $0], positions[2 * $0 + 1]) }
}

/// Moves the cells in all epochs.
private func descend(
  _ graph: SparseGraph, from positions: FloatView, epochs: Int, options: UMAPOptions,
  pool: ThreadPool, progress: (Double) throws -> Void
) throws {
  let curve = LayoutCurve(minimum: options.minimumDistance, spread: options.spread)
  let gradient = LayoutGradient(graph, curve: curve, leastWeight: 1 / Double(epochs))
  let slopes = FloatView.zeros(positions.count)
  let (mean, square) = (FloatView.zeros(positions.count), FloatView.zeros(positions.count))
  let shards = fixedShards(of: graph.count, size: 512)
  let draws = streamSeed(options.seed, UMAPStream.draws.rawValue)
  for epoch in 0..<epochs {
    let seed = streamSeed(draws, UInt64(epoch))
    pool.parallel(shards.count) { shard in
      gradient.compute(shards[shard], positions: positions, seed: seed, into: slopes)
    }
    // The settings of uwot for moving all cells at once: a short memory, since every epoch draws
    // new cells.
    let step = AdamStep(
      step: epoch + 1, rate: 1 - Float(epoch) / Float(epochs), decay: 0, clip: 1, beta1: 0.5,
      beta2: 0.9)
    pool.parallel(shards.count) { shard in
      let range = 2 * shards[shard].lowerBound..<2 * shards[shard].upperBound
      step.update(
        positions[range], gradient: slopes[range], mean: mean[range], square: square[range])
    }
    try progress(Double(epoch + 1) / Double(epochs))
  }
}

extension LayoutGradient {
  /// Makes the gradient for a graph, without edges too light for umap-learn to sample.
  fileprivate init(_ graph: SparseGraph, curve: LayoutCurve, leastWeight: Double) {
    self.init(a: Float(curve.a), b: Float(curve.b))
    for cell in 0..<graph.count {
      let edges = graph.edges(of: cell).lazy.filter { graph.weights[$0] >= leastWeight }
      // Five cells are drawn for every neighbour, as with umap-learn's negative_sample_rate.
      append(
        edges: edges.map { (graph.targets[$0], Float(graph.weights[$0])) }, repulsion: 5)
    }
  }
}

/// Checks that coordinates are finite.
private func checkIsFinite(_ points: Matrix) throws(UMAPError) {
  guard !points.values.allSatisfy(\.isFinite) else { return }
  let bad = (0..<points.rows).filter {
    !points.values[points.range(ofRow: $0)].allSatisfy(\.isFinite)
  }
  throw .notFinite(count: bad.count, cell: bad[0])
}

/// Returns the points scaled so that their squares stay within a float's range; a layout does not
/// depend on the unit of distances.
private func brought(_ points: Matrix) -> Matrix {
  let largest = points.values.reduce(0) { max($0, abs($1)) }
  guard largest > 0, !(1e-12...1e12).contains(largest) else { return points }
  // A power of two changes no digits.
  let factor = Float(sign: .plus, exponent: -min(126, max(-126, largest.exponent)), significand: 1)
  return Matrix(
    rows: points.rows, columns: points.columns, values: points.values.map { $0 * factor })
}
