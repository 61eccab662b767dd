internal import Numerics
internal import Neighbours

/// Returns the initial positions of cells, in or slightly beyond a square of side 10 around the
/// origin.
///
/// - Parameters:
///   - points: The cells; `(n, d)`.
///   - graph: The cells' symmetric graph.
///   - options: The options with the kind of initialization and the seed.
///   - pool: The threads to use.
/// - Returns: The positions; `(n, 2)`.
func initialPositions(
  of points: Matrix, graph: SparseGraph, options: UMAPOptions, pool: ThreadPool
) -> FloatView {
  let positions = FloatView.zeros(2 * points.rows)
  // Noise separates cells with the same initial position, which would otherwise stay together.
  fillNormals(positions, seed: streamSeed(options.seed, UMAPStream.noise.rawValue))
  let noise: Float = 1e-3
  let layout =
    switch options.initialization {
    case .spectral: spectralLayout(of: graph, points: points, options: options, pool: pool)
    case .principalComponents: componentLayout(of: points, options: options, pool: pool)
    }
  for (cell, position) in layout.enumerated() {
    positions[2 * cell] = Float(5 * position.x) + noise * positions[2 * cell]
    positions[2 * cell + 1] = Float(5 * position.y) + noise * positions[2 * cell + 1]
  }
  return positions
}

/// Returns the first two principal components, scaled so that the first one's largest coordinate is
/// 1.
private func componentLayout(
  of points: Matrix, options: UMAPOptions, pool: ThreadPool
) -> [SIMD2<Double>] {
  let seed = streamSeed(options.seed, UMAPStream.components.rawValue)
  let coordinates = principalComponents(of: points, count: 2, seed: seed, pool: pool)
    .coordinates(of: points, pool: pool)
  let largest = Double(coordinates.values.reduce(0) { max($0, abs($1)) })
  return (0..<points.rows).map { cell in
    let row = coordinates.values[coordinates.range(ofRow: cell)].map(Double.init)
    let position = SIMD2(row.first ?? 0, row.count > 1 ? row[1] : 0)
    return largest > 0 ? position / largest : position
  }
}

/// Returns the eigenvectors of the normalized Laplacian after the constant one.
///
/// If the graph is not connected, each component lies around the mean of its cells' principal
/// components, in a square proportional to its share of the cells.
private func spectralLayout(
  of graph: SparseGraph, points: Matrix, options: UMAPOptions, pool: ThreadPool
) -> [SIMD2<Double>] {
  let seed = streamSeed(options.seed, UMAPStream.eigenvectors.rawValue)
  let parts = graph.strongComponents()
  guard parts.count > 1 else { return connectedLayout(of: graph, seed: seed, pool: pool) }
  let components = componentLayout(of: points, options: options, pool: pool)
  var layout = components
  var numbers = [Int32](repeating: 0, count: graph.count)
  for cells in parts {
    for (number, cell) in cells.enumerated() { numbers[Int(cell)] = Int32(number) }
  }
  for cells in parts {
    let mean = cells.reduce(SIMD2.zero) { $0 + components[Int($1)] } / Double(cells.count)
    let share = (Double(cells.count) / Double(points.rows)).squareRoot()
    let own = connectedLayout(of: graph.part(cells, numbers: numbers), seed: seed, pool: pool)
    for (cell, position) in zip(cells, own) { layout[Int(cell)] = mean + share * position }
  }
  return layout
}

/// Returns the layout of a connected graph, in the square from −1 to 1.
private func connectedLayout(
  of graph: SparseGraph, seed: UInt64, pool: ThreadPool
) -> [SIMD2<Double>] {
  let n = graph.count
  guard n > 3 else { return Array(repeating: .zero, count: n) }
  var matrix = graph
  let scales = (0..<n).map { cell in
    1 / graph.edges(of: cell).reduce(0.0) { $0 + graph.weights[$1] }.squareRoot()
  }
  for cell in 0..<n {
    for edge in graph.edges(of: cell) {
      matrix.weights[edge] *= scales[cell] * scales[Int(graph.targets[edge])]
    }
  }
  let shards = fixedShards(of: n, size: 2048)
  // The largest eigenvalues of D^-½ W D^-½ are the smallest of the Laplacian. Initial positions
  // need no higher precision, and the search groups neighbours early.
  let pairs = largestEigenpairs(
    size: n, count: 3, tolerance: 1e-4, restarts: 20, seed: seed, pool: pool
  ) { [matrix] vectors, _, products in
    pool.parallel(shards.count) { matrix.multiply(vectors, rows: shards[$0], into: products) }
  }
  let (first, second) = (squared(pairs.vector(1)), squared(pairs.vector(2)))
  return zip(first, second).map { SIMD2($0, $1) }
}

/// Returns the numbers, scaled to −1 through 1.
private func squared(_ vector: ArraySlice<Double>) -> [Double] {
  let (low, high) = (vector.min() ?? 0, vector.max() ?? 0)
  guard high > low else { return vector.map { _ in 0 } }
  return vector.map { 2 * ($0 - low) / (high - low) - 1 }
}
