internal import CKernels

/// The orientation of a factor in a product.
package enum Orientation: Sendable {
  /// The factor as stored.
  case plain

  /// The transposed factor.
  case transposed
}

/// Computes `c = a * b`, or adds the product to `c`.
///
/// Each number of the result is one chain of multiply-adds over the inner index. Its bytes depend
/// neither on the pool nor on the other rows.
///
/// - Parameters:
///   - a: The left factor; `(m, k)` in the given orientation.
///   - b: The right factor; `(k, n)` in the given orientation.
///   - c: The result; `(m, n)`.
///   - left: The orientation of `a`. The default is ``Orientation/plain``.
///   - right: The orientation of `b`. The default is ``Orientation/plain``.
///   - adding: `true` to add the product to `c`. The default is `false`, which replaces `c`.
///   - pool: The threads to use.
package func multiply(
  _ a: Matrix, _ b: Matrix, into c: inout Matrix, left: Orientation = .plain,
  right: Orientation = .plain, adding: Bool = false, pool: ThreadPool
) {
  let (m, k) = left == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
  let (inner, n) = right == .plain ? (b.rows, b.columns) : (b.columns, b.rows)
  precondition(k == inner, "inner sizes differ: \(k) and \(inner)")
  precondition(c.rows == m && c.columns == n, "the product is \(m) by \(n)")
  let aStrides = left == .plain ? (a.columns, 1) : (1, a.columns)
  let bStrides = right == .plain ? (b.columns, 1) : (1, b.columns)

  // A block of the right factor stays in the second-level cache for all rows of the left factor.
  let depth = 256
  let rowBlock = 48
  let panelCount = (n + laneCount - 1) / laneCount
  let packed = FloatBuffer(count: panelCount * laneCount * min(depth, max(k, 1))).view
  if k == 0, !adding { c.values = Array(repeating: 0, count: m * n) }
  unsafe c.values.withUnsafeMutableBufferPointer { storage in
    guard let base = storage.baseAddress else { return }
    let out = unsafe FloatView(base: base, count: storage.count)
    for first in stride(from: 0, to: k, by: depth) {
      let count = min(depth, k - first)
      pool.parallel(panelCount) { panel in
        let column = panel * laneCount
        unsafe b.values.withUnsafeBufferPointer { b in
          guard let b = b.baseAddress else { return }
          unsafe kernels.pointee.pack(
            count, min(laneCount, n - column),
            b + first * bStrides.0 + column * bStrides.1, bStrides.0, bStrides.1,
            packed.base + column * count)
        }
      }
      pool.parallel((m + rowBlock - 1) / rowBlock) { block in
        let row = block * rowBlock
        unsafe a.values.withUnsafeBufferPointer { a in
          guard let a = a.baseAddress else { return }
          unsafe kernels.pointee.product(
            min(rowBlock, m - row), n, count, a + row * aStrides.0 + first * aStrides.1,
            aStrides.0, aStrides.1, packed.base, out.base + row * n, n, laneCount,
            first > 0 || adding ? 1 : 0)
        }
      }
    }
  }
}

/// Computes the product by three plain loops in double precision.
package func multiplyReference(
  _ a: Matrix, _ b: Matrix, left: Orientation = .plain, right: Orientation = .plain
) -> Matrix {
  let (m, k) = left == .plain ? (a.rows, a.columns) : (a.columns, a.rows)
  let n = right == .plain ? b.columns : b.rows
  var c = Matrix(rows: m, columns: n)
  for i in 0..<m {
    for j in 0..<n {
      var sum = 0.0
      for p in 0..<k {
        let left = left == .plain ? a[i, p] : a[p, i]
        let right = right == .plain ? b[p, j] : b[j, p]
        sum += Double(left) * Double(right)
      }
      c[i, j] = Float(sum)
    }
  }
  return c
}

/// The width of a panel: the number of columns of a product computed together.
package let laneCount = 16

/// Returns the number of floats in the panels of a right factor of `n` columns.
package func panelSize(k: Int, n: Int) -> Int {
  k * ((n + laneCount - 1) / laneCount) * laneCount
}

/// Packs a right factor into panels of sixteen columns, `(n / 16, k, 16)`.
package func packPanels(
  _ b: FloatView, k: Int, n: Int, rowStride: Int, columnStride: Int, into panels: FloatView
) {
  precondition(n == 0 || k == 0 || (k - 1) * rowStride + (n - 1) * columnStride < b.count)
  precondition(panelSize(k: k, n: n) <= panels.count)
  unsafe kernels.pointee.pack(k, n, b.base, rowStride, columnStride, panels.base)
}

/// Computes `c = a * b`, or `c += a * b`, with `b` in panels.
///
/// - Parameters:
///   - a: The left factor; `(m, k)` with two strides.
///   - m: The number of rows of `a`.
///   - n: The number of columns of the right factor.
///   - k: The inner size.
///   - rowStride: The distance from one row of `a` to the next.
///   - columnStride: The distance from one column of `a` to the next.
///   - panels: The right factor, from ``packPanels(_:k:n:rowStride:columnStride:into:)``.
///   - c: The result; `(m, n)`.
///   - stride: The distance from one row of `c` to the next.
///   - panelStride: The distance from sixteen columns of `c` to the next sixteen. The default is 16.
///   - adding: `true` to add the product to `c`. The default is `false`.
package func multiplyPanels(
  _ a: FloatView, m: Int, n: Int, k: Int, rowStride: Int, columnStride: Int, panels: FloatView,
  into c: FloatView, stride: Int, panelStride: Int = laneCount, adding: Bool = false
) {
  precondition(m == 0 || k == 0 || (m - 1) * rowStride + (k - 1) * columnStride < a.count)
  precondition(panelSize(k: k, n: n) <= panels.count)
  let (last, rest) = max(0, n - 1).quotientAndRemainder(dividingBy: laneCount)
  precondition(m == 0 || n == 0 || (m - 1) * stride + last * panelStride + rest < c.count)
  unsafe kernels.pointee.product(
    m, n, k, a.base, rowStride, columnStride, panels.base, c.base, stride, panelStride,
    adding ? 1 : 0)
}
