package import Numerics

/// Scales rows to unit length; rows of zeros are unchanged.
///
/// - Parameters:
///   - rows: The rows.
///   - coordinates: The coordinates of all rows; `(n, d)`.
///   - d: The number of coordinates.
///   - unit: The result; `(rows, d)`.
package func scaleToUnitLength(
  _ rows: Range<Int>, of coordinates: FloatView, _ d: Int, into unit: FloatView
) {
  for (row, i) in rows.enumerated() {
    var square: Float = 0
    for j in i * d..<(i + 1) * d { square += coordinates[j] * coordinates[j] }
    let scale = square > 0 ? 1 / square.squareRoot() : 0
    for j in 0..<d { unit[row * d + j] = coordinates[i * d + j] * scale }
  }
}

/// Subtracts each cluster's offset from rows, in proportion to membership: `z_i = z⁰_i − Σ_k R_ik
/// b_k`.
///
/// - Parameters:
///   - offsets: The offsets `b`, packed for products; `(K, d)`.
///   - memberships: `R`; `(rows, K)`.
///   - original: `z⁰`; `(rows, d)`.
///   - corrected: `z`; `(rows, d)`.
///   - d: The number of coordinates.
package func subtractOffsets(
  _ offsets: FloatView, _ memberships: FloatView, from original: FloatView,
  into corrected: FloatView, _ d: Int
) {
  let rows = original.count / d
  guard rows > 0 else { return }
  let count = memberships.count / rows
  multiplyPanels(
    memberships, m: rows, n: d, k: count, rowStride: count, columnStride: 1, panels: offsets,
    into: corrected, stride: d)
  for j in 0..<corrected.count { corrected[j] = original[j] - corrected[j] }
}
