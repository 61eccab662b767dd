package import Neighbours
package import Numerics

/// Finds the neighbours by measuring every pair in double precision.
package func nearestNeighboursReference(of x: Matrix, k: Int) -> NeighbourTable {
  var indices: [Int32] = []
  var distances: [Float] = []
  let k = min(k, max(0, x.rows - 1))
  for i in 0..<x.rows {
    let ranked = (0..<x.rows).filter { $0 != i }
      .map { other in
        let square = (0..<x.columns).reduce(0.0) {
          let difference = Double(x[i, $1]) - Double(x[other, $1])
          return $0 + difference * difference
        }
        return (square: square, row: other)
      }
      .sorted { ($0.square, $0.row) < ($1.square, $1.row) }
      .prefix(k)
    indices += ranked.map { Int32($0.row) }
    distances += ranked.map { Float($0.square.squareRoot()) }
  }
  return NeighbourTable(
    k: k, queries: Array(0..<Int32(x.rows)), searched: x.rows, indices: indices,
    distances: distances)
}
