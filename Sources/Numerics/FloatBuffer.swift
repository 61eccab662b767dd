/// A buffer of floats at a fixed address, initially zero.
///
/// A buffer starts on a cache line. Threads that share a buffer must write to disjoint parts of it.
@safe
package final class FloatBuffer: @unchecked Sendable {
  /// The number of floats.
  package let count: Int

  private let base: UnsafeMutablePointer<Float>

  /// The memory of the floats; `nil` for an allocation of this buffer.
  private let region: (any MemoryRegion)?

  /// Makes a buffer of zeros in memory of a source.
  ///
  /// - Parameters:
  ///   - count: The number of floats.
  ///   - memory: The source.
  /// - Throws: Errors of the source, such as a full disk.
  package init(count: Int, in memory: TableMemory) throws {
    region = try memory.region(for: count, of: Float.self)
    unsafe base =
      unsafe region.map { unsafe $0.base.bindMemory(to: Float.self, capacity: count) }
      ?? allocatedFloats(count)
    self.count = count
  }

  /// Makes a buffer of zeros.
  package init(count: Int) {
    precondition(count >= 0, "a buffer cannot have \(count) floats")
    region = nil
    unsafe base = allocatedFloats(count)
    self.count = count
  }

  deinit { if region == nil { unsafe base.deallocate() } }

  /// A view of all floats.
  package var view: FloatView { unsafe FloatView(base: base, count: count, owner: self) }

  /// Returns a new buffer with the same floats.
  package func copy() -> FloatBuffer {
    let other = FloatBuffer(count: count)
    other.view.copy(from: view)
    return other
  }

  /// The floats as an array.
  package var values: [Float] { view.values }
}

/// Allocates zeros on a cache line.
private func allocatedFloats(_ count: Int) -> UnsafeMutablePointer<Float> {
  let start = UnsafeMutableRawPointer.allocate(
    byteCount: max(1, count) * MemoryLayout<Float>.stride, alignment: 64)
  let base = unsafe start.bindMemory(to: Float.self, capacity: max(1, count))
  unsafe base.initialize(repeating: 0, count: max(1, count))
  return unsafe base
}

/// A range of a ``FloatBuffer``, which it keeps alive.
///
/// Kernels read and write views. Bounds are checked; the caller ensures that no two threads write
/// to the same element.
@safe @usableFromInline
package struct FloatView: @unchecked Sendable {
  @usableFromInline package let base: UnsafeMutablePointer<Float>
  @usableFromInline package let count: Int

  /// The buffer of the view; `nil` for memory that its creator keeps alive.
  private let owner: FloatBuffer?

  package init(base: UnsafeMutablePointer<Float>, count: Int, owner: FloatBuffer? = nil) {
    unsafe self.base = base
    self.count = count
    self.owner = owner
  }

  /// Makes a view of zeros in new memory.
  package static func zeros(_ count: Int) -> FloatView { FloatBuffer(count: count).view }

  /// The float at `index`.
  @inlinable
  package subscript(index: Int) -> Float {
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
  package subscript(range: Range<Int>) -> FloatView {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) is not within \(count)")
    return unsafe FloatView(base: base + range.lowerBound, count: range.count, owner: owner)
  }

  /// The part from an index to the end.
  package subscript(from: PartialRangeFrom<Int>) -> FloatView { self[from.lowerBound..<count] }

  /// Sets every float to `value`.
  package func fill(_ value: Float) { unsafe base.update(repeating: value, count: count) }

  /// Copies the floats of a view of the same length.
  package func copy(from other: FloatView) {
    precondition(count == other.count, "\(other.count) floats do not fill \(count)")
    unsafe base.update(from: other.base, count: count)
  }

  /// Copies the floats of an array of the same length.
  package func copy(from other: [Float]) {
    precondition(count == other.count, "\(other.count) floats do not fill \(count)")
    unsafe base.update(from: other, count: count)
  }

  /// Adds `factor * other`, rounded after the product and after the sum.
  package func add(_ factor: Float, times other: FloatView) {
    precondition(count == other.count, "\(other.count) floats do not match \(count)")
    for index in 0..<count { unsafe base[index] += factor * other.base[index] }
  }

  /// The floats as an array.
  package var values: [Float] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}
