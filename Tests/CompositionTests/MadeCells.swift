import Numerics

/// Made cells of several types, whose batches differ by an offset.
struct MadeCells {
  static let genes = 200

  /// Mean log expression of each of six types; `(6, genes)`.
  let types: Matrix

  /// The offset of each batch; `(batches, genes)`.
  let offsets: Matrix

  /// Log expression of each batch.
  let batches: [Matrix]

  /// Makes batches.
  ///
  /// - Parameters:
  ///   - sizes: For each batch, how many cells of each type it has.
  ///   - shift: The standard deviation of a batch's offset of a gene; that between types is 0.6.
  ///   - sameOffset: The batches that have the offset of the first of them.
  ///   - seed: The seed of types, offsets and cells.
  init(_ sizes: [[Int]], shift: Double, sameOffset: [Int] = [], seed: UInt64) {
    var random = Xoshiro256(seed: seed)
    var types = Matrix(rows: 6, columns: Self.genes)
    let base = (0..<Self.genes).map { _ in 1 + 2 * random.uniformDouble() }
    for t in 0..<6 {
      for g in 0..<Self.genes { types[t, g] = Float(base[g] + 0.6 * random.standardNormal()) }
    }
    var offsets = Matrix(rows: sizes.count, columns: Self.genes)
    for b in sizes.indices {
      let same = sameOffset.contains(b) ? sameOffset[0] : b
      for g in 0..<Self.genes {
        offsets[b, g] = same < b ? offsets[same, g] : Float(shift * random.standardNormal())
      }
    }
    batches = sizes.enumerated().map { b, counts in
      let order = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
      var cells = Matrix(rows: order.count, columns: Self.genes)
      for (i, t) in order.enumerated() {
        for g in 0..<Self.genes {
          let value = types[t, g] + offsets[b, g] + Float(0.7 * random.standardNormal())
          cells[i, g] = max(0, value)
        }
      }
      return cells
    }
    self.types = types
    self.offsets = offsets
  }
}
