internal import Numerics
internal import Support

extension Covariates {
  /// Returns the share of the variance of coordinates within batches that each covariate explains.
  ///
  /// Each covariate is regressed on alone, with a mean for each batch.
  ///
  /// - Parameters:
  ///   - coordinates: The coordinates of some cells; `(cells, d)`.
  ///   - cells: The cells.
  ///   - batches: The batch of every cell.
  ///   - batchCount: The number of batches.
  /// - Returns: The shares, 0 to 1.
  func explained(
    _ coordinates: Matrix, of cells: [Int], batches: [Int32], batchCount: Int
  ) -> [Double] {
    let (d, q) = (coordinates.columns, design.width)
    let width = q + d
    var sums = [Double](repeating: 0, count: batchCount * width)
    var sizes = [Double](repeating: 0, count: batchCount)
    var products = [Double](repeating: 0, count: q * width)
    var total = 0.0
    for (row, cell) in cells.enumerated() {
      let values =
        design.values(ofCell: cell).map(Double.init)
        + (0..<d).map { Double(coordinates[row, $0]) }
      let batch = Int(batches[cell])
      sizes[batch] += 1
      for j in 0..<width { sums[batch * width + j] += values[j] }
      for p in 0..<q {
        for j in 0..<width { products[p * width + j] += values[p] * values[j] }
      }
      for j in q..<width { total += values[j] * values[j] }
    }
    for batch in 0..<batchCount where sizes[batch] > 0 {
      let mean = sums[batch * width..<(batch + 1) * width].map { $0 / sizes[batch].squareRoot() }
      for p in 0..<q {
        for j in 0..<width { products[p * width + j] -= mean[p] * mean[j] }
      }
      for j in q..<width { total -= mean[j] * mean[j] }
    }
    var first = 0
    return encodings.map { encoding in
      let columns = Array(first..<first + encoding.width)
      first += encoding.width
      let count = columns.count
      var a = columns.flatMap { p in columns.map { products[p * width + $0] } }
      // The columns of levels depend on each other.
      for p in 0..<count { a[p * count + p] += 1e-6 * Double(cells.count) }
      let right = columns.flatMap { products[$0 * width + q..<($0 + 1) * width] }
      var solved = right
      choleskyFactor(&a, count)
      choleskySolve(a, count, &solved, d)
      let explained = zip(right, solved).reduce(0) { $0 + $1.0 * $1.1 }
      return total > 0 ? max(0, min(1, explained / total)) : 0
    }
  }
}
