internal import CKernels

/// A range of doubles at a fixed address: ``FloatView`` in double precision.
///
/// Views share their memory and keep it alive. Bounds are checked; the caller ensures that no two
/// threads write to the same element.
@safe @usableFromInline
package struct DoubleView: @unchecked Sendable {
  @usableFromInline package let base: UnsafeMutablePointer<Double>
  @usableFromInline package let count: Int
  private let owner: Memory

  private init(base: UnsafeMutablePointer<Double>, count: Int, owner: Memory) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }

  /// Makes a view of zeros in new memory.
  package static func zeros(_ count: Int) -> DoubleView {
    let owner = Memory(count: count)
    return unsafe DoubleView(base: owner.base, count: count, owner: owner)
  }

  /// Makes a view of zeros in memory of a source.
  ///
  /// - Parameters:
  ///   - count: The number of doubles.
  ///   - memory: The source.
  /// - Returns: The view.
  /// - Throws: Errors of the source, such as a full disk.
  package static func zeros(_ count: Int, in memory: TableMemory) throws -> DoubleView {
    guard let region = try memory.region(for: count, of: Double.self) else { return .zeros(count) }
    let owner = Memory(region, count: count)
    return unsafe DoubleView(base: owner.base, count: count, owner: owner)
  }

  /// Makes a copy of the given numbers.
  package init(_ values: [Double]) {
    self = .zeros(values.count)
    copy(from: values)
  }

  /// The double at `index`.
  @inlinable
  package subscript(index: Int) -> Double {
    get {
      precondition(index >= 0 && index < count, "index \(index) is not below \(count)")
      return unsafe base[index]
    }
    nonmutating set {
      precondition(index >= 0 && index < count, "index \(index) is not below \(count)")
      unsafe base[index] = newValue
    }
  }

  /// The part of the view with the indices `range`.
  package subscript(range: Range<Int>) -> DoubleView {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) is not within \(count)")
    return unsafe DoubleView(base: base + range.lowerBound, count: range.count, owner: owner)
  }

  /// Copies the doubles of a view of the same length.
  package func copy(from other: DoubleView) {
    precondition(count == other.count, "\(other.count) doubles do not fill \(count)")
    unsafe base.update(from: other.base, count: count)
  }

  /// Copies the doubles of an array of the same length.
  package func copy(from other: [Double]) {
    precondition(count == other.count, "\(other.count) doubles do not fill \(count)")
    unsafe base.update(from: other, count: count)
  }

  /// Sets every double to zero.
  package func clear() { unsafe base.update(repeating: 0, count: count) }

  /// Multiplies every double by `factor`.
  package func scale(by factor: Double) {
    for index in 0..<count { unsafe base[index] *= factor }
  }

  /// Adds `factor * other`.
  package func add(_ factor: Double, times other: DoubleView) {
    precondition(count == other.count, "\(other.count) doubles do not match \(count)")
    unsafe kernels.pointee.double_add(count, factor, other.base, base)
  }

  /// Returns the dot product with a view of the same length.
  package func dot(_ other: DoubleView) -> Double {
    precondition(count == other.count, "\(other.count) doubles do not match \(count)")
    var sum = 0.0
    unsafe kernels.pointee.double_dots(1, 1, count, base, count, other.base, count, &sum)
    return sum
  }

  /// Rotates this view and another one of the same length in their plane.
  ///
  /// `(self, other) = (cosine * self - sine * other, sine * self + cosine * other)`
  package func rotate(with other: DoubleView, cosine: Double, sine: Double) {
    precondition(count == other.count, "\(other.count) doubles do not match \(count)")
    unsafe kernels.pointee.double_rotate(count, cosine, sine, base, other.base)
  }

  /// The doubles as an array.
  package var values: [Double] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Memory that is freed with its last view.
@safe
private final class Memory {
  let base: UnsafeMutablePointer<Double>
  private let region: (any MemoryRegion)?

  init(_ region: any MemoryRegion, count: Int) {
    unsafe base = unsafe region.base.bindMemory(to: Double.self, capacity: count)
    self.region = region
  }

  init(count: Int) {
    region = nil
    precondition(count >= 0, "there are no \(count) doubles")
    let start = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, count) * MemoryLayout<Double>.stride, alignment: 64)
    unsafe base = start.bindMemory(to: Double.self, capacity: max(1, count))
    unsafe base.initialize(repeating: 0, count: max(1, count))
  }

  deinit { if region == nil { unsafe base.deallocate() } }
}

/// Computes `c = a * b`, or adds the product, in double precision.
///
/// `a` is `(m, k)` with two strides; `b` is `(k, n)` with row stride `bStride`; `c` is `(m, n)`
/// with row stride `cStride`.
package func multiplyDoubles(
  _ a: DoubleView, m: Int, n: Int, k: Int, rowStride: Int, columnStride: Int, _ b: DoubleView,
  bStride: Int, into c: DoubleView, cStride: Int, adding: Bool = false
) {
  guard m > 0, n > 0 else { return }
  precondition(k == 0 || (m - 1) * rowStride + (k - 1) * columnStride < a.count)
  precondition(k == 0 || (k - 1) * bStride + n <= b.count)
  precondition((m - 1) * cStride + n <= c.count)
  unsafe kernels.pointee.double_product(
    m, n, k, a.base, rowStride, columnStride, b.base, bStride, c.base, cStride, adding ? 1 : 0)
}

/// Returns the dot products of the rows of `a`, `(m, k)`, with those of `b`, `(n, k)`; `(m, n)`.
package func rowDots(
  _ a: DoubleView, m: Int, aStride: Int, _ b: DoubleView, n: Int, bStride: Int, k: Int
) -> [Double] {
  guard m > 0, n > 0 else { return [] }
  precondition((m - 1) * aStride + k <= a.count && (n - 1) * bStride + k <= b.count)
  var products = [Double](repeating: 0, count: m * n)
  unsafe kernels.pointee.double_dots(m, n, k, a.base, aStride, b.base, bStride, &products)
  return products
}
