/// A number type that datasets can be read into and written from.
///
/// HDF5 converts between the stored type and this one.
public protocol StoredNumber: Sendable, Comparable, Numeric {}

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
