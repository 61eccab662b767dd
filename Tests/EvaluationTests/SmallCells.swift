import Numerics

/// Cells of a few types and batches around points of their own, for tests.
struct SmallCells {
  var x: Matrix
  var labels: [String] = []
  var batches: [String] = []

  /// Draws cells; batches lie `shift` deviations of a cell apart.
  init(
    _ n: Int, dimensions d: Int = 6, types: Int = 3, batches count: Int = 2,
    shift: Float = 0, seed: UInt64 = 1
  ) {
    var random = Xoshiro256(seed: seed)
    let centres = (0..<types * d).map { _ in 6 * Float(random.standardNormal()) }
    x = Matrix(rows: n, columns: d)
    for i in 0..<n {
      let type = random.integer(below: types)
      let batch = random.integer(below: count)
      labels.append("type \(type)")
      batches.append("batch \(batch)")
      for j in 0..<d {
        let offset = j == 0 ? shift * Float(batch) : 0
        x[i, j] = centres[type * d + j] + offset + Float(random.standardNormal())
      }
    }
  }
}
