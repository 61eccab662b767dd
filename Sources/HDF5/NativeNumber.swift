internal import CHDF5

/// A number type of this machine.
///
/// Most stored elements already have such a type.
///
/// The C library reads elements of other types (another byte order, half precision, enumerations).
enum NativeNumber: CaseIterable, Sendable {
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float, double

  /// The size of one number.
  var bytes: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double: 8
    }
  }

  /// The C library's identifier for the type; call it while holding the gate.
  var type: hid_t {
    switch self {
    case .int8: h5t_native_int8()
    case .int16: h5t_native_int16()
    case .int32: h5t_native_int32()
    case .int64: h5t_native_int64()
    case .uint8: h5t_native_uint8()
    case .uint16: h5t_native_uint16()
    case .uint32: h5t_native_uint32()
    case .uint64: h5t_native_uint64()
    case .float: h5t_native_float()
    case .double: h5t_native_double()
    }
  }

  /// Makes the native type of an open datatype; `nil` if it is not one of these.
  init?(ofType id: hid_t) {
    let match = Self.allCases.first { candidate in locked { H5Tequal(id, candidate.type) } > 0 }
    guard let match else { return nil }
    self = match
  }

  /// Makes the native type of a Swift number type.
  init<Number: StoredNumber>(of type: Number.Type) {
    self =
      switch Number.elementType {
      case .integer(bytes: 1, signed: true): .int8
      case .integer(bytes: 2, signed: true): .int16
      case .integer(bytes: 4, signed: true): .int32
      case .integer(bytes: 8, signed: true): .int64
      case .integer(bytes: 1, signed: false): .uint8
      case .integer(bytes: 2, signed: false): .uint16
      case .integer(bytes: 4, signed: false): .uint32
      case .integer(bytes: 8, signed: false): .uint64
      case .float(bytes: 4): .float
      case .float(bytes: 8): .double
      default: preconditionFailure("HDF5 has no native type for \(Number.self)")
      }
  }
}
