package import Support

extension DescribedOptions {
  /// The values that are kept in `uns`, by their keys; one that is `nil` is left out.
  package var unsValues: [String: UnsValue] {
    var values: [String: UnsValue] = [:]
    for field in Self.fields where field.uses.contains(.uns) {
      values[field.key] = field.value(self).map(UnsValue.init)
    }
    return values
  }
}

extension UnsValue {
  fileprivate init(_ value: OptionValue) {
    self =
      switch value {
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .unsigned(let value): .unsigned(value)
      case .float(let value): .double(Double(value))
      case .double(let value): .double(value)
      case .text(let value): .string(value)
      case .integers(let values): .integers(values)
      case .doubles(let values): .doubles(values)
      case .texts(let values): .strings(values)
      }
  }
}
