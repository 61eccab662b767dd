internal import Numerics

/// Finds unit centroids of unit points by k-means++ and Lloyd's rounds.
///
/// On the unit sphere the distance is `2 (1 − a · b)`, so the nearest centroid has the largest dot
/// product.
///
/// - Parameters:
///   - points: Unit points; `(n, d)`.
///   - d: The number of coordinates.
///   - count: The number of centroids, `K`; at most `n`.
///   - rounds: The number of Lloyd's rounds.
///   - generator: The generator for choosing the first centroids.
///   - pool: The threads to use.
/// - Returns: The centroids; `(K, d)`.
func sphericalMeans(
  _ points: [Float], dimensions d: Int, count: Int, rounds: Int,
  using generator: inout some RandomNumberGenerator, pool: ThreadPool
) -> [Float] {
  let n = points.count / d
  let points = Matrix(rows: n, columns: d, values: points)
  var centroids = Matrix(rows: count, columns: d)

  // k-means++: draw each next centroid with the distance to the nearest earlier one as weight.
  var distances = [Float](repeating: .infinity, count: n)
  var chosen = generator.integer(below: n)
  for k in 0..<count {
    for j in 0..<d { centroids[k, j] = points[chosen, j] }
    var total = 0.0
    for i in 0..<n {
      let a = points.values.span.extracting(points.range(ofRow: i))
      let b = points.values.span.extracting(points.range(ofRow: chosen))
      var product: Float = 0
      for j in 0..<d { product += a[j] * b[j] }
      distances[i] = min(distances[i], max(0, 2 - 2 * product))
      total += Double(distances[i])
    }
    // If all points coincide with centroids, any one is equally good.
    var target = generator.uniformDouble() * total
    chosen = n - 1
    for i in 0..<n {
      target -= Double(distances[i])
      if target < 0 {
        chosen = i
        break
      }
    }
  }

  var products = Matrix(rows: n, columns: count)
  for _ in 0..<rounds {
    multiply(points, centroids, into: &products, right: .transposed, pool: pool)
    var sums = [Double](repeating: 0, count: count * d)
    for i in 0..<n {
      let row = products.values.span.extracting(products.range(ofRow: i))
      var best = 0
      for k in 1..<max(1, count) where row[k] > row[best] { best = k }
      for j in 0..<d { sums[best * d + j] += Double(points[i, j]) }
    }
    for k in 0..<count {
      var square = 0.0
      for j in 0..<d { square += sums[k * d + j] * sums[k * d + j] }
      // A centroid that is not nearest to any point stays unchanged.
      guard square > 0 else { continue }
      for j in 0..<d { centroids[k, j] = Float(sums[k * d + j] / square.squareRoot()) }
    }
  }
  return centroids.values
}
