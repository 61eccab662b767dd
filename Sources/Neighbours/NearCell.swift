internal import Numerics

/// A reference cell with its exact distance from a query.
struct NearCell: Sendable {
  /// The squared distance.
  let square: Double

  /// The row of the cell.
  let row: Int32
}

/// Returns the `k` nearest of some rows, given in ascending order; ties go to the first row.
///
/// Usually there are only a few more than `k`. If cells are identical there can be all of them; the
/// first `k` are then as near as any.
func nearest(
  _ k: Int, of rows: [Int32], squaredDistance: (Int32) -> Double
) -> [NearCell] {
  var ranked: [NearCell] = []
  ranked.reserveCapacity(k + 1)
  for row in rows where k > 0 {
    if ranked.count == k, ranked[k - 1].square == 0 { break }
    let square = squaredDistance(row)
    if ranked.count == k {
      guard square < ranked[k - 1].square else { continue }
      ranked.removeLast()
    }
    // The first of the places after which all are farther.
    var (place, end) = (0, ranked.count)
    while place < end {
      let middle = (place + end) / 2
      if ranked[middle].square > square { end = middle } else { place = middle + 1 }
    }
    ranked.insert(NearCell(square: square, row: row), at: place)
  }
  return ranked
}

/// Returns `‖a_i - b_j‖²` in double precision.
func squaredDistance(_ a: Matrix, _ i: Int, _ b: Matrix, _ j: Int) -> Double {
  let x = a.values.span.extracting(a.range(ofRow: i))
  let y = b.values.span.extracting(b.range(ofRow: j))
  var sum = 0.0
  for p in x.indices {
    let difference = Double(x[p]) - Double(y[p])
    sum += difference * difference
  }
  return sum
}
