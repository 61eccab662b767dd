internal import CKernels
internal import Foundation

/// Converts products of unit vectors with centroids to memberships.
///
/// - Parameters:
///   - values: The products on entry; on return the memberships, proportional to `exp(sharpness *
///     product + log)` with sum 1 per row; `(rows, clusters)`.
///   - rows: The number of rows.
///   - sharpness: The steepness of memberships in the products; above 0.
///   - logs: The logarithms of the factors of each cluster; `(clusters)`.
///   - held: The sums to which the memberships are added; `(clusters)`.
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
    return unsafe kernels.pointee.soft_memberships(
      rows, clusters, sharpness, logs, values.base, held.base)
  }
}

/// Computes one row by plain loops in double precision, as a reference.
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
