internal import Numerics
internal import Neighbours

/// Returns diffusion coordinates, in which Euclidean distance reflects how soon random walks on a
/// graph meet.
///
/// The walk's transitions are made symmetric and independent of the cells' density (Coifman and
/// Lafon 2006, <https://doi.org/10.1016/j.acha.2006.04.006>): `K = Q⁻¹ W Q⁻¹`, `T = Z^-½ K Z^-½`
/// with the row sums `Q` of `W` and `Z` of `K`. Each of the eigenvectors of largest `|e|` is scaled
/// by `e / (1 - e)`, which sums steps of all lengths. The stationary ones, `e = 1`, are scaled by
/// 1.
///
/// scib-metrics recognizes stationary eigenvectors by an eigenvalue of exactly 1. Rounding can miss
/// this, and a label's score then depends on the last bit. Here the eigenvalue of a component is
/// known to be 1.
///
/// - Parameters:
///   - graph: The symmetric weights.
///   - components: The connected components; eigenvectors are computed for each separately.
///   - count: The number of coordinates; less than the number of cells.
///   - pool: The threads to use.
/// - Returns: The coordinates; `(n, count)`.
func diffusionMap(
  of graph: SparseGraph, components: [[Int32]], count: Int, pool: ThreadPool
) -> Matrix {
  let transitions = transitions(of: graph)
  var pairs: [(value: Double, component: Int, vector: ArraySlice<Double>)] = []
  for (number, cells) in components.enumerated() {
    let part = components.count == 1 ? transitions : transitions.induced(by: cells)
    let n = part.count
    let shards = fixedShards(of: n, size: 2048)
    let found = largestEigenpairs(
      size: n, count: min(count, n), by: .magnitude, tolerance: 1e-9, pool: pool
    ) { vectors, block, products in
      for row in 0..<block {
        let (vector, product) = (
          vectors[row * n..<(row + 1) * n], products[row * n..<(row + 1) * n]
        )
        pool.parallel(shards.count) { part.multiply(vector, rows: shards[$0], into: product) }
      }
    }
    for (i, value) in found.values.enumerated() { pairs.append((value, number, found.vector(i))) }
  }
  pairs.sort { (abs($0.value), $1.component) > (abs($1.value), $0.component) }
  pairs.removeSubrange(min(count, pairs.count)...)
  var map = Matrix(rows: graph.count, columns: pairs.count)
  for (column, pair) in pairs.enumerated() {
    // scib-metrics keeps the eigenvalues in single precision.
    let value = Float(pair.value)
    let scale = value > 1 - 0x1p-23 ? 1 : value / (1 - value)
    for (cell, entry) in zip(components[pair.component], pair.vector) {
      map[Int(cell), column] = Float(entry) * scale
    }
  }
  return map
}

/// Returns the symmetric transitions.
private func transitions(of graph: SparseGraph) -> SparseGraph {
  var result = graph
  for power in [1.0, 0.5] {
    let sums = (0..<graph.count).map { cell in
      result.edges(of: cell).reduce(0.0) { $0 + result.weights[$1] }
    }
    let factors = sums.map { $0 > 0 ? (power == 1 ? 1 / $0 : 1 / $0.squareRoot()) : 0 }
    for cell in 0..<graph.count {
      for edge in result.edges(of: cell) {
        result.weights[edge] *= factors[cell] * factors[Int(result.targets[edge])]
      }
    }
  }
  return result
}
