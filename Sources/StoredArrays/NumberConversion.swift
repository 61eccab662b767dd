/// A conversion of numbers with the C library's results, outside its lock.
///
/// Whole numbers out of range become the nearest value in range; doubles beyond the range of floats
/// become infinite; fractions are cut off.
package struct NumberConversion: Sendable {
  /// The type of the input.
  package let source: NativeNumber

  /// The type of the output.
  package let result: NativeNumber

  /// A flag that is true if the two types differ.
  package var changes: Bool { source != result }

  /// Makes the conversion from one type to another.
  package init(converting source: NativeNumber, to result: NativeNumber) {
    self.source = source
    self.result = result
  }

  /// Makes the conversion from one type to another; `nil` if the C library is to convert them.
  ///
  /// Only what expression matrices need is converted outside of the library: to `Float`, `Double`,
  /// `Int32` and `Int`, but not from fractions to whole numbers.
  package init?(from source: NativeNumber, to result: NativeNumber) {
    switch (source, result) {
    case (.float, .float), (.float, .double), (.double, .float), (.double, .double): break
    case (.float, _), (.double, _): return nil
    case (_, .int32), (_, .int64), (_, .float), (_, .double): break
    default: guard source == result else { return nil }
    }
    self.init(converting: source, to: result)
  }

  /// Converts all numbers of `input`.
  ///
  /// - Parameters:
  ///   - input: Numbers of the first type, aligned for that type.
  ///   - output: A buffer for the same number of values of the second type, aligned for that type.
  package func convert(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) {
    guard changes else {
      unsafe output.copyMemory(from: input)
      return
    }
    switch source {
    case .int8: unsafe convert(input, of: Int8.self, into: output)
    case .int16: unsafe convert(input, of: Int16.self, into: output)
    case .int32: unsafe convert(input, of: Int32.self, into: output)
    case .int64: unsafe convert(input, of: Int64.self, into: output)
    case .uint8: unsafe convert(input, of: UInt8.self, into: output)
    case .uint16: unsafe convert(input, of: UInt16.self, into: output)
    case .uint32: unsafe convert(input, of: UInt32.self, into: output)
    case .uint64: unsafe convert(input, of: UInt64.self, into: output)
    case .float where result == .double:
      unsafe forEachNumber(input, output) { (value: Float) in Double(value) }
    case .double where result == .float:
      unsafe forEachNumber(input, output) { (value: Double) in narrowed(value) }
    case .float: unsafe cut(input, of: Float.self, into: output)
    case .double: unsafe cut(input, of: Double.self, into: output)
    }
  }

  @inline(__always)
  private func convert<Whole: FixedWidthInteger>(
    _ input: UnsafeRawBufferPointer, of type: Whole.Type,
    into output: UnsafeMutableRawBufferPointer
  ) {
    switch result {
    case .int8: unsafe forEachNumber(input, output) { (value: Whole) in Int8(clamping: value) }
    case .int16: unsafe forEachNumber(input, output) { (value: Whole) in Int16(clamping: value) }
    case .int32: unsafe forEachNumber(input, output) { (value: Whole) in Int32(clamping: value) }
    case .int64: unsafe forEachNumber(input, output) { (value: Whole) in Int64(clamping: value) }
    case .uint8: unsafe forEachNumber(input, output) { (value: Whole) in UInt8(clamping: value) }
    case .uint16: unsafe forEachNumber(input, output) { (value: Whole) in UInt16(clamping: value) }
    case .uint32: unsafe forEachNumber(input, output) { (value: Whole) in UInt32(clamping: value) }
    case .uint64: unsafe forEachNumber(input, output) { (value: Whole) in UInt64(clamping: value) }
    case .float: unsafe forEachNumber(input, output) { (value: Whole) in Float(value) }
    case .double: unsafe forEachNumber(input, output) { (value: Whole) in Double(value) }
    }
  }

  /// Converts floating-point numbers to whole ones.
  private func cut<Fraction: BinaryFloatingPoint>(
    _ input: UnsafeRawBufferPointer, of type: Fraction.Type,
    into output: UnsafeMutableRawBufferPointer
  ) {
    switch result {
    case .int8: unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, Int8.self) }
    case .int16:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, Int16.self) }
    case .int32:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, Int32.self) }
    case .int64:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, Int64.self) }
    case .uint8:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, UInt8.self) }
    case .uint16:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, UInt16.self) }
    case .uint32:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, UInt32.self) }
    case .uint64:
      unsafe forEachNumber(input, output) { (value: Fraction) in whole(value, UInt64.self) }
    case .float, .double: preconditionFailure("no conversion from \(source) to \(result)")
    }
  }
}

/// Returns a number without its fraction, or the nearest one that fits; zero if it is no number.
private func whole<Fraction: BinaryFloatingPoint, Whole: FixedWidthInteger>(
  _ value: Fraction, _ type: Whole.Type
) -> Whole {
  guard !value.isNaN else { return 0 }
  return Whole(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
}

/// Returns the nearest float, or infinity if a double is beyond the largest float.
@inline(__always)
private func narrowed(_ value: Double) -> Float {
  let largest = Double(Float.greatestFiniteMagnitude)
  if value > largest { return .infinity }
  return value < -largest ? -.infinity : Float(value)
}

@inline(__always)
private func forEachNumber<Source, Result>(
  _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer,
  _ convert: (Source) -> Result
) {
  let input = unsafe input.assumingMemoryBound(to: Source.self)
  let output = unsafe output.assumingMemoryBound(to: Result.self)
  precondition(input.count == output.count, "\(input.count) numbers into \(output.count)")
  for k in 0..<input.count { unsafe output[k] = unsafe convert(input[k]) }
}
