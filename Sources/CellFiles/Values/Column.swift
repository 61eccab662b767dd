/// A column of a table about cells or genes.
package enum Column: Sendable, Equatable {
  /// Strings; `nil` if missing.
  case strings([String?])

  /// Categories by code; −1 if missing.
  case categorical(codes: [Int32], categories: [String], ordered: Bool)

  /// Whole numbers; `nil` if missing.
  case integers([Int64?])

  /// Floating-point numbers; NaN if missing.
  case floats([Double])

  /// Booleans; `nil` if missing.
  case booleans([Bool?])

  /// Makes a column of whole numbers, or of categories with their digits if a value is 2^63 or
  /// more.
  ///
  /// Such a value does not fit 64 signed bits and would become equal to other large values.
  init(unsigned values: [UInt64]) {
    guard values.contains(where: { $0 > UInt64(Int64.max) }) else {
      self = .integers(values.map { Int64($0) })
      return
    }
    let levels = Self.number(values.map(Optional.some)) { String($0) }
    self = .categorical(codes: levels.ofRow, categories: levels.names, ordered: false)
  }

  /// Joins the pieces of a column: numbers if all are numbers, or else text.
  package static func joined(_ pieces: [Column]) -> Column {
    if pieces.count == 1 { return pieces[0] }
    let numbers = pieces.compactMap { piece -> [Double]? in
      switch piece {
      case .integers(let values): values.map { $0.map(Double.init) ?? .nan }
      case .floats(let values): values
      case .strings, .categorical, .booleans: nil
      }
    }
    return numbers.count == pieces.count
      ? .floats(numbers.flatMap(\.self)) : .strings(pieces.flatMap { $0.labels() })
  }

  /// The number of rows.
  package var count: Int {
    switch self {
    case .strings(let values): values.count
    case .categorical(let codes, _, _): codes.count
    case .integers(let values): values.count
    case .floats(let values): values.count
    case .booleans(let values): values.count
    }
  }

  /// Returns each value as pandas' `astype(str)` writes it, such as "True" or "1.0"; `nil` if
  /// missing.
  package func labels() -> [String?] {
    switch self {
    case .strings(let values): values
    case .categorical(let codes, let categories, _):
      codes.map { $0 < 0 ? nil : categories[Int($0)] }
    case .integers(let values): values.map { $0.map(String.init) }
    case .floats(let values): values.map { $0.isNaN ? nil : Self.label($0) }
    case .booleans(let values): values.map { $0.map(Self.label) }
    }
  }

  /// Returns the distinct labels, sorted by the column's type, and the label of each row.
  ///
  /// Categories keep their order, numbers ascend, false comes before true, and strings are sorted.
  ///
  /// - Returns: The labels that occur, and the index of each row's label, −1 if missing.
  package func levels() -> (names: [String], ofRow: [Int32]) {
    switch self {
    case .categorical(let codes, let categories, _):
      Self.number(codes.map { $0 < 0 ? nil : $0 }) { categories[Int($0)] }
    case .strings(let values): Self.number(values) { $0 }
    case .integers(let values): Self.number(values) { String($0) }
    case .floats(let values):
      Self.number(values.map { $0.isNaN ? nil : $0 }, name: Self.label)
    case .booleans(let values):
      Self.number(values.map { $0.map { $0 ? 1 : 0 } }) { Self.label($0 == 1) }
    }
  }

  /// Numbers the distinct values in ascending order.
  private static func number<Value: Hashable & Comparable>(
    _ values: [Value?], name: (Value) -> String
  ) -> (names: [String], ofRow: [Int32]) {
    var numbers: [Value: Int32] = [:]
    for case let value? in values where numbers[value] == nil { numbers[value] = 0 }
    let sorted = numbers.keys.sorted()
    for (number, value) in sorted.enumerated() { numbers[value] = Int32(number) }
    return (sorted.map(name), values.map { $0.flatMap { numbers[$0] } ?? -1 })
  }

  private static func label(_ value: Bool) -> String { value ? "True" : "False" }

  private static func label(_ value: Double) -> String {
    value.isInfinite ? (value < 0 ? "-inf" : "inf") : "\(value)"
  }
}
