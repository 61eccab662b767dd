internal import CHDF5

/// A number type that datasets can be read into and written from.
///
/// HDF5 converts between the stored type and this one: whole numbers that do not
/// fit become the nearest that does.
public protocol StoredNumber: Sendable, Comparable, Numeric, BitwiseCopyable {
  /// How the type is called in a file.
  static var elementType: ElementType { get }
}

extension StoredNumber where Self: FixedWidthInteger {
  /// An integer of this type's width.
  public static var elementType: ElementType {
    .integer(bytes: bitWidth / 8, signed: isSigned)
  }
}

extension StoredNumber where Self: BinaryFloatingPoint {
  /// A floating-point number of this type's width.
  public static var elementType: ElementType { .float(bytes: MemoryLayout<Self>.size) }
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

/// So many zeros.
///
/// What an array of a generic type does element by element, this does at once.
package func zeros<Number: StoredNumber>(_ count: Int) -> [Number] {
  unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // All bits zero is the number zero in each of the types.
    unsafe UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
    initializedCount = count
  }
}

extension Array where Element: StoredNumber {
  /// So many numbers that are still to be written.
  init(uninitialized count: Int) {
    unsafe self.init(unsafeUninitializedCapacity: count) { _, initializedCount in
      // Any bits are a number of each of the types, so there is nothing to initialize.
      initializedCount = count
    }
  }
}

/// The C library's name for a number type in memory; to be called within the gate.
func nativeType<Number: StoredNumber>(of type: Number.Type) -> hid_t {
  NativeNumber(of: type).type
}
