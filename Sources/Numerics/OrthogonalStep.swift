internal import CKernels

/// A step of Muon: it moves a weight matrix by the orthogonal factor of its averaged gradients.
///
/// With the gradient `g` of each training step, and of the average `m` the singular vectors `u` and `v`,
///
///     m ← decay m + g
///     weight ← weight - distance √max(rows, columns) u vᵀ
///
/// so that the weight moves equally far along all directions in which gradients agree, and its numbers
/// by `distance` in quadratic mean. Singular values become about 1 by ``rounds`` rounds of the polynomial
/// `a s + b s³ + c s⁵`. On the Gram matrix `mᵀ m` of the shorter side, whose powers commute, a round
/// needs products of that side only:
///
///     A ← mᵀ m / ‖mᵀ m‖,  Q ← I
///     P ← a I + b A + c A²,  Q ← Q P,  A ← P A P     (each round)
///     u vᵀ ≈ m Q / √‖mᵀ m‖
///
/// Singular values below about a fiftieth of the largest one stay below 1.
///
/// Reference: Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>.
package struct OrthogonalStep: Sendable {
  /// The coefficients `a`, `b` and `c` of the polynomial.
  package static let polynomial: (linear: Float, cubic: Float, quintic: Float) = (
    3.4445, -4.7750, 2.0315
  )

  /// The number of rounds.
  ///
  /// With 4 and 5, scores of embeddings are the same within the spread of seeds.
  package static let rounds = 3

  /// The number of rows of a product that one thread computes together: a multiple of the kernels' tiles, and
  /// of the panels' width.
  private static let block = 48

  /// The largest square of a vector's length that counts as 0.
  private static let smallest: Float = 1e-30

  private let rows: Int
  private let columns: Int

  /// The shorter side, and the longer one.
  private let side: Int
  private let length: Int

  /// `A`, `A P`, `P`, `Q` and a new `Q`; `(side, side)` each.
  private let gram: FloatView
  private let product: FloatView
  private let factor: FloatView
  private let total: FloatView
  private let nextTotal: FloatView

  /// The right factor of a product in panels.
  private let panels: FloatView

  /// The packed factors of the products with the matrix itself in bfloat16; `nil` for float32.
  private let bfloat: BfloatFactors?

  /// The matrix times `Q`; `(rows, columns)`.
  private let moved: FloatView

  /// Allocates the memory for a matrix.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - columns: The number of columns.
  ///   - inBfloat: `true` to multiply the matrix with factors rounded to bfloat16. The default is
  ///     `false`, for float32. Products of the shorter side are in float32 in any case.
  package init(rows: Int, columns: Int, inBfloat: Bool = false) {
    (self.rows, self.columns) = (rows, columns)
    (side, length) = (min(rows, columns), max(rows, columns))
    gram = .zeros(side * side)
    product = .zeros(side * side)
    factor = .zeros(side * side)
    total = .zeros(side * side)
    nextTotal = .zeros(side * side)
    bfloat = inBfloat ? BfloatFactors(rows: rows, columns: columns) : nil
    panels = .zeros(
      inBfloat
        ? panelSize(k: side, n: side)
        : max(panelSize(k: length, n: side), panelSize(k: side, n: length)))
    moved = .zeros(rows * columns)
  }

  /// Adds a gradient to the average of some of the matrix's numbers.
  ///
  /// - Parameters:
  ///   - mean: The average.
  ///   - gradient: The gradient, of the same numbers.
  ///   - clip: The factor applied to the gradient.
  ///   - decay: The factor of the average.
  package static func average(
    _ mean: FloatView, gradient: FloatView, clip: Float, decay: Float
  ) {
    precondition(gradient.count == mean.count)
    unsafe kernels.pointee.momentum(mean.count, gradient.base, clip, decay, mean.base)
  }

  /// Moves a weight against the orthogonal factor of an average.
  ///
  /// - Parameters:
  ///   - weight: The weight; `(rows, columns)`.
  ///   - mean: The average of its gradients; `(rows, columns)`. A weight whose average is 0, or not above
  ///     1e-15, stays.
  ///   - distance: The quadratic mean of the movement of an orthogonal matrix's numbers.
  ///   - parallel: Runs a loop over shards, on one thread or more; the result does not depend on them.
  package func move(
    _ weight: FloatView, against mean: FloatView, by distance: Float,
    parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    precondition(weight.count == rows * columns && mean.count == weight.count)
    let norm = squareGram(mean, parallel)
    guard norm > 0, norm.isFinite else { return }
    var (q, next) = (total, nextTotal)
    for round in 0..<Self.rounds {
      pack(gram, parallel)
      multiply(gram, into: product, parallel)
      setFactor(parallel)
      if round == 0 { q.copy(from: factor) }
      pack(factor, parallel)
      if round > 0 {
        multiply(q, into: next, parallel)
        swap(&q, &next)
      }
      if round < Self.rounds - 1 {
        multiply(gram, into: product, parallel)
        multiply(product, into: gram, parallel)
      }
    }
    let size = Float(length).squareRoot()
    move(weight, along: mean, times: q, by: -distance * size / norm.squareRoot(), parallel)
  }

  /// Computes the Gram matrix, divides it by its norm, and returns this.
  private func squareGram(
    _ mean: FloatView, _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) -> Float {
    // The strides from one of the longer side's vectors to the next, and within one.
    let (outer, inner) = rows >= columns ? (columns, 1) : (1, columns)
    if let bfloat {
      bfloat.packGram(mean, outer: outer, inner: inner, parallel)
      symmetric(parallel, into: gram) { bfloat.gram($0, of: $1, into: $2, stride: $3) }
    } else {
      packInParts(mean, k: length, n: side, rowStride: outer, columnStride: inner, parallel)
      symmetric(parallel, into: gram) { [panels, length] rows, columns, out, stride in
        let first = rows.lowerBound
        multiplyPanels(
          mean[(first * inner)...], m: rows.count, n: columns, k: length, rowStride: inner,
          columnStride: outer, panels: panels[(first * length)...], into: out, stride: stride)
      }
    }
    // No number is larger than the largest one of the diagonal. Divided by it, squares do not underflow.
    var largest: Float = 0
    for index in 0..<side { largest = max(largest, gram[index * side + index]) }
    guard largest > Self.smallest, largest.isFinite else { return 0 }
    divideGram(by: largest, parallel)
    let norm = Float(sumOfSquares(gram).squareRoot())
    divideGram(by: norm, parallel)
    return largest * norm
  }

  private func divideGram(
    by divisor: Float, _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    forEachBlock(of: side, parallel) { [gram, product, side] rows in
      let range = rows.lowerBound * side..<rows.upperBound * side
      product[range].fill(0)
      product[range].add(1 / divisor, times: gram[range])
      gram[range].copy(from: product[range])
    }
  }

  /// Computes `P` from `A` and `A²`, which is where `A P` will be.
  private func setFactor(_ parallel: (Int, @Sendable (Int) -> Void) -> Void) {
    let (a, b, c) = Self.polynomial
    forEachBlock(of: side, parallel) { [gram, product, factor, side] rows in
      let range = rows.lowerBound * side..<rows.upperBound * side
      factor[range].fill(0)
      factor[range].add(b, times: gram[range])
      factor[range].add(c, times: product[range])
      for row in rows { factor[row * side + row] += a }
    }
  }

  private func pack(_ right: FloatView, _ parallel: (Int, @Sendable (Int) -> Void) -> Void) {
    packInParts(right, k: side, n: side, rowStride: side, columnStride: 1, parallel)
  }

  /// Packs a right factor, `(k, n)`, sixteen columns at a time.
  private func packInParts(
    _ right: FloatView, k: Int, n: Int, rowStride: Int, columnStride: Int,
    _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    let parts = fixedShards(of: n, size: laneCount)
    parallel(parts.count) { [panels] part in
      let first = parts[part].lowerBound
      packPanels(
        right[(first * columnStride)...], k: k, n: parts[part].count, rowStride: rowStride,
        columnStride: columnStride, into: panels[(first * k)...])
    }
  }

  /// Multiplies a matrix by the packed one, with which it commutes.
  private func multiply(
    _ left: FloatView, into result: FloatView,
    _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    symmetric(parallel, into: result) { [panels, side] rows, columns, out, stride in
      let first = rows.lowerBound
      multiplyPanels(
        left[(first * side)...], m: rows.count, n: columns, k: side, rowStride: side,
        columnStride: 1, panels: panels[(first * side)...], into: out, stride: stride)
    }
  }

  /// Computes a symmetric product: the part right of the diagonal, and from it the rest.
  ///
  /// - Parameters:
  ///   - parallel: The loop over shards.
  ///   - result: The product; `(side, side)`.
  ///   - multiply: Computes some rows of the product from their diagonal on: it receives the rows, the number of
  ///     columns, the place of the first number, and the distance between rows.
  private func symmetric(
    _ parallel: (Int, @Sendable (Int) -> Void) -> Void, into result: FloatView,
    multiply: @escaping @Sendable (Range<Int>, Int, FloatView, Int) -> Void
  ) {
    forEachBlock(of: side, parallel) { [side] rows in
      let first = rows.lowerBound
      multiply(rows, side - first, result[(first * side + first)...], side)
      unsafe kernels.pointee.mirror(first, rows.upperBound, side, result.base)
    }
  }

  private func forEachBlock(
    of rows: Int, _ parallel: (Int, @Sendable (Int) -> Void) -> Void,
    _ body: @escaping @Sendable (Range<Int>) -> Void
  ) {
    // Loops begin with their last shard, and of a symmetric product the first rows take the longest: begun
    // last, they would keep one thread while the others wait.
    let parts = Array(fixedShards(of: rows, size: Self.block).reversed())
    parallel(parts.count) { body(parts[$0]) }
  }

  /// Adds the product of the average and `Q` to the weight.
  private func move(
    _ weight: FloatView, along mean: FloatView, times q: FloatView, by factor: Float,
    _ parallel: (Int, @Sendable (Int) -> Void) -> Void
  ) {
    let isTall = rows >= columns
    if let bfloat {
      bfloat.packLast(mean, q, parallel)
    } else if isTall {
      pack(q, parallel)
    } else {
      packInParts(mean, k: side, n: length, rowStride: columns, columnStride: 1, parallel)
    }
    let left = isTall ? mean : q
    forEachBlock(of: rows, parallel) { [side, columns, panels, moved, bfloat] part in
      let range = part.lowerBound * columns..<part.upperBound * columns
      if let bfloat {
        bfloat.last(part, into: moved[range])
      } else {
        multiplyPanels(
          left[(part.lowerBound * side)...], m: part.count, n: columns, k: side, rowStride: side,
          columnStride: 1, panels: panels, into: moved[range], stride: columns)
      }
      weight[range].add(factor, times: moved[range])
    }
  }
}

