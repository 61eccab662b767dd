internal import CKernels
internal import Foundation

/// Turns products of unit vectors with centroids into memberships.
///
/// - Parameters:
///   - values: The products; then the memberships, `exp(sharpness * (product − greatest))` by the
///     factors, each row scaled to add to one; `(rows, clusters)`.
///   - rows: The number of rows.
///   - sharpness: How fast likeness falls; above 0.
///   - factors: What likenesses are multiplied by, above 0; `(clusters)`.
///   - logs: The logs of the factors; `(clusters)`.
///   - held: What the memberships are added to; `(clusters)`.
/// - Returns: The sum of `R (2 (1 − product) + 2 / sharpness * log R)` over all memberships `R`.
package func softMemberships(
  _ values: FloatView, rows: Int, sharpness: Float, factors: Span<Float>, logs: Span<Float>,
  addingTo held: DoubleView
) -> Double {
  let clusters = held.count
  precondition(values.count == rows * clusters && clusters > 0)
  precondition(factors.count == clusters && logs.count == clusters)
  return unsafe factors.withUnsafeBufferPointer { factors in
    unsafe logs.withUnsafeBufferPointer { logs in
      guard let factors = factors.baseAddress, let logs = logs.baseAddress else { return 0 }
      return unsafe ck_soft_memberships(
        rows, clusters, sharpness, factors, logs, values.base, held.base)
    }
  }
}

/// The same of one row by plain loops in double precision.
package func softMembershipsReference(
  products: [Float], sharpness: Double, factors: [Float]
) -> (memberships: [Double], objective: Double) {
  let greatest = Double(products.max() ?? 0)
  let weights = zip(products, factors).map {
    exp(sharpness * (Double($0) - greatest)) * Double($1)
  }
  let sum = weights.reduce(0, +)
  let memberships = weights.map { $0 / sum }
  let objective = zip(memberships, products).reduce(0) { total, pair in
    guard pair.0 > 0 else { return total }
    return total + pair.0 * (2 * (1 - Double(pair.1)) + 2 / sharpness * log(pair.0))
  }
  return (memberships, objective)
}
