internal import CKernels
internal import Foundation

/// Turns products of unit vectors with centroids into memberships.
///
/// - Parameters:
///   - values: The products; then the memberships, `exp(sharpness * product + log)`, each row
///     scaled to add to one; `(rows, clusters)`.
///   - rows: The number of rows.
///   - sharpness: How fast likeness falls; above 0.
///   - logs: The logs of what likenesses are multiplied by; `(clusters)`.
///   - held: What the memberships are added to; `(clusters)`.
/// - Returns: The sum of `R (2 (1 − product) + 2 / sharpness * log R)` over all memberships `R`.
package func softMemberships(
  _ values: FloatView, rows: Int, sharpness: Float, logs: Span<Float>,
  addingTo held: DoubleView
) -> Double {
  let clusters = held.count
  precondition(values.count == rows * clusters && clusters > 0)
  precondition(logs.count == clusters)
  return unsafe logs.withUnsafeBufferPointer { logs in
    guard let logs = logs.baseAddress else { return 0 }
    return unsafe ck_soft_memberships(rows, clusters, sharpness, logs, values.base, held.base)
  }
}

/// The same of one row by plain loops in double precision.
package func softMembershipsReference(
  products: [Float], sharpness: Double, logs: [Float]
) -> (memberships: [Double], objective: Double) {
  let exponents = zip(products, logs).map { sharpness * Double($0) + Double($1) }
  let greatest = exponents.max() ?? 0
  let weights = exponents.map { exp($0 - greatest) }
  let sum = weights.reduce(0, +)
  let memberships = weights.map { $0 / sum }
  let objective = zip(memberships, products).reduce(0) { total, pair in
    guard pair.0 > 0 else { return total }
    return total + pair.0 * (2 * (1 - Double(pair.1)) + 2 / sharpness * log(pair.0))
  }
  return (memberships, objective)
}
