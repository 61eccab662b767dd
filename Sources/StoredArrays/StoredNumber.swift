/// A number type for reading from and writing to datasets.
///
/// Readers convert between the stored type and this one; whole numbers out of range become the
/// nearest value in range.
package protocol StoredNumber: Sendable, Comparable, Numeric, BitwiseCopyable {
  /// The element type in a file.
  static var elementType: ElementType { get }
}

extension StoredNumber where Self: FixedWidthInteger {
  /// An integer of this type's width.
  package static var elementType: ElementType {
    .integer(bytes: bitWidth / 8, signed: isSigned)
  }
}

extension StoredNumber where Self: BinaryFloatingPoint {
  /// A floating-point number of this type's width.
  package static var elementType: ElementType { .float(bytes: MemoryLayout<Self>.size) }
}

extension Float: StoredNumber {}
extension Double: StoredNumber {}
extension UInt8: StoredNumber {}
extension Int8: StoredNumber {}
extension UInt16: StoredNumber {}
extension Int16: StoredNumber {}
extension UInt32: StoredNumber {}
extension Int32: StoredNumber {}
extension UInt64: StoredNumber {}
extension Int64: StoredNumber {}
extension Int: StoredNumber {}

/// Returns an array of `count` zeros.
///
/// It clears the memory in one step, where a generic array would be filled element by element.
package func zeros<Number: StoredNumber>(_ count: Int) -> [Number] {
  unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // In each of the types, all bits zero is the number zero.
    unsafe UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
    initializedCount = count
  }
}

extension Array where Element: StoredNumber {
  /// Makes an array of `count` numbers without initializing them.
  ///
  /// - Parameters:
  ///   - count: The number of numbers.
  ///   - capacity: The number of numbers that memory is allocated for. The default is `nil`, for
  ///     `count`.
  package init(uninitialized count: Int, capacity: Int? = nil) {
    unsafe self.init(
      unsafeUninitializedCapacity: Swift.max(count, capacity ?? count)
    ) { _, initializedCount in
      // Any bit pattern is a valid number of each type, so nothing needs initialization.
      initializedCount = count
    }
  }
}