/// Returns the orthogonal factor that a step moves along, `(m, n)`, by plain loops in double precision.
package func orthogonalFactorReference(of matrix: Matrix) -> Matrix {
  let (m, n) = (matrix.rows, matrix.columns)
  func gram(_ x: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for row in 0..<m { result[i * n + j] += x[row * n + i] * x[row * n + j] }
      }
    }
    return result
  }
  func times(_ x: [Double], _ y: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: x.count)
    for row in 0..<x.count / n {
      for p in 0..<n {
        for j in 0..<n { result[row * n + j] += x[row * n + p] * y[p * n + j] }
      }
    }
    return result
  }
  var x = matrix.values.map(Double.init)
  // The norm of either side's Gram matrix is the same.
  let norm = gram(x).reduce(0) { $0 + $1 * $1 }.squareRoot()
  for index in x.indices { x[index] /= norm.squareRoot() }
  let (a, b, c) = OrthogonalStep.polynomial
  for _ in 0..<OrthogonalStep.rounds {
    let square = gram(x)
    let fourth = times(square, square)
    let sum = zip(square, fourth).map { Double(b) * $0 + Double(c) * $1 }
    let change = times(x, sum)
    for index in x.indices { x[index] = Double(a) * x[index] + change[index] }
  }
  return Matrix(rows: m, columns: n, values: x.map(Float.init))
}
