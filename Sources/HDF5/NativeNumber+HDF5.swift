internal import CHDF5
internal import StoredArrays

extension NativeNumber {
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
}

/// Returns the C library's identifier for a number type in memory; call it while holding the gate.
func nativeType<Number: StoredNumber>(of type: Number.Type) -> hid_t {
  NativeNumber(of: type).type
}
