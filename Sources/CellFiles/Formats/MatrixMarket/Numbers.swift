internal import HDF5

/// Converts values to another number type; whole numbers lose the part that does not fit.
func numbers<Value: StoredNumber>(_ values: [Double]) -> [Value] {
  func typed<Number>(_ numbers: [Number]) -> [Value] {
    precondition(Number.self == Value.self, "\(Number.self) is not \(Value.self)")
    return unsafe unsafeBitCast(numbers, to: [Value].self)
  }
  func whole<Whole: FixedWidthInteger>(_ type: Whole.Type) -> [Value] {
    typed(
      values.map { value in
        Whole(exactly: value.rounded(.towardZero))
          ?? (value.isNaN ? 0 : value < 0 ? Whole.min : Whole.max)
      })
  }
  if Value.self == Double.self { return typed(values) }
  if Value.self == Float.self { return typed(values.map { Float($0) }) }
  guard let type = Value.self as? any FixedWidthInteger.Type else {
    preconditionFailure("no conversion to \(Value.self)")
  }
  return whole(type)
}
