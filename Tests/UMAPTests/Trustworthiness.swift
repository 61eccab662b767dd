import Neighbours
import Numerics

/// Returns the trustworthiness of a layout: whether its neighbours are also neighbours in the
/// original space.
///
/// With `r(i, j)` the rank of `j` among the cells nearest to `i` in the space, 1 for the nearest,
/// and the sum over the cells `i` and their `k` nearest `j` in the layout,
///
///     1 - 2 / (n k (2n - 3k - 1)) Σ max(0, r(i, j) - k)
///
/// It is 1 if all neighbours in the layout are neighbours in the space, and about 0.5 for a random
/// layout. The cost is O(n² · d).
///
/// Reference: Venna and Kaski 2001, <https://doi.org/10.1007/3-540-44668-0_68>;
/// `sklearn.manifold.trustworthiness`.
///
/// - Parameters:
///   - layout: The cells in the layout; `(n, 2)`, finite.
///   - space: The cells in the space; `(n, d)`, finite.
///   - k: The number of neighbours; at least 1, below `n / 2`. The default is 15.
///   - pool: The threads to use; the result does not depend on their number.
/// - Returns: The trustworthiness, 0 to 1.
func trustworthiness(
  of layout: Matrix, in space: Matrix, neighbours k: Int = 15, pool: ThreadPool
) -> Double {
  precondition(layout.rows == space.rows, "\(layout.rows) cells laid out of \(space.rows)")
  precondition(k >= 1 && 2 * k < space.rows, "\(k) neighbours of \(space.rows) cells")
  let table = nearestNeighbours(of: layout, k: k, pool: pool)
  let shards = fixedShards(of: table.count, size: 32)
  let excess = pool.map(shards.count) { shard in
    shards[shard].reduce(0.0) { sum, query in
      let cell = Int(table.queries[query])
      let squares = squaredDistances(from: cell, in: space)
      return sum
        + table.indices[table.range(ofQuery: query)].reduce(0.0) { sum, neighbour in
          // Of cells at the same distance, the first ranks as nearer.
          var rank = 0
          let (square, j) = (squares[Int(neighbour)], Int(neighbour))
          for i in squares.indices where squares[i] < square || (squares[i] == square && i <= j) {
            rank += 1
          }
          if squares[cell] < square || (squares[cell] == square && cell <= j) { rank -= 1 }
          return sum + Double(max(0, rank - k))
        }
    }
  }.reduce(0, +)
  let n = Double(space.rows)
  return 1 - 2 * excess / (Double(table.count) * Double(k) * (2 * n - 3 * Double(k) - 1))
}

/// Returns the squared distances of all cells from one; `[n]`.
private func squaredDistances(from cell: Int, in space: Matrix) -> [Double] {
  let values = space.values.span
  let own = values.extracting(space.range(ofRow: cell))
  return (0..<space.rows).map { row in
    let other = values.extracting(space.range(ofRow: row))
    var sum = 0.0
    for j in own.indices {
      let difference = Double(own[j]) - Double(other[j])
      sum += difference * difference
    }
    return sum
  }
}
