internal import CKernels
internal import Foundation

/// Turns products of unit vectors with centroids into likenesses.
///
/// - Parameters:
///   - products: The products, then `exp(sharpness * (product − greatest))`; `(rows, clusters)`.
///   - rows: The number of rows.
///   - sharpness: How fast likeness falls; at least 0.
///   - greatest: The greatest product of each row; `(rows)`.
package func likenesses(
  _ products: FloatView, rows: Int, sharpness: Float, greatest: FloatView
) {
  guard rows > 0 else { return }
  precondition(products.count >= rows && products.count % rows == 0 && greatest.count == rows)
  unsafe ck_likeness(rows, products.count / rows, sharpness, products.base, greatest.base)
}

/// The memberships of one cell: likenesses by factors, scaled to add to one.
///
/// - Parameters:
///   - likeness: The cell's likenesses; `(clusters)`.
///   - factors: What they are multiplied by; `(clusters)`.
///   - logs: The logs of the factors; `(clusters)`.
///   - memberships: The result; `(clusters)`.
///   - held: What the memberships are added to, `(clusters)` from place `start` on.
///   - start: Where in `held`.
/// - Returns: The sum before scaling, and the mean of the factors' logs by the result.
package func memberships(
  _ likeness: FloatView, factors: Span<Float>, logs: Span<Float>, into memberships: FloatView,
  addingTo held: inout [Double], at start: Int
) -> (sum: Float, meanLog: Float) {
  let count = likeness.count
  precondition(factors.count == count && logs.count == count)
  precondition(memberships.count == count && (0...held.count - count).contains(start))
  var (sum, meanLog): (Float, Float) = (0, 0)
  unsafe factors.withUnsafeBufferPointer { factors in
    unsafe logs.withUnsafeBufferPointer { logs in
      unsafe held.withUnsafeMutableBufferPointer { held in
        guard let factors = factors.baseAddress, let logs = logs.baseAddress,
          let held = held.baseAddress
        else { return }
        unsafe ck_memberships(
          count, likeness.base, factors, logs, memberships.base, held + start, &sum, &meanLog)
      }
    }
  }
  return (sum, meanLog)
}

/// The same by plain loops in double precision, from the products.
package func membershipsReference(
  products: [Float], sharpness: Double, factors: [Float]
) -> [Double] {
  let greatest = Double(products.max() ?? 0)
  let weights = zip(products, factors).map {
    exp(sharpness * (Double($0) - greatest)) * Double($1)
  }
  let sum = weights.reduce(0, +)
  return weights.map { $0 / sum }
}

/// Adds floats to doubles, from place `start` of these on.
package func add(_ values: FloatView, to sums: inout [Double], at start: Int) {
  precondition((0...sums.count - values.count).contains(start))
  unsafe sums.withUnsafeMutableBufferPointer { sums in
    guard let sums = sums.baseAddress else { return }
    unsafe ck_add_to_doubles(values.count, values.base, sums + start)
  }
}
