internal import CKernels

// Products of factors rounded to bfloat16 (float32 without its lower 16 bits), with sums in float32.
//
// The inner index is cut into blocks of 32. In a block, the products of even and of odd positions
// are two chains of multiply-adds from zero, whose sum is added to the result, with denormal numbers
// as zero. This is what the AMX instruction TDPBF16PS computes, so the bytes are the same with and
// without it.

/// The number of inner positions of a block.
private let bfloatBlock = 32

/// Returns the inner size of packed factors for `k` inner positions: the next multiple of 32.
package func bfloatDepth(_ k: Int) -> Int { (k + bfloatBlock - 1) / bfloatBlock * bfloatBlock }

/// Returns the number of floats of a packed factor of `count` rows or columns.
package func bfloatSize(_ count: Int, depth: Int) -> Int {
  (count + laneCount - 1) / laneCount * laneCount * depth
}

/// Packs inner positions of a left factor.
///
/// Sixteen rows begin `16 * depth` floats after the sixteen before them.
///
/// - Parameters:
///   - a: The factor's part; `(m, k)` with two strides.
///   - m: The number of rows.
///   - k: The number of inner positions to pack.
///   - rowStride: The distance from one row of `a` to the next.
///   - columnStride: The distance from one column of `a` to the next.
///   - first: The inner position of the first column, a multiple of 16. The default is 0.
///   - padded: The inner position up to which zeros follow, a multiple of 16. The default is the depth.
///   - depth: The inner size of the packed factor, from ``bfloatDepth(_:)``.
///   - left: The packed factor, of ``bfloatSize(_:depth:)``.
package func packBfloatLeft(
  _ a: FloatView, m: Int, k: Int, rowStride: Int, columnStride: Int, at first: Int = 0,
  padded: Int? = nil, depth: Int, into left: FloatView
) {
  let padded = padded ?? depth
  precondition(m == 0 || k == 0 || (m - 1) * rowStride + (k - 1) * columnStride < a.count)
  precondition(first.isMultiple(of: laneCount) && padded.isMultiple(of: laneCount))
  precondition(first + k <= padded && padded <= depth && left.count >= bfloatSize(m, depth: depth))
  unsafe kernels.pointee.bfloat_pack_left(
    m, k, a.base, rowStride, columnStride, first, padded, depth, left.base)
}

/// Packs inner positions of a right factor, `(k, n)`; see
/// ``packBfloatLeft(_:m:k:rowStride:columnStride:at:padded:depth:into:)``.
package func packBfloatRight(
  _ b: FloatView, k: Int, n: Int, rowStride: Int, columnStride: Int, at first: Int = 0,
  padded: Int? = nil, depth: Int, into right: FloatView
) {
  let padded = padded ?? depth
  precondition(n == 0 || k == 0 || (k - 1) * rowStride + (n - 1) * columnStride < b.count)
  precondition(first.isMultiple(of: laneCount) && padded.isMultiple(of: laneCount))
  precondition(first + k <= padded && padded <= depth && right.count >= bfloatSize(n, depth: depth))
  unsafe kernels.pointee.bfloat_pack_right(
    k, n, b.base, rowStride, columnStride, first, padded, depth, right.base)
}

/// Computes `c = left * right`, or adds the product; `c` is `(m, n)` with a row stride.
package func multiplyBfloats(
  _ left: FloatView, _ right: FloatView, m: Int, n: Int, depth: Int, into c: FloatView,
  stride: Int, adding: Bool = false
) {
  precondition(depth.isMultiple(of: bfloatBlock) && left.count >= bfloatSize(m, depth: depth))
  precondition(right.count >= bfloatSize(n, depth: depth))
  precondition(m == 0 || n == 0 || (m - 1) * stride + n <= c.count)
  unsafe kernels.pointee.bfloat_product(
    m, n, depth, left.base, right.base, c.base, stride, adding ? 1 : 0)
}

/// Computes the same by plain loops.
package func multiplyBfloatsReference(_ a: Matrix, _ b: Matrix, adding c: Matrix) -> Matrix {
  func flushed(_ x: Float) -> Float { x.isSubnormal ? (x.sign == .minus ? -0.0 : 0) : x }
  func rounded(_ x: Float) -> Float {
    guard x.isFinite else { return x }
    let upper = Float(bitPattern: x.bitPattern & 0xFFFF_0000)
    let rest = x.bitPattern & 0xFFFF
    let isOdd = upper.bitPattern & 0x1_0000 != 0
    guard rest > 0x8000 || (rest == 0x8000 && isOdd) else { return flushed(upper) }
    return flushed(Float(bitPattern: upper.bitPattern + 0x1_0000))
  }
  var result = c
  for i in 0..<a.rows {
    for j in 0..<b.columns {
      var sum = flushed(c[i, j])
      for first in Swift.stride(from: 0, to: a.columns, by: bfloatBlock) {
        var chains: [Float] = [0, 0]
        for p in first..<first + bfloatBlock {
          let (x, y) = p < a.columns ? (rounded(a[i, p]), rounded(b[p, j])) : (0, 0)
          chains[p % 2] = flushed(chains[p % 2].addingProduct(x, y))
        }
        sum = flushed(sum + flushed(chains[0] + chains[1]))
      }
      result[i, j] = sum
    }
  }
  return result
}
