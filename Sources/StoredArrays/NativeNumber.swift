/// A number type of this machine.
///
/// Most stored elements already have such a type. Others are of another byte order, of half
/// precision, or enumerations.
package enum NativeNumber: CaseIterable, Sendable {
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64, float, double

  /// The size of one number.
  package var bytes: Int {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double: 8
    }
  }

  /// Makes the native type of a Swift number type.
  package init<Number: StoredNumber>(of type: Number.Type) {
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
      default: preconditionFailure("there is no native type for \(Number.self)")
      }
  }
}
