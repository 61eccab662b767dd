/// The packed factors of the products of a matrix in an ``OrthogonalStep``, rounded to bfloat16.
struct BfloatFactors: Sendable {
  private let rows: Int
  private let columns: Int
  private let side: Int
  private let length: Int

  private let left: FloatView
  private let right: FloatView

  /// Allocates the memory for a matrix; `(rows, columns)`.
  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    (side, length) = (min(rows, columns), max(rows, columns))
    let gram = bfloatSize(side, depth: bfloatDepth(length))
    left = .zeros(max(gram, bfloatSize(rows, depth: bfloatDepth(side))))
    right = .zeros(max(gram, bfloatSize(columns, depth: bfloatDepth(side))))
  }

  /// Packs both factors of the Gram matrix of the shorter side.
  ///
  /// - Parameters:
  ///   - mean: The matrix.
  ///   - outer: The stride from one of the longer side's vectors to the next.
  ///   - inner: The stride within one.
  ///   - parallel: The loop over shards.
  func packGram(
    _ mean: FloatView, outer: Int, inner: Int,
    _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    let depth = bfloatDepth(length)
    forEachSixteen(of: side, parallel) { [left, right, length] part in
      let (first, vectors) = (part.lowerBound, mean[(part.lowerBound * inner)...])
      packBfloatLeft(
        vectors, m: part.count, k: length, rowStride: inner, columnStride: outer, depth: depth,
        into: left[(first * depth)...])
      packBfloatRight(
        vectors, k: length, n: part.count, rowStride: outer, columnStride: inner, depth: depth,
        into: right[(first * depth)...])
    }
  }

  /// Computes some rows of the Gram matrix from their diagonal on.
  func gram(_ part: Range<Int>, of count: Int, into out: FloatView, stride: Int) {
    let depth = bfloatDepth(length)
    let first = part.lowerBound * depth
    multiplyBfloats(
      left[first...], right[first...], m: part.count, n: count, depth: depth, into: out,
      stride: stride)
  }

  /// Packs the factors of the last product: the matrix, and the symmetric `q` on its shorter side.
  func packLast(
    _ mean: FloatView, _ q: FloatView, _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    let depth = bfloatDepth(side)
    let isTall = rows >= columns
    forEachSixteen(of: rows, parallel) { [left, side] part in
      packBfloatLeft(
        (isTall ? mean : q)[(part.lowerBound * side)...], m: part.count, k: side, rowStride: side,
        columnStride: 1, depth: depth, into: left[(part.lowerBound * depth)...])
    }
    forEachSixteen(of: columns, parallel) { [right, side, columns] part in
      packBfloatRight(
        (isTall ? q : mean)[part.lowerBound...], k: side, n: part.count, rowStride: columns,
        columnStride: 1, depth: depth, into: right[(part.lowerBound * depth)...])
    }
  }

  /// Computes some rows of the last product; `(part, columns)`.
  func last(_ part: Range<Int>, into out: FloatView) {
    let depth = bfloatDepth(side)
    multiplyBfloats(
      left[(part.lowerBound * depth)...], right, m: part.count, n: columns, depth: depth, into: out,
      stride: columns)
  }

  private func forEachSixteen(
    of count: Int, _ parallel: (Int, @Sendable (Int) -> Void) -> Void,
    _ body: @escaping @Sendable (Range<Int>) -> Void
  ) {
    let parts = fixedShards(of: count, size: laneCount)
    parallel(parts.count) { body(parts[$0]) }
  }
}
