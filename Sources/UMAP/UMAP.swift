public import Kernels
internal import Neighbours

/// What random numbers are needed for; each purpose has a stream of its own.
enum UMAPStream: UInt64 {
  case noise = 1
  case components = 2
  case eigenvectors = 3
  case draws = 4
}

/// Lays cells out in a plane so that each one lies near its neighbours.
///
///     let layout = try umap(embedding, pool: ThreadPool())
///     print(layout[0].x, layout[0].y)
///
/// UMAP (McInnes, Healy and Melville 2018, <https://arxiv.org/abs/1802.03426>): the
/// nearest neighbours, found exactly, become a graph of weights, the cells begin
/// at its ``UMAPOptions/initialization``, and in every epoch each cell moves
/// toward its neighbours and away from cells drawn at random. umap-learn moves one
/// cell after another; here all cells of an epoch move at once, each by what it
/// gathers from where the cells were, in steps of Adam that shrink to nothing.
/// So the threads have no part in the result: the same bytes at any number of
/// them. Distances between groups that do not touch say little, as in every
/// layout of this kind.
///
/// O(n² · d) for the neighbours, O(n · k) an epoch for the rest.
///
/// - Parameters:
///   - points: The cells, such as an embedding; `(n, d)`, finite.
///   - options: What to do differently from the defaults.
///   - pool: The threads to use; the result does not depend on their number.
///   - progress: Is told the share of the work that is done, 0 to 1; by throwing it stops it.
/// - Returns: The position of each cell; `[n]`.
/// - Throws: ``UMAPError``; what `progress` throws.
public func umap(
  _ points: Matrix, options: UMAPOptions = UMAPOptions(), pool: ThreadPool,
  progress: (Double) throws -> Void = { _ in }
) throws -> [SIMD2<Float>] {
  try options.validate()
  try checkIsFinite(points)
  let n = points.rows
  guard n > 0 else { return [] }
  let points = brought(points)
  let epochs = options.epochs(forCells: n)
  // What the search takes for each pair and coordinate, and an epoch for each cell.
  let search = Double(n) * Double(n) * Double(points.columns + 10) * 0.05
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

/// Moves the cells for all epochs.
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
    // uwot's settings for cells that move at once: a short memory, as every epoch draws anew.
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
  /// The gradient for a graph, without edges so light that umap-learn would never follow them.
  fileprivate init(_ graph: SparseGraph, curve: LayoutCurve, leastWeight: Double) {
    var (starts, targets, weights) = ([0], [Int32](), [Float]())
    for cell in 0..<graph.count {
      for edge in graph.edges(of: cell) where graph.weights[edge] >= leastWeight {
        targets.append(graph.targets[edge])
        weights.append(Float(graph.weights[edge]))
      }
      starts.append(targets.count)
    }
    // Five cells are drawn for every neighbour, as umap-learn's negative_sample_rate says.
    self.init(
      starts: starts, targets: targets, weights: weights, a: Float(curve.a), b: Float(curve.b),
      repulsion: 5)
  }
}

/// Refuses coordinates that are no numbers.
private func checkIsFinite(_ points: Matrix) throws(UMAPError) {
  guard !points.values.allSatisfy(\.isFinite) else { return }
  let bad = (0..<points.rows).filter {
    !points.values[points.range(ofRow: $0)].allSatisfy(\.isFinite)
  }
  throw .notFinite(count: bad.count, cell: bad[0])
}

/// The same points where their squares stay within a float's range: a layout does not depend on
/// the unit of distances.
private func brought(_ points: Matrix) -> Matrix {
  let largest = points.values.reduce(0) { max($0, abs($1)) }
  guard largest > 0, !(1e-12...1e12).contains(largest) else { return points }
  // A power of two changes no digits.
  let factor = Float(sign: .plus, exponent: -min(126, max(-126, largest.exponent)), significand: 1)
  return Matrix(
    rows: points.rows, columns: points.columns, values: points.values.map { $0 * factor })
}
