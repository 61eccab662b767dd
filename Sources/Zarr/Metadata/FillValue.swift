internal import Foundation
internal import StoredArrays

/// The value of elements that were never written.
enum FillValue: Equatable, Sendable {
  /// The bytes of a number in memory, as ``DataType/number`` has it.
  case number([UInt8])

  /// The bytes of a string.
  case text([UInt8])

  /// Reads a fill value; `nil` if it does not fit the type.
  init?(_ value: JSONValue?, of type: DataType) {
    guard let number = type.number else {
      let text = value?.string ?? ""
      // The bytes of strings of bytes are in base64.
      guard case .fixedString = type.element, !type.isUTF32 else {
        self = .text(Array(text.utf8))
        return
      }
      guard let bytes = Data(base64Encoded: text) else { return nil }
      self = .text(Array(bytes))
      return
    }
    // NumPy's and this format's words for numbers without digits.
    let double: Double? =
      switch value {
      case nil, .null: 0
      case .boolean(let truth): truth ? 1 : 0
      case .string("NaN"): .nan
      case .string("Infinity"): .infinity
      case .string("-Infinity"): -.infinity
      case .string(let text) where text.hasPrefix("0x"):
        Self.float(ofBits: text.dropFirst(2), bytes: type.bytes)
      default: value?.double
      }
    guard let double else { return nil }
    switch number {
    case .int8: self.init(exactly: value, double, Int8.self)
    case .int16: self.init(exactly: value, double, Int16.self)
    case .int32: self.init(exactly: value, double, Int32.self)
    case .int64: self.init(exactly: value, double, Int64.self)
    case .uint8: self.init(exactly: value, double, UInt8.self)
    case .uint16: self.init(exactly: value, double, UInt16.self)
    case .uint32: self.init(exactly: value, double, UInt32.self)
    case .uint64: self.init(exactly: value, double, UInt64.self)
    case .float: self = .number(Self.bytes(Float(double).bitPattern))
    case .double: self = .number(Self.bytes(double.bitPattern))
    }
  }

  private init?<Whole: FixedWidthInteger>(
    exactly value: JSONValue?, _ double: Double, _ type: Whole.Type
  ) {
    // A double would round numbers of 64 bits.
    if case .number(let digits) = value, let number = Whole(digits) {
      self = .number(Self.bytes(number))
    } else {
      guard let number = Whole(exactly: double) else { return nil }
      self = .number(Self.bytes(number))
    }
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Returns the floating-point number of some bits, as version 3 writes special ones.
  private static func float(ofBits digits: Substring, bytes: Int) -> Double? {
    switch bytes {
    case 2: UInt16(digits, radix: 16).map { Double(single(ofHalf: $0)) }
    case 4: UInt32(digits, radix: 16).map { Double(Float(bitPattern: $0)) }
    default: UInt64(digits, radix: 16).map { Double(bitPattern: $0) }
    }
  }

  /// A flag that is true if all bytes are zero.
  var isZero: Bool {
    if case .number(let bytes) = self { bytes.allSatisfy { $0 == 0 } } else { false }
  }
}

/// Returns a number of half precision in single precision, by its bits.
///
/// `Float16` does not exist on every system.
func single(ofHalf bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let (exponent, fraction) = (Int(bits >> 10 & 31), UInt32(bits & 1023))
  switch exponent {
  case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
  case 0:
    let value = Float(fraction) * 0x1p-24
    return sign == 0 ? value : -value
  default: return Float(bitPattern: sign | UInt32(exponent + 112) << 23 | fraction << 13)
  }
}
